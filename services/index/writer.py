"""Digests' documents in → Elasticsearch holds exactly the newest's items; for each digest what became of it.

1. the last manifests are read by id (in real time);
2. the new manifests are written first, naming the items to delete; a 409 drops the whole older digest, whatever Elasticsearch forgot of deletions
   (their versions are gone after 60 s);
3. items are indexed and surplus items deleted, all with the digest's version under external_gte;
4. manifests that named items to delete are written once more without them.

Each step is a bulk over all digests of the batch. Interrupted anywhere, the same digests may be delivered again, by anyone.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.index import manifest, names
from services.index.batch import Judgement, Operation, Verdict, deleting, indexing
from services.index.bulk import Bulk
from services.index.document import Documents
from shared import metrics


class Fate(StrEnum):
    """What became of a digest."""

    INDEXED = "indexed"
    OLDER = "older"
    """A newer version is indexed already"""
    SUPERSEDED = "superseded"
    """A newer version came in the same batch"""
    REFUSED = "refused"
    """Elasticsearch can't take the manifest or an item: a dead letter"""


@dataclass(frozen=True)
class Outcome:
    """What became of a digest, and why it was refused."""

    fate: Fate
    error: str = ""
    message: str = ""


@dataclass
class Writer:
    """Writes under the aliases of one namespace."""

    bulk: Bulk
    namespace: str = ""

    async def write(self, digests: Sequence[Documents]) -> list[Outcome]:
        """The outcome of each digest, in order; returns once Elasticsearch has answered for all.

        Of several versions of one digest the highest wins, of equal ones the last; where it is refused, the next below has its turn.
        No two calls at once may hold the same digest.
        """
        outcomes: list[Outcome] = [Outcome(Fate.SUPERSEDED)] * len(digests)
        rivals: dict[str, list[int]] = defaultdict(list)
        for at, documents in enumerate(digests):
            rivals[documents.digest_id].append(at)
        for places in rivals.values():
            places.sort(key=lambda at: (digests[at].version, at))
        while rivals:
            turn = [places.pop() for places in rivals.values()]
            for at, outcome in zip(turn, await self._write([digests[at] for at in turn]), strict=True):
                outcomes[at] = outcome
            rivals = {digests[at].digest_id: rivals[digests[at].digest_id] for at in turn if outcomes[at].fate is Fate.REFUSED}
            rivals = {digest_id: places for digest_id, places in rivals.items() if places}
        return outcomes

    async def _write(self, digests: Sequence[Documents]) -> list[Outcome]:
        """Steps 1 to 4 for digests that are all different."""
        items, manifests = names.alias(self.namespace, "items"), names.alias(self.namespace, "digests")
        previous = await self.bulk.get(manifests, [documents.digest_id for documents in digests], manifest.FIELDS)

        outcomes: dict[int, Outcome] = {}
        surplus: dict[int, list[str]] = {}
        for at, (documents, last) in enumerate(zip(digests, previous, strict=True)):
            if manifest.is_older(last, documents):
                outcomes[at] = Outcome(Fate.OLDER)
            else:
                surplus[at] = manifest.surplus(last, documents)
        first = [
            indexing(at, digests[at].digest_id, digests[at].version, manifest.before(digests[at], to_delete)) for at, to_delete in surplus.items()
        ]
        for operation, judged in zip(first, await self.bulk.run(manifests, first), strict=True):
            if judged.verdict is Verdict.STALE:
                outcomes[operation.owner] = Outcome(Fate.OLDER)
            elif judged.verdict is Verdict.POISON:
                outcomes[operation.owner] = Outcome(Fate.REFUSED, judged.error, f"its manifest: {judged.reason}")

        live = [at for at in surplus if at not in outcomes]
        body: list[Operation] = []
        for at in live:
            version = digests[at].version
            body += [indexing(at, item_id, version, item) for item_id, item in digests[at].items.items()]
            body += [deleting(at, item_id, version) for item_id in surplus[at]]
        refused = await self._run_items(items, body, digests)

        last_word = [
            indexing(at, digests[at].digest_id, digests[at].version, manifest.after(digests[at], list(refused.get(at, ()))))
            for at in live
            if surplus[at] or at in refused
        ]
        await self.bulk.run(manifests, last_word)
        for at in live:
            outcomes[at] = _outcome(refused.get(at), len(digests[at].items))
        return [outcomes[at] for at in range(len(digests))]

    async def _run_items(self, index: str, body: Sequence[Operation], digests: Sequence[Documents]) -> dict[int, dict[str, Judgement]]:
        """Index and delete; the refused items by digest and id, whose earlier versions are deleted so that no two revisions stand mixed."""
        refused: dict[int, dict[str, Judgement]] = defaultdict(dict)
        counts: dict[str, int] = defaultdict(int)
        for operation, judged in zip(body, await self.bulk.run(index, body), strict=True):
            counts[judged.verdict] += 1
            if judged.verdict is Verdict.POISON:
                refused[operation.owner][operation.id] = judged
        for verdict, count in counts.items():
            metrics.index_items.labels(verdict=verdict).inc(count)
        metrics.index_stale.inc(counts[Verdict.STALE])
        await self.bulk.run(index, [deleting(at, item_id, digests[at].version) for at, found in refused.items() for item_id in found])
        return refused


def _outcome(refused: dict[str, Judgement] | None, items: int) -> Outcome:
    if not refused:
        return Outcome(Fate.INDEXED)
    first = next(iter(refused.values()))
    return Outcome(Fate.REFUSED, first.error, f"{len(refused)} of {items} items: {first.reason}")
