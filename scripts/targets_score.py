"""Quantities of real digests judged by hand and the archives that hold their texts in, precision and recall of targets out.

    python -m scripts.targets_score FOLDER_OF_ARCHIVES [--wrong]

The judgements are tests/data/targets/real.jsonl; its README tells how they were drawn, and which of them rules have seen.
"""

import argparse
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from scripts.real_items import MEDIA_TYPES, archives, identity
from services.enrich.enrich import enrich
from shared.errors import Rejected
from shared.records import RawDigest

JUDGED = Path(__file__).parent.parent / "tests/data/targets/real.jsonl"
DAY = datetime(2026, 11, 30, tzinfo=UTC)
"""Of receipt, which dates those that do not say theirs; the judged ones were drawn on it."""

Place = tuple[str, str, int]
"""An item by the hash of its text, its field, and where in it a quantity begins"""


@dataclass(frozen=True)
class Judged:
    """A quantity, what was decided of it, and what the product says; None where it is no quantity of the digest any more."""

    part: str
    place: str
    drawn: tuple[str, ...]
    gold: bool
    reason: str
    given: bool | None


def rows() -> list[dict[str, object]]:
    """Lines of the file."""
    return [json.loads(line) for line in JUDGED.read_text("utf-8").splitlines()]


def aims(name: str, content: bytes) -> Mapping[Place, bool]:
    """The quantities of a digest, and whether each is a target; none of one that the product refuses."""
    raw = RawDigest(
        digest_id="0" * 32,
        source="real",
        media_type=MEDIA_TYPES.get(PurePosixPath(name).suffix, "text/plain"),
        received_at=DAY,
        sha256="0" * 64,
        revision=1,
    )
    try:
        items = enrich(raw, content, enriched_at=DAY).items
    except Rejected:
        return {}
    return {
        (identity(item.title, item.body), entity.field, entity.start): (entity.canonical or {}).get("target") is True
        for item in items
        for entity in item.entities
        if entity.type == "quantity"
    }


def judged(folder: Path) -> Iterator[Judged]:
    """Each line with what the product says of it; those of a digest that has changed are left out."""
    lines = rows()
    for archive, files in archives(folder):
        here = [line for line in lines if line["archive"] == archive]
        for name in sorted({str(line["file"]) for line in here} & files.keys()):
            digest = hashlib.sha256(files[name]).hexdigest()
            given = aims(name, files[name])
            for line in here:
                if line["file"] == name and digest.startswith(str(line["sha256"])):
                    place = (str(line["item"]), str(line["field"]), int(str(line["start"])))
                    drawn = line["drawn"]
                    assert isinstance(drawn, list)
                    shown = f"{archive} {name} {place[0]} {place[1]}[{place[2]}:{line['end']}]"
                    yield Judged(str(line["set"]), shown, tuple(drawn), line["target"] is True, str(line["reason"]), given.get(place))


def figures(found: list[Judged]) -> str:
    """Precision and recall in words."""
    kept = [one for one in found if one.given]
    gold = [one for one in found if one.gold]
    right = sum(one.gold for one in kept)
    drawn = sum(one.gold for one in found) / len(found) if found else 0.0
    precision = f"{right / len(kept):.3f}" if kept else "-"
    recall = f"{right / len(gold):.3f}" if gold else "-"
    return f"{len(found):6}{drawn:17.3f}{len(kept):8}{precision:>11}{recall:>8}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Score which quantities of real digests are targets.")
    parser.add_argument("folder", type=Path, help="where the archives are (*.tar.gz)")
    parser.add_argument("--wrong", action="store_true", help="list what came out otherwise than judged, by its place")
    wanted = parser.parse_args()
    found = list(judged(wanted.folder))
    known = [one for one in found if one.given is not None]
    print(f"{'':<24}{'judged':>6}{'targets of them':>17}{'listed':>8}{'precision':>11}{'recall':>8}")
    for part in dict.fromkeys(str(line["set"]) for line in rows()):
        of_part = [one for one in known if one.part == part]
        print(f"{part:<24}{figures(of_part)}")
        for drawn in dict.fromkeys(name for one in of_part for name in one.drawn):
            print(f"{'  drawn from ' + drawn:<24}{figures([one for one in of_part if drawn in one.drawn])}")
    print(f"{'all':<24}{figures(known)}")
    if gone := len(rows()) - len(known):
        print(f"{gone} are no quantities of these digests any more, and left out.")
    if wanted.wrong:
        print("\n".join(f"{'listed' if one.given else 'missing'}: {one.place} ({one.reason})" for one in known if one.gold != one.given))


if __name__ == "__main__":
    main()
