"""A gold folder in → of each family, how much of the right items' text the product has in no item, as a
table.

    python -m scripts.text_lost FOLDER [FAMILY…]

Two figures: of the characters of right bodies (from their `starts` to their `ends` in the digest's text)
those that lie in no item of ours, and of the right titles those that no item of ours says anywhere. Compared
after NFKC, without white space and Markdown marks. A body whose ends can't be found in the text, in order, is
not counted; how many were is said.
"""

import json
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.enrich.enrich import enrich
from services.enrich.readers import read
from shared.media import by_suffix
from shared.records import EnrichedDigest, RawDigest

_DROPPED = re.compile(r"[*_`#\\|｜\[\]\s\u200b-\u200f\ufeff]")
ENDS = 10
"""Characters of a body's beginning and end that are looked for, as the scorer of items does."""


@dataclass
class Lost:
    """What is counted of one family; figures add up."""

    characters: int = 0
    outside: int = 0
    titles: int = 0
    unsaid: int = 0
    bodies: int = 0
    placed: int = 0

    def add(self, other: "Lost") -> None:
        """Count another's too."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def row(self, name: str) -> str:
        """A line of the table."""
        outside, unsaid = self.outside / max(1, self.characters), self.unsaid / max(1, self.titles)
        bodies = f"of {self.characters:7,} characters, {self.placed}/{self.bodies} bodies"
        return f"{name:28} outside items {outside:7.2%} {bodies}; titles in no item {unsaid:6.2%}"


def norm(text: str) -> str:
    """The text as it is compared."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text))


def lost(gold: dict[str, Any], enriched: EnrichedDigest, text: str) -> Lost:
    """What is lost of a digest's right items; `text` is the normalised text, in which our items' spans
    lie."""
    inside = bytearray(len(text))
    for item in enriched.items:
        for span in item.spans:
            inside[span.start : span.end] = b"\1" * (span.end - span.start)
    for other in enriched.others:
        if other.start is not None and other.end is not None:
            inside[other.start : other.end] = bytes(other.end - other.start)
    letters, held = _letters(text, inside)
    said = norm("\n".join(part for item in enriched.items for part in (item.title or "", item.body, *item.printed)))
    found, at = Lost(), 0
    for item in gold["items"]:
        if item["title"]:
            found.titles += 1
            found.unsaid += norm(item["title"]) not in said
        if not item["starts"] or not item["ends"]:
            continue
        found.bodies += 1
        place = _placed(letters, item, at)
        if place is not None:
            start, at = place
            found.placed += 1
            found.characters += at - start
            found.outside += held.count(0, start, at)
    return found


def _letters(text: str, inside: Sequence[int]) -> tuple[str, bytearray]:
    """The text as it is compared, and of each of its characters whether it lies in an item."""
    letters, held = [], bytearray()
    for character, within in zip(text, inside, strict=True):
        shown = norm(character)
        letters.append(shown)
        held.extend([within] * len(shown))
    return "".join(letters), held


def _placed(letters: str, item: dict[str, Any], at: int) -> tuple[int, int] | None:
    """Where a right body begins and ends, behind `at`: below its title, as a contents list may say the
    beginning too."""
    first, last = norm(item["starts"])[:ENDS], norm(item["ends"])[-ENDS:]
    title = norm(item["title"] or "")
    below = letters.find(title + first, at) if title else -1
    start = below + len(title) if below >= 0 else letters.find(first, at)
    end = letters.find(last, start) if start >= 0 else -1
    return (start, end + len(last)) if end >= 0 else None


def of_digest(path: Path) -> Lost:
    """What is lost of the digest that a gold file is of."""
    gold = json.loads(path.read_text("utf-8"))
    file = path.parent / gold["file"]
    data, kind = file.read_bytes(), by_suffix(file.name)
    assert kind is not None
    now = datetime.now(UTC)
    raw = RawDigest(digest_id="0" * 32, source="gold", media_type=kind, received_at=now, sha256="", revision=1)
    return lost(gold, enrich(raw, data, enriched_at=now), read(data, media_type=kind).text)


def main() -> int:
    """Print the table; 0."""
    folder, wanted = Path(sys.argv[1]), sys.argv[2:]
    rows: dict[str, Lost] = defaultdict(Lost)
    for path in sorted(folder.glob("*.json")):
        name = path.stem.split("__")[0]
        if not wanted or name in wanted:
            rows[name].add(of_digest(path))
    every = Lost()
    for name, row in sorted(rows.items()):
        print(row.row(name))
        every.add(row)
    print(every.row(f"all {len(rows)} families"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
