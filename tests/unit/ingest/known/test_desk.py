"""What is known of a digest without reading the archive: right, or said to be unknown for now."""

import asyncio
from collections.abc import Collection, Mapping

import pytest

from services.ingest.known.desk import AT_ONCE, KnownDesk
from services.ingest.revision import Revisions
from services.ingest.withdraw import Withdrawn, withdraw
from shared.errors import Unavailable
from shared.records import RawDigest
from tests.fakes.desk import FakeDesk
from tests.fakes.publisher import FakePublisher

ID, NOW = "0" * 31 + "a", 1770343200123


def known(revision: int, *, withdrawn: bool = False) -> RawDigest:
    """The digest at a revision."""
    return RawDigest(
        digest_id=ID, source="weekly", media_type="text/plain", received_at="2026-02-06T00:00:00Z", sha256="1" * 64, revision=revision,
        withdrawn=withdrawn,
    )  # fmt: skip


class Index:
    """Gives what it is told to, one answer after another; None is not there."""

    def __init__(self, *answers: RawDigest | None, away: bool = False) -> None:
        self.answers, self.away = list(answers), away

    async def get(self, digest_id: str) -> RawDigest | None:
        """The next answer, the last for ever."""
        if self.away:
            raise Unavailable("Elasticsearch can't be reached (fake)")
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class UnderWay:
    """Holds at most one digest; `unsure` where there is too much to look through."""

    def __init__(self, found: RawDigest | None = None, *, unsure: bool = False) -> None:
        self.found, self.unsure, self.asked = found, unsure, 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def latest(self, digest_ids: Collection[str]) -> Mapping[str, RawDigest]:
        """What it holds."""
        self.asked += 1
        await self.gate.wait()
        if self.unsure:
            raise Unavailable("too much is under way (fake)")
        return {ID: self.found} if self.found else {}


@pytest.mark.parametrize(
    ("index", "under_way", "expected", "looks"),
    [
        (Index(known(5)), UnderWay(unsure=True), known(5), 1),  # what stands in the index is enough, whatever is behind
        (Index(known(5)), UnderWay(known(9)), known(9), 1),  # fed just now, through a machine whose clock is ahead
        (Index(known(5)), UnderWay(known(4, withdrawn=True)), known(5), 1),
        (Index(known(5)), UnderWay(known(6, withdrawn=True)), known(6, withdrawn=True), 1),
        (Index(None), UnderWay(known(5)), known(5), 1),
        (Index(None), UnderWay(), None, 1),
        (Index(None, known(5)), UnderWay(), known(5), 1),  # came into the index while we looked elsewhere
        (Index(known(5), known(6)), UnderWay(), known(6), 1),  # a revision of it did
        (Index(known(5, withdrawn=True)), UnderWay(), known(5, withdrawn=True), 1),
        (Index(known(5, withdrawn=True)), UnderWay(known(6)), known(6), 1),  # fed again since
        (Index(known(5, withdrawn=True)), UnderWay(known(4)), known(5, withdrawn=True), 1),  # a dead letter that was sent again
        (Index(away=True), UnderWay(known(5)), known(5), 1),
        (Index(away=True), UnderWay(known(5, withdrawn=True)), Unavailable, 1),
        (Index(away=True), UnderWay(), Unavailable, 1),
        (Index(None), UnderWay(unsure=True), Unavailable, 1),
        (Index(known(5, withdrawn=True)), UnderWay(unsure=True), Unavailable, 1),
    ],
)
async def test_what_is_known(index: Index, under_way: UnderWay, expected: RawDigest | type[Unavailable] | None, looks: int) -> None:
    """Never a guess: what neither can tell is 503."""
    desk = KnownDesk(index, under_way, FakeDesk())
    if expected is Unavailable:
        with pytest.raises(Unavailable):
            await desk.latest([ID])
    else:
        assert await desk.latest([ID]) == ({ID: expected} if expected else {})
    assert under_way.asked == looks


@pytest.mark.parametrize(("index", "under_way"), [(Index(None), UnderWay()), (Index(away=True), UnderWay()), (Index(None), UnderWay(unsure=True))])
async def test_an_operator_has_the_archive_read(index: Index, under_way: UnderWay) -> None:
    """Where nobody else can tell."""
    assert await KnownDesk(index, under_way, FakeDesk(known(5)), whole=True).latest([ID]) == {ID: known(5)}


async def test_looks_at_kafka_are_bounded() -> None:
    """Who asks for what never was holds up neither memory nor those whose digest is in the index."""
    slow = UnderWay()
    slow.gate.clear()
    asked = KnownDesk(Index(None), slow, FakeDesk())
    waiting = [asyncio.create_task(asked.latest([ID])) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="try again soon"):
        await asked.latest([ID])
    asked.index.answers[0] = known(5)  # type: ignore[attr-defined]
    assert await asked.latest([ID]) == {ID: known(5)}
    asked.index.answers[0] = None  # type: ignore[attr-defined]
    slow.gate.set()
    assert await asyncio.gather(*waiting) == [{}] * AT_ONCE


async def test_a_withdrawal_by_it_is_above_what_is_known() -> None:
    """And on record where the archive is."""
    archive, publisher = FakeDesk(), FakePublisher()
    desk = KnownDesk(Index(known(5)), UnderWay(), archive)
    done = await withdraw([ID], reason="撤稿", by="key weekly", desk=desk, publisher=publisher, revisions=Revisions(lambda: NOW), key_name="weekly")
    assert done == [Withdrawn(ID, NOW, before=False)]
    [(raw, content)] = publisher.published
    assert (raw.source, raw.revision, raw.withdrawn, raw.key_name, content) == ("weekly", NOW, True, "weekly", b"")
    assert [(each.by, each.outcome) for each in archive.kept] == [("key weekly", "begun"), ("key weekly", "done")]
