"""What the monitor, the services and the engines answered → one state, and the exit status that stands for it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from deploy.stack.state import State
from shared.health.asked import Asked
from shared.health.report import RANK, Colour, Report

Answer = Literal["given", "away", "key_refused", "not_ready", "none"]
"""Of the monitor; `none`: there is no monitor, as the stack has engines alone."""

Verdict = Literal["green", "yellow", "red", "unknown", "none"]
"""`none`: nothing runs."""

EXIT: dict[Verdict, int] = {"green": 0, "red": 1, "none": 3, "yellow": 4, "unknown": 5}
"""2 is wrong usage; 3 is what service managers say of what does not run."""

BLIND: dict[Answer, tuple[str, str]] = {
    "away": ("the monitor does not answer", "What is wrong inside is not known; each service was asked by itself."),
    "key_refused": (
        "the monitor does not take the key",
        "JIANBAO_HEALTH_KEY here is none of its JIANBAO_HEALTH_KEYS: the keys differ. Each service was asked by itself.",
    ),
    "not_ready": ("the monitor has no result yet", "It has just started, or is stuck; each service was asked by itself."),
}
"""Why there is no report, and what that means."""


@dataclass(frozen=True)
class Status:
    """One look."""

    stack: State | None
    """Of `jianbao up`; None where it is another installation, or nothing runs"""
    dead: State | None = None
    """A stack that ended without `jianbao down`"""
    named: tuple[str, ...] = ()
    """Variables that say where was asked"""
    asked: Mapping[str, Asked] = field(default_factory=dict)
    """By engine and service, as each says itself"""
    urls: Mapping[str, str] = field(default_factory=dict)
    answer: Answer = "none"
    report: Report | None = None

    @property
    def state(self) -> Verdict:
        """The worst of what the report and the parts themselves say."""
        if self.stack is None and self.report is None and all(one.kind in ("away", "foreign") for one in self.asked.values()):
            return "none"
        if self.stack is not None and self.stack.phase != "ready":
            return "unknown"
        return max(self._said(), key=lambda colour: RANK[colour])

    def _said(self) -> list[Colour]:
        found: list[Colour] = [self.report.state] if self.report else ["green" if self.answer == "none" else "unknown"]
        if self.troubled:
            found.append("red")
        return found

    @property
    def troubled(self) -> list[str]:
        """What is not ready, by its own answer or by having none.

        An address that may be one of a container's own network says nothing by its silence.
        """
        kinds = ("not_ready", "hangs") if self.stack is None else ("not_ready", "hangs", "away", "foreign")
        return [name for name, one in self.asked.items() if one.kind in kinds]
