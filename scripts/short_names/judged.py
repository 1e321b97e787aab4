"""The verdicts in tests/data/judged/short_names → which items of which digests tell of a name."""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "tests/data/judged/short_names"

KINDS = {
    "company": "companies",
    "agency": "agencies",
    "document": "documents",
    "region": "places",
    "person": "people",
}
HALVES = ("seen", "held_out", "all")


@dataclass(frozen=True)
class Digest:
    """A digest of the corpus."""

    number: int
    archive: str
    file: str
    sha256: str
    """Its first half, in hexadecimal"""


@dataclass(frozen=True)
class Verdict:
    """What was decided of one item for one name."""

    kind: str
    name: str
    digest: int
    start: int
    end: int
    """[start, end) of the item in the digest's normalised text"""
    relevant: bool


def digests() -> list[Digest]:
    """The corpus."""
    return [Digest(int(number), *rest) for number, *rest in _rows("digests.tsv")]


def verdicts() -> list[Verdict]:
    """All of them."""
    rows = _rows("verdicts.tsv")
    return [
        Verdict(kind, name, digest=int(digest), start=int(start), end=int(end), relevant=said == "1")
        for kind, name, digest, start, end, said, _ in rows
    ]


def half(name: str) -> str:
    """The half that a name belongs to, by its hash: failures of `seen` alone were looked at."""
    return HALVES[int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2]


def placed(given: Iterable[Verdict], items: Mapping[int, Sequence[tuple[str, int, int]]]) -> tuple[dict[str, dict[str, bool]], int]:
    """Name → item → whether it tells of it, and how many verdicts have no item any more.

    `items` are those of each digest, (id, start, end): an item counts as the one that was judged where most of
    either is the other.
    """
    found: dict[str, dict[str, bool]] = {}
    lost = 0
    for one in given:
        there = items.get(one.digest, ())
        shared = [(min(end, one.end) - max(start, one.start), end - start, item) for item, start, end in there]
        common, length, item = max(shared, default=(0, 0, ""))
        if 2 * common > max(length, one.end - one.start):
            found.setdefault(one.name, {})[item] = one.relevant
        else:
            lost += 1
    return found, lost


def _rows(name: str) -> Iterator[list[str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        yield from (row for row in rows if not row[0].startswith("#"))
