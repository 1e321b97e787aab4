"""Dead letters, the quarantine's counts and the sources → the answer about failures, bounded whatever there is of each."""

from collections.abc import Callable, Sequence
from typing import Protocol

from services.search.errors import SearchError
from services.search.models.dead_letters import DeadFilter, LetterAnswer, kind_answer, letter_facts
from services.search.models.failures import FailureAnswer, FailuresAnswer, FetchFailure, HeldAnswer, SourceCount, WordingAnswer
from services.search.models.quarantine import QuarantineAnswer, QuarantineQuery
from services.search.models.sources import SourceAnswer
from shared.dead_letters.groups import Group
from shared.dead_letters.register import Register

MOST_GROUPS = 50
"""Of a page: there are some 25 kinds of our own, and what Elasticsearch says beside."""

MOST_SOURCES = 20


class Held(Protocol):
    """Where digests in quarantine are counted."""

    async def list(self, query: QuarantineQuery) -> QuarantineAnswer:
        """A page of them with the counts of all; raises SearchError."""


class Letters(Protocol):
    """Where dead letters are grouped."""

    @property
    def register(self) -> Register:
        """All letters."""

    @property
    def complete(self) -> bool:
        """Whether all of them have been read."""

    def groups(self, wanted: DeadFilter) -> Sequence[Group]:
        """Those that are asked for, by stage and error, the largest group first."""


class Failures:
    """Answers from what the monitor and the sources' watch saw last, so that it works while Kafka or Elasticsearch is away."""

    def __init__(self, letters: Letters, held: Callable[[], int], quarantine: Held, sources: Callable[[], Sequence[SourceAnswer]]) -> None:
        """`letters` are the dead ones; `held` tells how many digests are in quarantine, which is asked for reasons alone."""
        self._letters, self._held, self._quarantine, self._sources = letters, held, quarantine, sources

    async def answer(self, wanted: DeadFilter) -> FailuresAnswer:
        """All of it; of the letters those that are asked for."""
        found, register = self._letters.groups(wanted), self._letters.register
        failing = fetch_failures(self._sources())
        return FailuresAnswer(
            total=sum(group.count for group in found),
            groups=tuple(failure(group, register) for group in found[:MOST_GROUPS]),
            other_groups=max(0, len(found) - MOST_GROUPS),
            complete=self._letters.complete,
            quarantine=await self._counts(),
            fetching=tuple(failing[:MOST_SOURCES]),
            other_fetching=max(0, len(failing) - MOST_SOURCES),
        )

    async def _counts(self) -> HeldAnswer:
        total, counts = self._held(), dict[str, int]()
        if total:
            try:
                counts = (await self._quarantine.list(QuarantineQuery(limit=1))).counts
            except SearchError:
                counts = {}  # the page is about letters, which are known without the index
        return HeldAnswer(total=total, counts=counts)


def failure(group: Group, register: Register) -> FailureAnswer:
    """A group for the API. Pure."""
    return FailureAnswer(
        stage=group.stage,
        error=group.error,
        kind=kind_answer(group.kind),
        hope=group.hope,
        count=group.count,
        retrying=group.retrying,
        retryable=group.retryable,
        first_at=group.first_at,
        last_at=group.last_at,
        sources=group.sources,
        top_sources=tuple(SourceCount(source=source, count=count) for source, count in group.top_sources),
        wordings=tuple(WordingAnswer(**wording.__dict__ | {"newest": str(wording.newest)}) for wording in group.wordings),
        other_wordings=group.other_wordings,
        builds=group.builds,
        sample=LetterAnswer(**letter_facts(register.letters[group.newest], register)),
    )


def fetch_failures(sources: Sequence[SourceAnswer]) -> list[FetchFailure]:
    """Sources that are on and whose last fetch failed; paused ones first, then the most failures in a row. Pure."""
    found = [
        FetchFailure(
            source=one.source,
            kind=one.kind,
            paused=one.fetching.paused,
            failures=one.fetching.failures,
            error=one.fetching.error or "",
            at=one.fetching.at,
            next_at=None if one.fetching.paused else one.fetching.next_at,
        )
        for one in sources
        if one.on and one.fetching is not None and (one.fetching.paused or one.fetching.error)
    ]
    return sorted(found, key=lambda one: (not one.paused, -one.failures, one.source))
