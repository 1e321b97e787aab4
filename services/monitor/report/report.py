"""Findings of one moment after another → the report: green, yellow, red or unknown for each part, the root cause first. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.monitor.lag.window import Course
from services.monitor.report.behind import behind
from services.monitor.report.facts import ENGINES, SERVICES, CanaryFacts, Facts, LagFacts
from services.monitor.report.rules import Finding, findings
from services.monitor.report.texts import Sentences, said
from shared.health.report import RANK, Behind, Canary, Colour, Lag, Part, PartitionLag, Report, Trouble, Words
from shared.settings import RunBy

_CONTENT = ("content_missing/", "content_extra/", "content_unlike/", "lost/")
"""What comparing finds."""

_PARTS = (*ENGINES, *SERVICES, "index_content", "canary")


@dataclass
class Reporter:
    """Remembers since when what is as it is."""

    run_by: RunBy = "hand"
    _since: dict[str, datetime] = field(default_factory=dict)
    _states: dict[str, tuple[Colour, datetime]] = field(default_factory=dict)
    _late: Behind | None = None
    """What waited when Kafka was seen last: it waits on while Kafka is away"""

    def report(self, facts: Facts) -> Report:
        """Return the report of these facts."""
        found = findings(facts)
        keys = {finding.key for finding in found}
        # What nobody can see for now may be as it was: when it is seen again, it has lasted since before.
        blind = facts.completeness.state == "unknown"
        kept = {key for key in self._since if blind and key.startswith(_CONTENT)} | keys
        self._since = {key: at for key, at in self._since.items() if key in kept}
        for finding in found:
            self._since.setdefault(finding.key, facts.at)
        troubles = [self._trouble(finding) for finding in found]
        causes = sorted((one for one in troubles if one.because is None), key=lambda one: -RANK[one.state])
        # A canary that none was fed of is neither well nor ill.
        names = [name for name in self._names(found) if name != "canary" or facts.canary != CanaryFacts()]
        parts = tuple(self._part(name, found, facts.at) for name in names)
        # Sources come and go: one that is well again is no part any more, and what it has next begins then.
        self._states = {name: self._states[name] for name in names if name in self._states}
        kafka = facts.engines.get("kafka")
        late = behind(facts)
        self._late = late or (self._late if kafka is not None and kafka.answers is False else None)
        return Report(
            state=worst(part.state for part in parts),
            at=facts.at,
            causes=tuple(causes),
            symptoms=tuple(one for one in troubles if one.because is not None),
            parts=parts,
            lags=tuple(_lag(stage, seen) for stage, seen in facts.lags.items()),
            behind=self._late,
            canary=_canary(facts.canary),
        )

    def _trouble(self, finding: Finding) -> Trouble:
        words = said(finding, self.run_by)
        return Trouble(
            code=finding.code,
            part=finding.part,
            state=finding.colour,
            since=self._since[finding.key],
            because=finding.because,
            command=words.command,
            detail=words.detail,
            chinese=_words(words.chinese),
            english=_words(words.english),
            digests=finding.digests,
        )

    def _names(self, found: Sequence[Finding]) -> list[str]:
        return list(dict.fromkeys([*_PARTS, *(finding.part for finding in found)]))

    def _part(self, name: str, found: Sequence[Finding], at: datetime) -> Part:
        own = [finding for finding in found if finding.part == name]
        state = worst(finding.colour for finding in own)
        if self._states.get(name, (None, at))[0] != state:
            self._states[name] = (state, at)
        return Part(name=name, state=state, since=self._states[name][1], troubles=tuple(finding.code for finding in own))


def _lag(stage: str, seen: LagFacts) -> Lag:
    partitions = tuple(_behind(one.course, one.oldest_seconds, one.partition) for one in seen.partitions)
    return Lag(stage=stage, members=seen.members, total=_behind(seen.course, seen.oldest_seconds), partitions=partitions)


def _behind(course: Course, seconds: float | None, partition: int | None = None) -> PartitionLag:
    return PartitionLag(
        partition=partition,
        state=course.state,
        records=course.lag,
        seconds=seconds,
        per_second=course.per_second,
        trend=course.trend,
        clear_seconds=course.seconds_to_clear,
        standing_seconds=course.standing,
    )


def worst(states: Iterable[Colour]) -> Colour:
    """Return the worst; green of none. What is not known is no alarm by itself, and never green."""
    return max(states, key=lambda state: RANK[state], default="green")


def _canary(facts: CanaryFacts) -> Canary | None:
    found = facts.figures
    return Canary(found=found.found, lost=found.lost, last=found.last, p50=found.p50, p95=found.p95, p99=found.p99) if found else None


def _words(sentences: Sentences) -> Words:
    return Words(symptom=sentences.symptom, action=sentences.action, impact=sentences.impact)
