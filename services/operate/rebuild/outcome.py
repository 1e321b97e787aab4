"""What an operator may ask of a rebuild, what came of it, and where it says how it goes."""

from dataclasses import dataclass, field
from typing import Protocol

from services.operate.rebuild.compare import SAMPLE
from services.operate.rebuild.differences import Comparison
from services.operate.rebuild.plan import Pair
from services.operate.rebuild.sweep import Swept


class Report(Protocol):
    """Where people see how it goes."""

    def say(self, text: str) -> None:
        """A line."""

    def begin(self, what: str, total: int) -> None:
        """A piece of work of so many records."""

    def done(self, records: int) -> None:
        """So many of all records so far."""


@dataclass(frozen=True)
class Options:
    """What an operator may ask for."""

    swap: bool = True
    keep_old: bool = False
    accept_missing: bool = False
    accept_changed: bool = False
    rate: float = 0.0
    sample: int = SAMPLE


@dataclass
class Done:
    """What came of it."""

    live: Pair | None
    target: Pair
    swapped: bool = False
    records: int = 0
    refused: int = 0
    comparison: Comparison | None = None
    swept: Swept | None = None
    removed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        what = (
            f"{self.target} {'live' if self.swapped else 'made, not swapped in'}; before: {self.live or 'nothing'}; {self.records:,} records written"
        )
        refused = f", {self.refused:,} refused as before" if self.refused else ""
        compared = f"; {self.comparison}" if self.comparison else ""
        swept = f"; {self.swept.deleted} surplus items of {self.swept.digests:,} digests swept" if self.swept else ""
        return what + refused + compared + swept
