"""Digests fed again through the flow, with stand-ins for Kafka: what is written, and what is answered."""

import asyncio
from datetime import date

import pytest

from services.ingest.accept import Submission, accept
from services.ingest.again.take import Taken, Taker
from services.ingest.erasure import withdrawal
from shared.errors import Rejected, Unavailable
from shared.records import RawDigest
from tests.fakes.memory import FakeMemory
from tests.fakes.publisher import FakePublisher

NOW = 1770343200123
TEXT = "江苏要闻\n1、昆山:将新增(近)零碳工厂10家"


def said(*, at: int = 0, text: str = TEXT, key: str | None = None, **fields: str) -> RawDigest:
    """A digest accepted `at` ms later."""
    submission = Submission(text.encode(), source="a", idempotency_key=key, **fields)
    return accept(submission, revision=NOW + at, max_bytes=1000)[0]


@pytest.fixture
def publisher() -> FakePublisher:
    """Kafka is there."""
    return FakePublisher()


@pytest.fixture
def memory(publisher: FakePublisher) -> FakeMemory:
    """Nothing was fed yet."""
    return FakeMemory(publisher)


@pytest.fixture
def taker(publisher: FakePublisher, memory: FakeMemory) -> Taker:
    """One process."""
    return Taker(publisher, memory)


def titles(publisher: FakePublisher) -> list[tuple[int, str | None]]:
    """Revisions since NOW and titles that were written."""
    return [(raw.revision - NOW, raw.title) for raw, _ in publisher.published]


async def test_fed_again_nothing_is_written(taker: Taker, publisher: FakePublisher) -> None:
    """The answer is the digest that is there."""
    first = await taker.take(said(title="周报"), b"")
    again = await taker.take(said(at=1), b"")
    assert (first.duplicate, again) == (False, Taken(first.digest_id, NOW, duplicate=True))
    assert titles(publisher) == [(0, "周报")]


async def test_at_once_one_is_written(taker: Taker, publisher: FakePublisher) -> None:
    """The others wait for Kafka's answer to the first, and are duplicates then."""
    publisher.gate = asyncio.Event()
    feeding = [asyncio.create_task(taker.take(said(at=at), b"")) for at in range(4)]
    await publisher.arrived.get()
    publisher.gate.set()
    assert sorted(taken.duplicate for taken in await asyncio.gather(*feeding)) == [False, True, True, True]
    assert len(publisher.published) == 1


async def test_what_kafka_did_not_take_is_no_duplicate(taker: Taker, publisher: FakePublisher) -> None:
    """The one that waited for it is written itself."""
    publisher.away = True
    with pytest.raises(Unavailable):
        await taker.take(said(), b"")
    publisher.away = False
    assert not (await taker.take(said(at=1), b"")).duplicate


async def test_withdrawn_by_another_it_is_written(taker: Taker, publisher: FakePublisher, memory: FakeMemory) -> None:
    """The topic is read to its end before anything is called a duplicate."""
    await taker.take(said(), b"")
    memory.before_current = lambda: memory.note(withdrawal(said(), revision=NOW + 1))
    assert not (await taker.take(said(at=2), b"")).duplicate
    assert [revision for revision, _ in titles(publisher)] == [0, 2]


async def test_what_another_wrote_a_moment_ago_is_known(taker: Taker, publisher: FakePublisher, memory: FakeMemory) -> None:
    """Under an identity, which is not ours: without one, ours would be a second digest of the same content."""
    theirs = said(external_id="12", title="周报")
    memory.before_current = lambda: memory.note(theirs)
    assert await taker.take(said(at=5), b"") == Taken(theirs.digest_id, NOW, duplicate=True)
    assert publisher.published == []


async def test_a_new_title_for_what_another_wrote_a_moment_ago(taker: Taker, publisher: FakePublisher, memory: FakeMemory) -> None:
    """It is a revision of that digest."""
    theirs = said(external_id="12", title="周报")
    memory.before_current = lambda: memory.note(theirs)
    taken = await taker.take(said(at=5, title="更正"), b"")
    assert (taken.digest_id, taken.duplicate, titles(publisher)) == (theirs.digest_id, False, [(5, "更正")])


@pytest.mark.parametrize("identity", [None, "12"])
async def test_a_title_that_another_gave_a_moment_ago_is_kept(
    taker: Taker, publisher: FakePublisher, memory: FakeMemory, identity: str | None
) -> None:
    """Ours gives a day alone; the title that we know of is no longer the last."""
    fields = {"external_id": identity} if identity else {}
    await taker.take(said(at=0, title="周报", **fields), b"")
    memory.before_current = lambda: memory.note(said(at=3, title="更正", **fields))
    await taker.take(said(at=5, published_on="2026-02-07", **fields), b"")
    assert [(raw.title, raw.published_on) for raw, _ in publisher.published][1:] == [("更正", date(2026, 2, 7))]


async def test_what_was_withdrawn_and_another_fed_again_a_moment_ago(taker: Taker, publisher: FakePublisher, memory: FakeMemory) -> None:
    """Under an identity of its own: it is there already."""
    await taker.take(said(external_id="12"), b"")
    memory.note(withdrawal(said(external_id="12"), revision=NOW + 1))
    theirs = said(at=2, external_id="12")
    memory.before_current = lambda: memory.note(theirs)
    assert await taker.take(said(at=5, external_id="12"), b"") == Taken(theirs.digest_id, NOW + 2, duplicate=True)
    assert len(publisher.published) == 1


async def test_where_nobody_knows_for_sure_it_is_written_with_what_is_known(taker: Taker, publisher: FakePublisher, memory: FakeMemory) -> None:
    """Kafka is slow, or the archive is still being read: a revision too many, nothing lost."""
    await taker.take(said(title="周报"), b"")
    memory.sure = False
    assert not (await taker.take(said(at=1), b"")).duplicate
    assert titles(publisher) == [(0, "周报"), (1, "周报")]


@pytest.mark.parametrize(("theirs", "written"), [(-1, [(0, None), (1, "周报")]), (5, [(0, None)])])
async def test_another_instance_gives_a_title_at_the_same_time(
    taker: Taker,
    publisher: FakePublisher,
    memory: FakeMemory,
    theirs: int,
    written: list[tuple[int, str | None]],
) -> None:
    """Before ours in the topic: ours is written once more with it, unless theirs wins anyway."""
    memory.before_seen = lambda: memory.note(said(at=theirs, title="周报"))
    await taker.take(said(), b"")
    assert titles(publisher) == written


async def test_our_title_wins_over_another_instances_none(taker: Taker, publisher: FakePublisher, memory: FakeMemory) -> None:
    """Theirs has a later revision and no title: ours is written above it."""
    memory.before_seen = lambda: memory.note(said(at=5))
    taken = await taker.take(said(title="周报"), b"")
    assert titles(publisher) == [(0, "周报"), (6, "周报")]
    assert taken.revision == NOW + 6


async def test_another_content_at_the_same_time_is_left_alone(taker: Taker, publisher: FakePublisher, memory: FakeMemory) -> None:
    """Two corrections under one identity: the later revision holds, as ever."""
    memory.before_seen = lambda: memory.note(said(at=5, text="更正", external_id="12"))
    await taker.take(said(external_id="12", title="周报"), b"")
    assert titles(publisher) == [(0, "周报")]


async def test_another_instances_title_is_not_reverted(taker: Taker, publisher: FakePublisher, memory: FakeMemory) -> None:
    """It came after ours and says otherwise; it gets what it lacks of ours."""
    memory.before_seen = lambda: memory.note(said(at=8, title="更正"))
    await taker.take(said(at=5, title="周报"), b"")
    assert titles(publisher) == [(5, "周报")]


async def test_another_instances_title_gets_our_day(taker: Taker, publisher: FakePublisher, memory: FakeMemory) -> None:
    """Above both; also where the digest that is fed again has another identity than ours would have."""
    await taker.take(said(external_id="12"), b"")
    memory.before_seen = lambda: memory.note(said(at=8, title="更正", external_id="12", url="https://example.org/12"))
    ours = said(at=5).model_copy(update={"published_on": date(2026, 2, 6)})
    await taker.take(ours, b"")
    last = publisher.published[-1][0]
    assert (last.revision - NOW, last.title, last.published_on, last.url) == (
        9,
        "更正",
        date(2026, 2, 6),
        "https://example.org/12",
    )


async def test_one_key_with_two_contents_at_once(taker: Taker, publisher: FakePublisher) -> None:
    """One is written, the other refused; and in whatever order they wait, neither waits for ever."""
    publisher.gate = asyncio.Event()
    sent = [said(text=text, key="k", external_id=text) for text in ("甲", "乙", "甲")]
    feeding = [asyncio.create_task(taker.take(raw, b"")) for raw in sent]
    await publisher.arrived.get()
    publisher.gate.set()
    taken = await asyncio.gather(*feeding, return_exceptions=True)
    assert [isinstance(each, Rejected) for each in taken] == [False, True, False]
    assert len(publisher.published) == 1


async def test_one_key_with_another_content_a_moment_ago(taker: Taker, memory: FakeMemory) -> None:
    """By another instance: ours is refused."""
    memory.before_current = lambda: memory.note(said(text="甲", key="k", external_id="1"))
    with pytest.raises(Rejected, match="came with other content"):
        await taker.take(said(at=1, text="乙", key="k", external_id="2"), b"")


async def test_a_late_retry_is_not_written_in_doubt(taker: Taker, publisher: FakePublisher, memory: FakeMemory) -> None:
    """Where Kafka is slow either: it would replace what corrected it."""
    await taker.take(said(key="k", external_id="12"), b"")
    await taker.take(said(at=1, text="更正", external_id="12"), b"")
    memory.sure = False
    taken = await taker.take(said(at=2, key="k", external_id="12"), b"")
    assert (taken.duplicate, taken.revision, len(publisher.published)) == (True, NOW + 1, 2)
