"""What the indexer waits for at the moment, by name: read by readiness, set by whoever waits. Pure but for the gauge and the log."""

from dataclasses import dataclass, field

from shared import metrics
from shared.log import get

log = get(__name__)


@dataclass
class Blockers:
    """Reasons in plain words by what is waited for, such as an index's alias; empty while all goes well."""

    reasons: dict[str, str] = field(default_factory=dict)
    _for_operator: set[str] = field(default_factory=set)

    def begin(self, name: str, reason: str, *, operator: bool = False) -> None:
        """From now on (or still) something is waited for; `operator` when only a person can mend it."""
        if self.reasons.get(name) != reason:  # said once, not with every try
            (log.error if operator else log.warning)("waiting", what=name, reason=reason, operator=operator)
        self.reasons[name] = reason
        (self._for_operator.add if operator else self._for_operator.discard)(name)
        metrics.paused.labels(stage="index").set(1)

    def end(self, name: str) -> None:
        """It is no longer waited for."""
        self._for_operator.discard(name)
        if self.reasons.pop(name, None) is not None:
            log.info("going on", what=name)
        if not self.reasons:
            metrics.paused.labels(stage="index").set(0)

    @property
    def for_operator(self) -> str:
        """What only a person can mend; empty when nothing."""
        return "; ".join(f"{name}: {self.reasons[name]}" for name in sorted(self._for_operator))

    def __bool__(self) -> bool:
        return bool(self.reasons)

    def __str__(self) -> str:
        return "; ".join(f"{name}: {reason}" for name, reason in self.reasons.items())
