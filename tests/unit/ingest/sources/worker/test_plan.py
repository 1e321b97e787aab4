"""When a source is fetched next, by what its last turns came to."""

from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.sources.worker import plan
from shared.registry.entry import MAX_MISSED, MAX_REFUSED, MAX_SEEN, Entry, Feed, FetchState

NOW = datetime(2026, 2, 6, 1, tzinfo=UTC)
EVERY = 1800.0


FEED = Feed(url="https://a.org/")


def entry(*, edition: int = 1, on: bool = True, fetch: Feed | None = FEED) -> Entry:
    """A source with a feed."""
    return Entry(source="a", edition=edition, fetch=fetch, on=on, changed_at=NOW - timedelta(hours=1), by="a@b")


def state(*, edition: int = 1, minutes: float = 10, paused: bool = False) -> FetchState:
    """What its last turn came to; the next one is so many minutes from now."""
    return FetchState(source="a", edition=edition, next_at=NOW + timedelta(minutes=minutes), paused=paused)


@pytest.mark.parametrize(
    ("one", "found", "due"),
    [
        (entry(), None, NOW - timedelta(hours=1)),
        (entry(), state(), NOW + timedelta(minutes=10)),
        (entry(), state(minutes=-10), NOW - timedelta(minutes=10)),
        (entry(), state(paused=True), None),
        (entry(edition=2), state(paused=True), NOW - timedelta(hours=1)),
        (entry(on=False), None, None),
        (entry(fetch=None), None, None),
    ],
)
def test_when_a_source_is_due(one: Entry, found: FetchState | None, due: datetime | None) -> None:
    """A new or changed one at once; never one that is off, pushed, or paused as it stands."""
    assert plan.due(one, found, NOW) == due


def test_a_changed_entry_is_asked_for_whole() -> None:
    """It may read the same document otherwise; what was taken is still known."""
    before = state(paused=True).model_copy(update={"target": "t", "etag": "1", "failures": 10, "seen": ("x",)})
    begun = plan.begun(entry(edition=2), before, "t")
    assert (begun.etag, begun.failures, begun.paused, begun.seen, begun.edition) == (
        None,
        0,
        False,
        ("x",),
        2,
    )


def test_validators_are_of_one_address() -> None:
    """At another they would hide what is there."""
    before = state().model_copy(update={"target": "t", "etag": "1", "cursor": "7/3"})
    assert plan.begun(entry(), before, "t") == before
    begun = plan.begun(entry(), before, "u")
    assert (begun.target, begun.etag, begun.cursor) == ("u", None, None)


@pytest.mark.parametrize(("failures", "minutes"), [(0, 5), (1, 10), (2, 20), (5, 160), (8, 1280), (9, 1440), (500, 1440)])
def test_each_failure_waits_longer(failures: int, minutes: float) -> None:
    """Up to a day."""
    before = state().model_copy(update={"failures": failures})
    after = plan.failed(before, EVERY, NOW, max, error="500", most=1000)
    assert after.next_at == NOW + timedelta(minutes=minutes)
    assert (after.failures, after.error, after.paused) == (failures + 1, "500", False)


def test_jitter_halves_a_wait_at_most() -> None:
    """So that sources of one server do not come back together."""
    after = plan.failed(state(), EVERY, NOW, min, error="500", most=10)
    assert after.next_at == NOW + timedelta(minutes=2.5)


@pytest.mark.parametrize(("asked", "minutes"), [(None, 5), (60.0, 5), (3600.0, 60), (1e300, 1440), (float("inf"), 1440)])
def test_a_server_may_ask_for_more(asked: float | None, minutes: float) -> None:
    """A day at most is believed."""
    after = plan.failed(state(), EVERY, NOW, max, error="429", most=10, retry_after=asked)
    assert after.next_at == NOW + timedelta(minutes=minutes)


def test_after_many_failures_a_source_is_paused() -> None:
    """With the last error."""
    before = state().model_copy(update={"failures": 9})
    after = plan.failed(before, EVERY, NOW, max, error="x" * 3000, most=10)
    assert (after.paused, after.failures, len(after.error or "")) == (True, 10, plan.MAX_ERROR)


def test_a_success_forgets_failures() -> None:
    """And the next turn is an interval later, more or less."""
    before = state().model_copy(update={"failures": 3, "error": "500"})
    after = plan.succeeded(before, EVERY, NOW, max)
    assert (after.failures, after.error) == (0, None)
    assert after.next_at == NOW + timedelta(minutes=33)


def test_what_is_still_there_is_forgotten_last() -> None:
    """An old entry that a feed goes on listing is never new again."""
    before = state().model_copy(update={"seen": tuple(f"{number}" for number in range(MAX_SEEN))})
    after = plan.with_seen(plan.refreshed(before, ["0", "unknown"]), "new")
    assert after.seen[-2:] == ("0", "new")
    assert len(after.seen) == MAX_SEEN
    assert "1" not in after.seen


def test_the_last_refusals_are_shown() -> None:
    """Some, cut where they are long."""
    after = state()
    for number in range(MAX_REFUSED + 2):
        after = plan.with_refused(after, f"{number}" * 600)
    assert len(after.refused) == MAX_REFUSED
    assert {len(line) for line in after.refused} == {500}


def test_articles_that_wait_are_bounded() -> None:
    """More are tried without being counted: the state stays small, and none is lost."""
    found = state()
    for number in range(MAX_MISSED + 1):
        found = plan.with_missed(found, f"{number}", "x: 404", every=EVERY, now=NOW, uniform=max)
    assert len(found.missed) == MAX_MISSED
    assert not plan.waits(found, f"{MAX_MISSED}", NOW)
    again = plan.with_missed(found, "0", "x: 404", every=EVERY, now=NOW, uniform=max)
    assert (again.missed["0"].tries, again.missed["0"].next_at) == (2, NOW + timedelta(minutes=10))
    assert len(again.to_json()) < 20_000


def test_a_changed_entry_has_its_articles_tried_at_once() -> None:
    """Whoever edits it may have mended what was wrong."""
    before = plan.with_missed(state(), "x", "x: 404", every=EVERY, now=NOW, uniform=max)
    assert plan.begun(entry(edition=2), before, before.target).missed == {}


def test_what_no_json_can_hold() -> None:
    """Halves of characters, as names of files and answers of servers have them, do not keep a state from being kept."""
    line = b"\xb1\xa8.md: \xff".decode("utf-8", "surrogateescape")
    found = plan.with_refused(plan.postponed(state(), NOW, 1, error=line), line)
    found = plan.with_missed(found, "x", line, every=EVERY, now=NOW, uniform=max)
    assert found.to_json().count(b"??.md: ?") == 3
