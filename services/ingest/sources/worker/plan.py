"""An entry and the state of its fetching → when it is fetched next, and the state after a turn. Pure.

After a failure a source is asked again after some minutes, then after twice that and so on, up to a day or
its own interval.
"""

from collections.abc import Callable, Container, Iterable
from datetime import datetime, timedelta

from shared.registry.entry import MAX_MISSED, MAX_REFUSED, MAX_SEEN, Entry, FetchState, Missed

Uniform = Callable[[float, float], float]

FIRST_SECONDS = 300.0
"""Until the first try after a failure, where the source's interval is no shorter"""

LONGEST_SECONDS = 24 * 3600.0
"""Between two tries, and of a Retry-After that is believed; a longer interval is a source's own wish."""

ARTICLE_TRIES = 12
"""For an article, over three to four days: checks, logins and closed doors of a site pass in hours or days."""

JITTER = 0.1
"""Share of an interval by which sources that were added together drift apart"""

AWAY_SECONDS = 30.0
"""Until a source is taken up again whose digests ingest did not take"""

MAX_ERROR, MAX_LINE = 2000, 500
"""Characters of an error and of a line on one article that are kept, as FetchState says"""


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
        fresh: dict[str, object] = {
            "edition": entry.edition,
            "failures": 0,
            "paused": False,
            "etag": None,
            "last_modified": None,
            "missed": {},
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


def backoff(tries: int, every: float, uniform: Uniform) -> float:
    """Return the seconds until the next try: minutes, then twice that and so on, up to a day or the source's interval."""
    bound = min(min(every, FIRST_SECONDS) * 2 ** min(tries - 1, 30), max(every, LONGEST_SECONDS))
    return uniform(bound / 2, bound)


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
    seconds = max(backoff(failures, every, uniform), min(retry_after or 0.0, LONGEST_SECONDS))
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
    missed = {name: one for name, one in state.missed.items() if name not in names}
    return state.model_copy(update={"seen": tuple(kept)[-MAX_SEEN:], "missed": missed})


def refreshed(state: FetchState, present: Iterable[str]) -> FetchState:
    """Return the state where what its document still names is forgotten last.

    An old entry that stays there is never new again.
    """
    known = set(state.seen)
    return with_seen(state, *(name for name in present if name in known))


def waits(state: FetchState, name: str, now: datetime) -> bool:
    """Return whether an article could not be had, and it is too early to try again."""
    held = state.missed.get(name)
    return held is not None and held.next_at > now


def with_missed(state: FetchState, name: str, line: str, *, every: float, now: datetime, uniform: Uniform) -> FetchState:
    """Return the state with one more try of an article that could not be had, and when the next one is."""
    held = state.missed.get(name)
    if held is None and len(state.missed) >= MAX_MISSED:
        return state
    tries = held.tries + 1 if held is not None else 1
    missed = Missed(tries=tries, next_at=_after(now, backoff(tries, every, uniform)), why=_plain(line, MAX_LINE))
    return state.model_copy(update={"missed": {**state.missed, name: missed}})


def without_missed(state: FetchState, keep: Container[str]) -> FetchState:
    """Return the state where those alone are still to be tried again."""
    return state.model_copy(update={"missed": {name: one for name, one in state.missed.items() if name in keep}})


def with_refused(state: FetchState, line: str) -> FetchState:
    """Return the state with one more line of what was not taken, and why."""
    return state.model_copy(update={"refused": (*state.refused, _plain(line, MAX_LINE))[-MAX_REFUSED:]})


def alike(one: FetchState, other: FetchState) -> bool:
    """Return whether two states say the same but for their times."""
    times = {"at": None, "next_at": None}
    return one.model_copy(update=times) == other.model_copy(update=times)


def _after(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


def _cut(error: str | None) -> str | None:
    return _plain(error, MAX_ERROR) if error else None


def _plain(text: str, most: int) -> str:
    """The beginning of a text from anywhere, without the halves of characters that no JSON can hold."""
    return text[:most].encode("utf-8", "replace").decode("utf-8")
