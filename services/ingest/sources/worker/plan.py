"""An entry and the state of its fetching → when it is fetched next, and the state after a turn. Pure.

After a failure a source is asked again after some minutes, then after twice that and so on, up to a day or
its own interval.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from shared.registry.entry import MAX_REFUSED, MAX_SEEN, Entry, FetchState

Uniform = Callable[[float, float], float]

FIRST_SECONDS = 300.0
"""Until the first try after a failure, where the source's interval is no shorter"""

LONGEST_SECONDS = 24 * 3600.0
"""Between two tries, and of a Retry-After that is believed; a longer interval is a source's own wish."""

JITTER = 0.1
"""Share of an interval by which sources that were added together drift apart"""

AWAY_SECONDS = 30.0
"""Until a source is taken up again whose digests ingest did not take"""

MAX_ERROR = 2000
"""Characters of an error that are kept, as FetchState says"""


def due(entry: Entry, state: FetchState | None, now: datetime) -> datetime | None:
    """Return since when or from when the source is to be fetched; None where it is not.

    A change of its entry makes it due at once, whatever it was paused for.
    """
    if not entry.on or entry.fetch is None:
        return None
    if state is None or state.edition != entry.edition:
        return entry.changed_at if entry.changed_at < now else now
    if state.paused:
        return None
    return state.next_at or now


def begun(entry: Entry, state: FetchState | None, target: str) -> FetchState:
    """Return the state that a turn begins with: validators are of one address, failures of one edition."""
    state = state or FetchState(source=entry.source)
    if state.target != target:
        state = state.model_copy(update={"target": target, "etag": None, "last_modified": None, "cursor": None})
    if state.edition != entry.edition:
        # What the entry says now may read the same document otherwise, so that it is asked for whole.
        fresh = {
            "edition": entry.edition,
            "failures": 0,
            "paused": False,
            "etag": None,
            "last_modified": None,
        }
        state = state.model_copy(update=fresh)
    return state


def succeeded(state: FetchState, every: float, now: datetime, uniform: Uniform, *, error: str | None = None) -> FetchState:
    """Return the state after a turn that worked; `error` is what a person should see of it nevertheless."""
    seconds = every * uniform(1 - JITTER, 1 + JITTER)
    update = {
        "at": now,
        "next_at": _after(now, seconds),
        "failures": 0,
        "error": _cut(error),
        "paused": False,
    }
    return state.model_copy(update=update)


def postponed(state: FetchState, now: datetime, seconds: float, *, error: str | None = None) -> FetchState:
    """Return the state after a turn that could not be ended through no fault of the source."""
    return state.model_copy(update={"at": now, "next_at": _after(now, seconds), "error": _cut(error)})


def failed(
    state: FetchState,
    every: float,
    now: datetime,
    uniform: Uniform,
    *,
    error: str,
    most: int,
    retry_after: float | None = None,
) -> FetchState:
    """Return the state after a turn that failed; after `most` in a row the source is paused."""
    failures = state.failures + 1
    first = min(every, FIRST_SECONDS)
    bound = min(first * 2 ** min(failures - 1, 30), max(every, LONGEST_SECONDS))
    seconds = max(uniform(bound / 2, bound), min(retry_after or 0.0, LONGEST_SECONDS))
    update = {
        "at": now,
        "next_at": _after(now, seconds),
        "failures": failures,
        "error": _cut(error),
        "paused": failures >= most,
    }
    return state.model_copy(update=update)


def with_seen(state: FetchState, *names: str) -> FetchState:
    """Return the state with these remembered as the newest of what was taken."""
    kept = dict.fromkeys([*(name for name in state.seen if name not in names), *names])
    return state.model_copy(update={"seen": tuple(kept)[-MAX_SEEN:]})


def refreshed(state: FetchState, present: Iterable[str]) -> FetchState:
    """Return the state where what its document still names is forgotten last.

    An old entry that stays there is never new again.
    """
    known = set(state.seen)
    return with_seen(state, *(name for name in present if name in known))


def with_refused(state: FetchState, line: str) -> FetchState:
    """Return the state with one more line of what was not taken, and why."""
    return state.model_copy(update={"refused": (*state.refused, line[:500])[-MAX_REFUSED:]})


def alike(one: FetchState, other: FetchState) -> bool:
    """Return whether two states say the same but for their times."""
    times = {"at": None, "next_at": None}
    return one.model_copy(update=times) == other.model_copy(update=times)


def _after(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


def _cut(error: str | None) -> str | None:
    return error[:MAX_ERROR] if error else None
