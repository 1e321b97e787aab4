"""What a rebuild waits for, by name → an error once it has waited long enough: unlike an indexer it can be started again."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from services.index.flow_control.blockers import Blockers
from shared.errors import Misconfigured, Unavailable

OPERATOR_SECONDS = 60.0
"""For what only a person can mend, such as a full disk or an index that somebody deleted."""

AWAY_SECONDS = 600.0
"""For Elasticsearch to come back."""


@dataclass
class Patience(Blockers):
    """Blockers that end; times in seconds."""

    clock: Callable[[], float] = time.monotonic
    _since: dict[str, float] = field(default_factory=dict)

    def begin(self, name: str, reason: str, *, operator: bool = False) -> None:
        """From now on (or still) something is waited for; raises Misconfigured or Unavailable when that has lasted too long."""
        if name not in self.reasons:
            self._since[name] = self.clock()
        super().begin(name, reason, operator=operator)
        waited = self.clock() - self._since[name]
        if operator and waited > OPERATOR_SECONDS:
            raise Misconfigured(f"{name}: {reason}")
        if waited > AWAY_SECONDS:
            raise Unavailable(f"{name}: {reason}")
