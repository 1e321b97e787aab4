"""Records → all answered for."""

from collections.abc import Sequence

import pytest
from prometheus_client import REGISTRY

from services.index.bulk import Bulk
from services.index.dead import DeadLimit
from services.index.delivery import Delivery
from services.index.document import Documents
from services.index.flow_control.blockers import Blockers
from services.index.writer import Fate, Outcome, Writer
from shared.dead_letters.headers import Failure, SourceRecord
from shared.kafka import canary
from shared.records import EnrichedDigest
from tests.fakes.digests import enriched, value
from tests.fakes.elastic import FakeElastic


class Shell:
    """A delivery with its fakes; `mend` runs while it waits."""

    def __init__(self, *, limit: int = 100) -> None:
        self.elastic = FakeElastic()
        self.kept: list[tuple[SourceRecord, Failure]] = []
        self.blockers = Blockers()
        self.said: list[str] = []
        self.mended = False
        writer = Writer(Bulk(self.elastic, 2**20, 4, self.blockers, sleep=self._sleep))
        self.delivery = Delivery(writer, self, DeadLimit(limit), self.blockers, self._sleep)

    async def send(self, letters: Sequence[tuple[SourceRecord, Failure]]) -> None:
        """Keep letters."""
        self.kept += letters

    async def _sleep(self, _seconds: float) -> None:
        self.said.append(self.blockers.for_operator)
        self.elastic.refuse = lambda _index, _id: None

    def titles(self) -> list[str]:
        """Of the items that are there."""
        return sorted(item["title"] for item in self.elastic.documents("items").values())


def _record(data: bytes | None, key: bytes = b"key", offset: int = 0) -> SourceRecord:
    return SourceRecord("digests.enriched.v1", 0, offset, key, data)


def _of(digest: EnrichedDigest, offset: int = 0) -> SourceRecord:
    return _record(digest.to_json(), digest.digest_id.encode(), offset)


def _counts() -> dict[str, float]:
    names = ("received", "sent", "dead", "discarded")
    return {
        name: sum(
            sample.value
            for metric in REGISTRY.collect()
            for sample in metric.samples
            if sample.name == f"jianbao_{name}_total" and sample.labels.get("stage") == "index"
        )
        for name in names
    }


async def test_good_and_bad_in_one_batch() -> None:
    """The good are indexed, the bad are dead letters with all their bytes and their place."""
    shell = Shell()
    bad = _record(b"\xff", offset=7)
    await shell.delivery.deliver([_of(enriched("昆山:甲", name="a")), bad, _of(enriched("常州:乙", name="b"))])
    assert shell.titles() == ["常州:乙", "昆山:甲"]
    ((record, failure),) = shell.kept
    assert record is bad
    assert (failure.stage, failure.error, failure.attempts) == ("index", "undecodable", 1)


async def test_a_foreign_key_is_refused() -> None:
    """Under another key the digest's revisions would not come in order."""
    shell = Shell()
    await shell.delivery.deliver([_record(enriched("昆山:甲").to_json(), b"other")])
    assert [failure.error for _, failure in shell.kept] == ["unknown_form"]


async def test_counts_balance() -> None:
    """received = sent + dead + discarded."""
    shell = Shell()
    before = _counts()
    await shell.delivery.deliver([_of(enriched("昆山:甲", revision=2)), _of(enriched("昆山:甲", revision=1)), _record(b"{}")])
    await shell.delivery.deliver([_of(enriched("昆山:甲", revision=1))])
    after = _counts()
    assert {name: after[name] - before[name] for name in after} == {"received": 4, "sent": 1, "dead": 1, "discarded": 2}


async def test_when_nearly_all_is_refused_nothing_is_given_up_on() -> None:
    """Red until it is mended; then the same records are indexed, and none of them died."""
    shell = Shell(limit=10)
    shell.elastic.refuse = lambda _index, _id: {"status": 400, "error": {"type": "strict_dynamic_mapping_exception", "reason": "no field [mood]"}}
    digests = [enriched("昆山:甲", name=str(number)) for number in range(20)]
    await shell.delivery.deliver([_of(digest) for digest in digests])
    assert len(shell.titles()) == 20
    assert shell.kept == []
    assert len(shell.said) == 1
    assert "no field [mood]" in shell.said[0]
    assert not shell.blockers


@pytest.mark.parametrize("bad", [1, 9])
async def test_below_the_limit_the_bad_ones_die(bad: int) -> None:
    """And the service goes on."""
    shell = Shell(limit=10)
    digest = enriched("昆山:甲", name="bad")
    records = [_record(value(digest, published_on="昨日"), digest.digest_id.encode(), offset) for offset in range(bad)]
    await shell.delivery.deliver([*records, _of(enriched("常州:乙", name="good"))])
    assert len(shell.kept) == bad
    assert shell.titles() == ["常州:乙"]


class Canaries:
    """Keeps what is given to it."""

    def __init__(self) -> None:
        self.written: list[str] = []

    async def write(self, digests: Sequence[Documents]) -> list[Outcome]:
        """All of it is taken."""
        self.written += [each.digest_id for each in digests]
        return [Outcome(Fate.INDEXED)] * len(digests)


@pytest.mark.parametrize("takes", [True, False])
async def test_the_monitors_own_digest_never_gets_to_the_others(takes: bool) -> None:
    """It has a writer of its own, without which it is dropped."""
    shell, canaries = Shell(), Canaries()
    shell.delivery.canary = canaries if takes else None
    beat = enriched("探针").model_copy(update={"digest_id": canary.DIGEST_ID})
    await shell.delivery.deliver([_of(enriched("昆山:甲")), _of(beat, 1)])
    assert shell.titles() == ["昆山:甲"]
    assert list(shell.elastic.documents("digests")) == [enriched("昆山:甲").digest_id]
    assert canaries.written == ([canary.DIGEST_ID] if takes else [])
    assert shell.kept == []


async def test_the_monitors_own_digest_is_in_no_figure_and_proves_nothing() -> None:
    """It is not counted, and however many of it are taken the limit is reached by those of people."""
    shell, before = Shell(limit=10), _counts()
    shell.delivery.canary = Canaries()
    beat = enriched("探针").model_copy(update={"digest_id": canary.DIGEST_ID})
    await shell.delivery.deliver([_of(beat, 1)])
    assert _counts() == before
    shell.elastic.refuse = lambda _index, _id: {"status": 400, "error": {"type": "strict_dynamic_mapping_exception", "reason": "no field [mood]"}}
    digests = [enriched("昆山:甲", name=str(number)) for number in range(10)]
    await shell.delivery.deliver([record for at, digest in enumerate(digests) for record in (_of(digest, 2 * at), _of(beat, 2 * at + 1))])
    assert len(shell.said) == 1
    assert shell.kept == []
