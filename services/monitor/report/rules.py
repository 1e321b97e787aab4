"""Facts → findings, each by one rule, and which of them another explains. Pure.

A rule says one thing that is wrong. Where Kafka is away, ingest, enrich and index are not ready either: these findings name
the one that explains them, so that a person is told one cause and not five symptoms.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from services.monitor.report.facts import CONSUMERS, ENGINES, SERVICES, Facts, LagFacts, Service, ServiceFacts
from shared.health.report import Colour

SLOW_SECONDS = 60.0
"""From fed to found, at the 95th percentile of the canary: three seconds are usual, and people wait for a minute."""

EXPELLED_SECONDS = 60.0
"""After which a group has no member any more that is dead (45 s by default)."""

LOST_CANARIES = 2
"""In a row: one may fall into a restart."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong; its code and part stay the same while it lasts."""

    code: str
    part: str
    """kafka, elasticsearch, a service, index_content, canary or source:ID"""
    colour: Colour
    facts: Mapping[str, object] = field(default_factory=dict)
    """What its sentences name"""
    because: str | None = None
    """The key of the finding that explains it"""
    digests: tuple[str, ...] = ()
    """That show it"""

    @property
    def key(self) -> str:
        """Code and part."""
        return f"{self.code}/{self.part}"


Rule = Callable[[Facts], Iterator[Finding]]

NEEDS: Mapping[Service, tuple[str, ...]] = {
    "ingest": ("kafka",),
    "enrich": ("kafka",),
    "index": ("kafka", "elasticsearch"),
    "search": ("elasticsearch",),
    "fetch": ("kafka",),
}
"""What a service can't be ready without."""


def _away(facts: Facts) -> Iterator[str]:
    for engine in ENGINES:
        if (seen := facts.engines.get(engine)) is not None and seen.answers is False:
            yield engine


def engines(facts: Facts) -> Iterator[Finding]:
    """Kafka or Elasticsearch does not answer."""
    for engine in _away(facts):
        error = facts.engines[engine].error  # type: ignore[index]
        yield Finding("engine_away", engine, "red", {"raw": error, "engine": engine})


def services(facts: Facts) -> Iterator[Finding]:
    """A service does not run, hangs, or is not ready."""
    away = set(_away(facts))
    for service in SERVICES:
        seen = facts.services.get(service)
        if seen is not None and seen.key_refused:
            yield Finding("key_refused", service, "yellow", {"service": service})
            if seen.alive is None:
                continue
        if seen is None or (seen.alive and seen.ready and not seen.stopped):
            continue
        said: dict[str, object] = {"service": service, "raw": seen.message}
        if seen.alive is None:
            yield Finding("service_unknown", service, "unknown", said)
        elif seen.stopped:
            yield Finding("stage_stopped", service, "red", said)
        elif seen.hangs:
            yield Finding("service_hangs", service, "red", said)
        elif not seen.alive:
            working = _works(facts.lags.get(service), seen)
            yield Finding("health_unreachable" if working else "service_down", service, "yellow" if working else "red", said)
        else:
            cause = next((f"engine_away/{engine}" for engine in NEEDS[service] if engine in away), None)
            if service == "fetch":
                cause = cause or _explained_by_ingest(facts)
            if service in ("index", "search") and facts.completeness.reason == "no_index":
                cause = cause or "content_no_index/index_content"
            yield Finding("service_not_ready", service, "red", said, cause)


def _explained_by_ingest(facts: Facts) -> str | None:
    """Return the key of what is wrong with ingest, which the fetch worker feeds; None where it is ready."""
    seen = facts.services.get("ingest")
    if seen is None or seen.alive is None or (seen.alive and seen.ready):
        return None
    return f"{'service_hangs' if seen.hangs else 'service_not_ready' if seen.alive else 'service_down'}/ingest"


def _works(lag: LagFacts | None, seen: ServiceFacts) -> bool:
    """Whether Kafka sees a service at work whose port does not answer, so that only the address that was asked is wrong."""
    return lag is not None and lag.members > 0 and (lag.moving or seen.silent_seconds > EXPELLED_SECONDS)


def lags(facts: Facts) -> Iterator[Finding]:
    """A consumer goes on no more, falls behind, or reads again."""
    away = set(_away(facts))
    for service in CONSUMERS:
        lag = facts.lags.get(service)
        if lag is None or lag.course.state == "OK" or "kafka" in away:
            continue
        course = lag.course
        said: dict[str, object] = {"service": service, "lag": course.lag, "seconds": lag.oldest_seconds, "standing": course.standing}
        said |= _where(lag)
        because = _explains(facts, service, away)
        match course.state:
            case "STOP":
                yield Finding("nobody_reads", service, "red", said, because)
            case "STALL":
                yield Finding("stalled", service, "red", said, because)
            case "WARN" if course.stands:
                yield Finding("no_progress", service, "yellow", said, because)
            case "WARN":
                yield Finding("falls_behind", service, "yellow", said, because)
            case "REWIND":
                yield Finding("reads_again", service, "yellow", said, because or "content_filling/index_content")
            case "UNKNOWN":
                yield Finding("lag_unknown", service, "unknown", said, because)


def _where(lag: LagFacts) -> dict[str, object]:
    """Return which partitions are as bad as the whole, in words; none where all that wait are."""
    bad = [one.partition for one in lag.partitions if one.course.state == lag.course.state]
    if len(bad) == sum(one.course.lag > 0 for one in lag.partitions):
        return {"where": "", "where_en": ""}
    named = ", ".join(map(str, bad))
    return {"where": f"（分区 {named.replace(', ', '、')}）", "where_en": f" (partition {named})"}


def _explains(facts: Facts, service: Service, away: set[str]) -> str | None:
    """Return the key of the finding that explains why a consumer does not go on; None where the others say that all is well."""
    if cause := next((f"engine_away/{engine}" for engine in NEEDS[service] if engine in away), None):
        return cause
    seen = facts.services.get(service)
    if seen is None or seen.alive is None:
        return None
    codes = (
        ("stage_stopped", seen.stopped),
        ("service_hangs", seen.hangs),
        ("service_down", not seen.alive),
        ("service_not_ready", seen.alive and not seen.ready),
    )
    return next((f"{code}/{service}" for code, holds in codes if holds), None)


def dead_letters(facts: Facts) -> Iterator[Finding]:
    """Digests were given up on, and wait for a person."""
    for service, dead in facts.dead.items():
        if dead.waiting:
            worst = max(dead.errors, key=lambda error: dead.errors[error], default="")
            most = 2 * dead.errors.get(worst, 0) > dead.waiting
            said = {"service": service, "count": dead.waiting, "error": worst, "most": most, "kinds": len(dead.errors)}
            yield Finding("dead_letters", service, "yellow", said)


def content(facts: Facts) -> Iterator[Finding]:
    """The index does not hold what the topics say, or digests were lost in a stage."""
    found = facts.completeness
    said: dict[str, object] = {
        "missing": found.missing,
        "extra": found.extra,
        "items": found.items,
        "named": found.named,
        "detail": found.detail,
        "left": found.in_flight,
        "command": found.command,
    }
    if found.reason == "away":
        said["raw"] = found.detail
    if found.state == "unknown":
        cause = next((f"engine_away/{engine}" for engine in _away(facts)), None)
        yield Finding(f"content_{found.reason}", "index_content", "unknown", said, cause)
    elif found.state != "green":
        # The indexer makes the index when it starts; where all that is missing is what a stage lost, that is the cause.
        cause = "service_down/index" if found.reason == "no_index" else None
        if found.reason == "missing" and sum(lost.count for lost in facts.lost.values()) >= found.missing:
            cause = next((f"lost/{service}" for service in CONSUMERS if service in facts.lost), None)
        yield Finding(f"content_{found.reason}", "index_content", found.state, said, cause)
    for service, lost in facts.lost.items():
        yield Finding("lost", service, "red", {"service": service, "count": lost.count, "ids": ", ".join(lost.ids[:5])})


def canary(facts: Facts) -> Iterator[Finding]:
    """The synthetic digest is not found, is late, or can't be fed for want of a key."""
    if facts.canary.barred:
        yield Finding("canary_barred", "canary", "yellow", {"setting": facts.canary.barred})
    elif facts.canary.lost >= LOST_CANARIES:
        yield Finding("canary_lost", "canary", "red", {"count": facts.canary.lost})
    elif facts.canary.p95 is not None and facts.canary.p95 > SLOW_SECONDS:
        yield Finding("canary_slow", "canary", "yellow", {"seconds": facts.canary.p95})


def sources(facts: Facts) -> Iterator[Finding]:
    """A source is silent, fetched no more, lacks something, or looks different from before."""
    for seen in facts.sources:
        part, named = f"source:{seen.source}", {"shown": seen.shown}
        if seen.silent_days is not None:
            yield Finding("source_silent", part, "yellow", named | {"days": seen.silent_days})
        if seen.paused is not None:
            yield Finding("source_paused", part, "yellow", named | {"error": seen.paused})
        if seen.partial is not None:
            items, usual = seen.partial
            yield Finding("source_partial", part, "yellow", named | {"items": items, "usual": usual}, digests=seen.digests)
        if seen.missing is not None:
            yield Finding("source_gaps", part, "yellow", named | {"missing": seen.missing})
        if seen.drifted is not None:
            what = {"what": seen.drifted, "what_en": seen.drifted_english or seen.drifted}
            yield Finding("source_drifted", part, "yellow", named | what, digests=seen.digests)


def topics(facts: Facts) -> Iterator[Finding]:
    """Topics that must be there are not."""
    if facts.missing_topics and "kafka" not in set(_away(facts)):
        yield Finding("topics_missing", "kafka", "yellow", {"topics": ", ".join(facts.missing_topics)})


RULES: tuple[Rule, ...] = (engines, services, lags, dead_letters, content, canary, sources, topics)


PASSED = frozenset((*ENGINES, "ingest", "enrich", "index", "search"))
"""What a canary goes through; whoever fetches feeds has no part in it."""


def findings(facts: Facts) -> list[Finding]:
    """Return all that is wrong; what a finding that stands explains names it, what one that does not stand would explain does not.

    Where an engine or a stage that digests pass is red, it explains lost canaries too.
    """
    found = [finding for rule in RULES for finding in rule(facts)]
    keys = {finding.key for finding in found}
    broken = next((one.key for one in found if one.colour == "red" and one.part in PASSED and not one.because), None)
    return [_explained(finding, keys, broken) for finding in found]


def _explained(finding: Finding, keys: set[str], broken: str | None) -> Finding:
    because = finding.because if finding.because in keys else None
    if finding.code in ("canary_lost", "canary_slow"):
        because = broken
    return replace(finding, because=because)
