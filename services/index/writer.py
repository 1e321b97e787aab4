"""Digests' documents in → Elasticsearch holds exactly the newest's items; for each digest what became of it.

1. the last manifests are read by id (in real time); a newer one drops the whole digest, whatever Elasticsearch forgot of deletions (their versions
   are gone after 60 s);
2. the new manifests are put in their place, naming the items to delete: in the place of just what was read, or 1. is done once more. Two
   indexers may hold a digest at once, when one was stopped, thought dead and replaced; whoever overwrote a manifest unread would forget its items;
3. items are indexed and surplus items deleted, all with the digest's version under external_gte;
4. manifests that named items to delete are written once more without them, and with those that were refused;
5. who was slow looks whether a newer manifest came meanwhile, and deletes what it wrote behind that one's back.

Each step is a bulk over all digests of the batch. Interrupted anywhere, the same digests may be delivered again, by anyone.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.index import manifest, revisions
from services.index.batch import Operation, deleting, indexing, replacing
from services.index.bulk import Bulk, Skipped
from services.index.document import Documents
from services.index.verdicts import Judgement, Verdict
from shared import index_names as names
from shared import metrics

SLOW_SECONDS = 5.0
"""From reading manifests to the items' answers: until then Elasticsearch refuses an item older than its deletion. It forgets those after 60 s, and
with a restart, which takes longer than this."""


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


@dataclass(frozen=True)
class _Claim:
    """What a manifest that is ours said before."""

    surplus: list[str]
    waited: list[str]
    """Items that were refused when this version came last"""


Asked = Callable[[tuple[int, int]], str | None]
"""Told of a record, by partition and offset, that is not taken while others are; says by whom and why it is to be given up, if anybody wants that"""


def _nobody(_place: tuple[int, int]) -> None:
    return None


@dataclass
class Writer:
    """Writes under the aliases of one namespace; a digest that can't be written and that `asked` names is given up at once."""

    bulk: Bulk
    namespace: str = ""
    clock: Callable[[], float] = time.monotonic
    asked: Asked = _nobody

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
            if len(places) > 1:
                together = [one for at in reversed(places) for one in revisions.of(digests[at].manifest)]
                for at in places:
                    revisions.remember(digests[at], together)
        while rivals:
            turn = [places.pop() for places in rivals.values()]
            for at, outcome in zip(turn, await self._write([digests[at] for at in turn]), strict=True):
                outcomes[at] = outcome
            rivals = {digests[at].digest_id: rivals[digests[at].digest_id] for at in turn if outcomes[at].fate is Fate.REFUSED}
            rivals = {digest_id: places for digest_id, places in rivals.items() if places}
        return outcomes

    async def _write(self, digests: Sequence[Documents]) -> list[Outcome]:
        """Steps 1 to 5 for digests that are all different."""
        items, began = names.alias(self.namespace, "items"), self.clock()
        outcomes, claims = await self._claim(digests)
        body: list[Operation] = []
        for at, claim in claims.items():
            version = digests[at].version
            body += [indexing(at, item_id, version, item) for item_id, item in digests[at].items.items()]
            body += [deleting(at, item_id, version) for item_id in claim.surplus]
        refused = await self._run_items(items, body, digests)
        slow = self.clock() - began > SLOW_SECONDS
        unfinished = [at for at, claim in claims.items() if slow or claim.surplus or claim.waited or at in refused]
        overtaken = await self._conclude(unfinished, digests, refused)
        for at in claims:
            outcomes[at] = Outcome(Fate.OLDER) if at in overtaken else _outcome(refused.get(at), len(digests[at].items))
        return [outcomes[at] for at in range(len(digests))]

    async def _claim(self, digests: Sequence[Documents]) -> tuple[dict[int, Outcome], dict[int, _Claim]]:
        """Steps 1 and 2; the outcomes of digests of which nothing is to be written, and the claims on the others."""
        alias = names.alias(self.namespace, "digests")
        outcomes: dict[int, Outcome] = {}
        claims: dict[int, _Claim] = {}
        unclaimed = list(range(len(digests)))
        while unclaimed:
            first = []
            for at, last in zip(unclaimed, await self._manifests(unclaimed, digests), strict=True):
                documents = digests[at]
                if manifest.is_older(last, documents):
                    outcomes[at] = Outcome(Fate.OLDER)
                    continue
                revisions.remember(documents, revisions.of(last))
                claims[at] = claim = _Claim(manifest.surplus(last, documents), manifest.still_refused(last, documents))
                first.append(replacing(at, documents.digest_id, manifest.place(last), manifest.before(documents, claim.surplus, claim.waited)))
            unclaimed = []
            for operation, judged in zip(first, await self.bulk.run(alias, first, skipped=self._skipped(digests)), strict=True):
                at = operation.owner
                if judged.verdict is Verdict.STALE:  # written by somebody else since it was read
                    unclaimed.append(at)
                elif judged.verdict is Verdict.POISON:
                    outcomes[at] = Outcome(Fate.REFUSED, judged.error, f"its manifest: {judged.reason}")
        return outcomes, {at: claim for at, claim in claims.items() if at not in outcomes}

    async def _conclude(self, unfinished: Sequence[int], digests: Sequence[Documents], refused: Mapping[int, Mapping[str, Judgement]]) -> set[int]:
        """Steps 4 and 5; the digests that a newer version has overtaken meanwhile."""
        if not unfinished:
            return set()
        last_word, strays, overtaken = [], [], set()
        for at, current in zip(unfinished, await self._manifests(unfinished, digests), strict=True):
            documents = digests[at]
            if manifest.is_older(current, documents):
                overtaken.add(at)
                version = (current or {})["version"]
                strays += [deleting(at, item_id, version) for item_id in manifest.strays(current, documents)]
            else:
                last_word.append(replacing(at, documents.digest_id, manifest.place(current), manifest.after(documents, list(refused.get(at, ())))))
        # What is stale here was written since by somebody who has this digest too, and concludes it himself.
        await self.bulk.run(names.alias(self.namespace, "digests"), last_word)
        await self.bulk.run(names.alias(self.namespace, "items"), strays)
        return overtaken

    async def _manifests(self, places: Sequence[int], digests: Sequence[Documents]) -> list[dict[str, Any] | None]:
        return await self.bulk.get(names.alias(self.namespace, "digests"), [digests[at].digest_id for at in places], manifest.FIELDS)

    def _skipped(self, digests: Sequence[Documents]) -> Skipped:
        """What `asked` says of the digest at a place of the batch."""

        def skipped(owner: int) -> str | None:
            return self.asked(place) if (place := digests[owner].place) else None

        return skipped

    async def _run_items(self, index: str, body: Sequence[Operation], digests: Sequence[Documents]) -> dict[int, dict[str, Judgement]]:
        """Index and delete; the refused items by digest and id, whose earlier versions are deleted so that no two revisions stand mixed."""
        refused: dict[int, dict[str, Judgement]] = defaultdict(dict)
        counts: dict[str, int] = defaultdict(int)
        for operation, judged in zip(body, await self.bulk.run(index, body, skipped=self._skipped(digests)), strict=True):
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
