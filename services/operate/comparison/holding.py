"""What is owed of a digest and what is there of it → how they differ. Pure.

Rebuild compares the live pair of indices with the new one, reconcile the enriched topic with the index.

| difference | what is there against what is owed                     |
|------------|--------------------------------------------------------|
| missing    | there is nothing                                       |
| behind     | it is of an older version                              |
| changed    | it says something else under the same version          |
| incomplete | it has another number of items than it names itself    |
| ahead      | it is of a newer version                               |
| added      | it is there, and nothing or items alone were owed      |
| repaired   | it has all items that it names, what is owed has not   |
| stray      | there is nothing, and items alone were owed            |
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["missing", "behind", "changed", "incomplete", "ahead", "added", "repaired", "stray"]

NONE = -1
"""Instead of a version, a revision or a place: there is none. A number, as it takes less memory than a choice of types."""


@dataclass(slots=True)
class Holding:
    """What one place, a topic or an index, holds of one digest."""

    version: int = NONE
    """Of the enriched record or manifest; NONE where there are items alone, or nothing"""
    named: int = 0
    """Items that it names"""
    held: int = 0
    """Items that are there"""
    fingerprint: int = 0
    """Sum over hashes of whatever else is compared; 0 where nothing is"""

    def __str__(self) -> str:
        if self.version == NONE:
            return f"{self.held} items only" if self.held else "nothing"
        return f"version {self.version} with {self.held} of {self.named} items"


NOTHING = Holding()


def difference(owed: Holding, there: Holding) -> Kind | None:
    """How they differ; None where both are the same as far as versions, counts and fingerprints say."""
    if there.held != there.named:
        return "incomplete"
    if owed.version == NONE:
        return "added" if there.version != NONE else "stray" if owed.held else None
    if there.version == NONE:
        return "missing"
    if there.version != owed.version:
        return "behind" if there.version < owed.version else "ahead"
    if (there.named, there.fingerprint) != (owed.named, owed.fingerprint):
        return "changed"
    return "repaired" if owed.held != owed.named else None
