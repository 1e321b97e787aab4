"""A body in, the pieces of it out that are looked through for entities, until the allowance of its digest is used up. Pure but for that count.

Without it 5 MB of nothing but names of counties took 15 s and 1.1 GB, and its record of 150 MB fitted into no topic.
"""

from collections.abc import Iterator
from dataclasses import dataclass

MOST_CHARACTERS = 1_000_000
"""Of a digest: some three times the longest real one (under 1 MiB, a Chinese character taking three bytes)."""

MOST_ENTITIES = 30_000
"""Of a digest: with some 270 bytes each they take 8 MB of the 16 MiB that an enriched record may have, the text being the rest."""

PIECE = 50_000
"""Characters looked through at once: no real item is that long, so only digests that could not be split are read in pieces."""


@dataclass
class Allowance:
    """What of a digest may still be looked through; `extract` takes from it."""

    characters: int = MOST_CHARACTERS
    entities: int = MOST_ENTITIES
    left_out: int = 0
    """Characters that were not looked through, as one of the two was used up"""

    def pieces(self, body: str, *, beside: int) -> Iterator[tuple[int, int]]:
        """[start, end) of the pieces of `body` to look through, cut behind a line or sentence; `beside` more characters are read with the first.

        At least one comes unless nothing is left; what comes no more is counted as left out.
        """
        start, more = 0, beside
        while start < len(body) or start == 0:
            end = _cut(body, start)
            if self.entities <= 0 or end - start + more > self.characters:
                self.left_out += len(body) - start + more
                return
            self.characters -= end - start + more
            yield start, end
            if end == 0:
                return
            start, more = end, 0

    def message(self) -> str | None:
        """What to warn of; None if everything was looked through."""
        if not self.left_out:
            return None
        limit = f"{MOST_ENTITIES:,} entities" if self.entities <= 0 else f"{MOST_CHARACTERS:,} characters"
        return f"{self.left_out:,} characters were not looked through for entities, as a digest is looked through up to {limit}"


def _cut(body: str, start: int) -> int:
    """Where the piece from `start` ends: behind its last line, else its last sentence, else after PIECE characters."""
    end = start + PIECE
    if end >= len(body):
        return len(body)
    return max(body.rfind("\n", start, end), body.rfind("。", start, end)) + 1 or end
