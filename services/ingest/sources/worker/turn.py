"""A source, once → what is new of it handed to ingest, and the state that is kept.

What was handed over is remembered once ingest acknowledged or refused it; until then it is fetched again the
next time.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.ingest.accept import Submission
from services.ingest.feed import Answer
from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.worker import plan
from services.ingest.sources.worker.handing import IngestClosed
from shared import log, metrics
from shared.errors import Rejected, Unavailable
from shared.registry.entry import Entry, Feed, Fetch, FetchState, Folder, Imap, Listing

logger = log.get(__name__)

TURN_SECONDS = 120.0
"""Of one source; what is left then is taken up after all others had their turn."""

KEEP_SECONDS = 1.0
"""Between two states that are kept within a turn: a site's own pause is as long."""

PAUSE_AFTER = 10
"""Failures in a row: two days by the usual intervals."""

LATER_SECONDS = 1.0
"""Until a turn that ran out of time goes on"""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Turns:
    """What turns work with, the same for all sources."""

    hand: Callable[[Submission], Awaitable[Answer]]
    keep: Callable[[FetchState], Awaitable[None]]
    ways: "dict[type[Fetch], Way]"
    """How each kind of source is fetched"""
    pause_after: int = PAUSE_AFTER
    now: Callable[[], datetime] = _now
    uniform: plan.Uniform = random.uniform

    def can(self, entry: Entry) -> bool:
        """Return whether the source is of a kind that is fetched."""
        return type(entry.fetch) in self.ways

    async def take(self, entry: Entry, state: FetchState | None) -> FetchState:
        """Fetch a source and hand over what is new; return its state, kept.

        Raises Unavailable where that can't be kept.
        """
        fetch = entry.fetch
        assert fetch is not None
        turn = Turn(self, entry, every(fetch), fetch.kind, plan.begun(entry, state, target(fetch)), self.now())
        try:
            outcome = await self.ways[type(fetch)](turn, fetch)
        except FetchFailed as failed:
            outcome = failed.kind
            turn.fail(failed.message, failed.retry_after)
        except Rejected as refused:
            outcome = refused.kind
            turn.fail(refused.message)
        except Unavailable as away:
            # Ingest takes nothing for now, which is no fault of the source.
            outcome = "not_taken"
            seconds = float(away.retry_after) if isinstance(away, IngestClosed) else plan.AWAY_SECONDS
            turn.state = plan.postponed(turn.state, self.now(), seconds, error=str(away))
        except Exception as error:
            # A fault of ours is the source's trouble alone, and not asked for again without pause.
            outcome = "fault"
            turn.fail(turn.fault(error))
        metrics.fetches.labels(kind=fetch.kind, outcome=outcome).inc()
        done = turn.state
        said = {"error": done.error, "failures": done.failures, "paused": done.paused}
        if isinstance(fetch, Folder) and state is not None and plan.alike(state, done):
            return done  # Each look into a folder would be a record.
        logger.info("source_fetched", source=entry.source, outcome=outcome, fed=turn.fed, **said)
        await self.keep(done)
        return done


def target(fetch: Fetch) -> str:
    """Return the address that validators and places are of."""
    if isinstance(fetch, Feed | Listing):
        return fetch.url
    if isinstance(fetch, Imap):
        return f"{fetch.user}@{fetch.host}:{fetch.port}/{fetch.mailbox}"
    return fetch.path


def every(fetch: Fetch) -> float:
    """Return the seconds between two turns."""
    return FOLDER_SECONDS if not isinstance(fetch, Feed | Listing | Imap) else float(fetch.every)


FOLDER_SECONDS = 5.0
"""Between two looks into a folder, which cost next to nothing"""


@dataclass
class Turn:
    """One source's turn while it is taken."""

    turns: Turns
    entry: Entry
    every: float
    kind: str
    state: FetchState
    kept_at: datetime
    fed: int = 0
    refused: int = 0
    problems: list[str] = field(default_factory=list)
    """Of what could not be taken for now and is not in the state's `missed`, a line each"""
    ends: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Count the time from now on."""
        self.ends = self.turns.now() + timedelta(seconds=TURN_SECONDS)

    @property
    def over(self) -> bool:
        """Whether it is others' turn."""
        return self.turns.now() >= self.ends

    async def hand(self, digest: Submission) -> None:
        """Hand a digest over; raises Rejected where it is refused, Unavailable where ingest takes none."""
        self.note(await self.turns.hand(digest))

    def note(self, answer: Answer) -> None:
        """Note a digest that was taken."""
        self.fed += 1
        self.state = self.state.model_copy(update={"fed_at": self.turns.now()})
        self.count("duplicate" if answer.duplicate_of else "fed")

    def count(self, verdict: str) -> None:
        """Count what became of a digest."""
        metrics.fetched_digests.labels(kind=self.kind, verdict=verdict).inc()

    def refuse(self, called: str, why: str) -> None:
        """Note what was not taken and never will be."""
        logger.warning("refused", source=self.entry.source, why=why)
        self.refused += 1
        self.count("refused")
        self.state = plan.with_refused(self.state, f"{called}: {why}")

    def miss(self, name: str, called: str, why: str, *, lasting: bool, most: int = plan.ARTICLE_TRIES) -> bool:
        """Note an article that could not be had; return whether it is given up.

        That is what comes of a trouble that is `lasting`, after `most` tries.
        """
        logger.info("missed", source=self.entry.source, why=why)
        held = self.state.missed.get(name)
        if lasting and held is not None and held.tries + 1 >= most:
            self.refuse(called, why)
            return True
        line, turns = f"{called}: {why}", self.turns
        self.state = plan.with_missed(self.state, name, line, every=self.every, now=turns.now(), uniform=turns.uniform)
        if name not in self.state.missed:
            self.problems.append(line)
        return False

    def fault(self, error: Exception) -> str:
        """Log what nobody foresaw, and return what a person should see of it."""
        logger.error("turn_failed", source=self.entry.source, exc_info=error)
        return f"it can't be read, by a fault of this program ({type(error).__name__}): its log says more"

    async def keep(self) -> None:
        """Keep how far the turn is, where that was not done just now; raises Unavailable."""
        if self.turns.now() >= self.kept_at + timedelta(seconds=KEEP_SECONDS):
            await self.turns.keep(self.state)
            self.kept_at = self.turns.now()

    def fail(self, error: str, retry_after: float | None = None) -> None:
        """End the turn as one that failed."""
        turns = self.turns
        self.state = plan.failed(
            self.state,
            self.every,
            turns.now(),
            turns.uniform,
            error=error,
            most=turns.pause_after,
            retry_after=retry_after,
        )

    def end(self, *, left: bool = False, closed: bool = False) -> str:
        """End the turn; return one word for what became of it.

        Something may be `left` of it, and its articles may all be `closed` to us.
        """
        now, nothing = self.turns.now(), not self.fed + self.refused
        if closed and nothing:
            self.fail(self.problem() or "nothing could be fetched")
            return "articles"
        if left and nothing:
            # It may be that others of its site were waited for: no failure of its own.
            error = self.problem() or f"nothing came within {TURN_SECONDS:g} seconds"
            self.state = plan.postponed(self.state, now, min(self.every, plan.FIRST_SECONDS), error=error)
            return "slow"
        if left:
            self.state = plan.postponed(self.state, now, LATER_SECONDS, error=self.problem())
            return "long"
        self.state = plan.succeeded(self.state, self.every, now, self.turns.uniform, error=self.problem())
        return "fetched"

    def problem(self) -> str | None:
        """Return what a person should see of what could not be fetched for now."""
        lines = [*self.problems, *(missed.why for missed in self.state.missed.values())]
        if len(lines) < 2:
            return lines[0] if lines else None
        return f"{len(lines)} could not be fetched; {lines[0]}"


Way = Callable[[Turn, Fetch], Awaitable[str]]
"""Takes a turn; returns one word for what became of it, raises FetchFailed, Rejected and Unavailable"""
