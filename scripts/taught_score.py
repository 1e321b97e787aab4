"""Real digests with their right items in; out, for each family, how the others are split once its first wrongly split issue was corrected.

    python -m scripts.taught_score GOLD [FAMILY …] [--examples 1] [--misses]

GOLD is a folder of the gold set; `score_split.py`, with which splitting is scored, lies beside it. A family none of whose issues comes out wrong
is left to the general splitter, as nobody would correct it; the second mean counts those too. The layout *stays* where at most 2 % of the items
of a family's other issues are headed by lines of a look that heads none in the corrected one.
"""

import argparse
import importlib.util
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from services.enrich.blocks import Document
from services.enrich.readers import read
from services.enrich.segment.labelling import label
from services.enrich.segment.labels import HEADS
from services.enrich.split.digest import SplitDigest
from services.enrich.split.rules import Outlined
from services.enrich.taught.given import right_items
from services.enrich.taught.page import Splitter, page_of
from services.enrich.taught.taught import LEARNED, Taught, learned, lesson_of, round_trip, split_taught
from services.enrich.taught.votes import known
from shared.errors import Rejected
from shared.records import MediaType

MEDIA: dict[str, MediaType] = {".md": "text/markdown", ".txt": "text/plain", ".html": "text/html"}
WORSE = 0.02
"""How far below the untaught splitter a family may come out."""

UNLIKE = 0.02
"""Share of items whose heads look like none before, up to which a layout stays."""

Counts = tuple[int, int, int, int]
"""Titles and spans that are right, items found, items wanted."""


@dataclass(frozen=True)
class Issue:
    """One digest of the gold set."""

    name: str
    document: Document
    gold: bytes

    @property
    def items(self) -> list[dict[str, Any]]:
        """As the gold set has them."""
        return list(json.loads(self.gold)["items"])


@dataclass(frozen=True)
class Outcome:
    """What came of a family: title and span F1 each."""

    family: str
    taught: tuple[float, float]
    untaught: tuple[float, float]
    round_trip: tuple[float, float] | None = None
    """None where nothing was wrong."""
    stays: bool = True
    problem: str = ""

    @property
    def worse(self) -> bool:
        """Whether teaching did harm."""
        return any(after < before - WORSE for after, before in zip(self.taught, self.untaught, strict=True))


def scorer(folder: Path) -> ModuleType:
    """The gold set's own scorer."""
    spec = importlib.util.spec_from_file_location("score_split", folder / "score_split.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def counts(score: ModuleType, issue: Issue, parted: SplitDigest, *, tell: bool = False) -> Counts:
    """As the scorer counts."""
    left = [{"title": one.title, "section": one.section_path[-1] if one.section_path else None, "body": one.body} for one in parted.stories]
    titles = spans = 0
    for wanted in issue.items:
        hit = next((one for one in left if score.title_hit(wanted, one)), None)
        if hit is None:
            _tell(tell, issue.name, "missed", wanted)
            continue
        left.remove(hit)
        titles += 1
        if score.span_hit(wanted, hit):
            spans += 1
        else:
            _tell(tell, issue.name, "other bounds or section", wanted, hit)
    for one in left:
        _tell(tell, issue.name, "extra", one)
    return titles, spans, len(parted.stories), len(issue.items)


def _tell(tell: bool, *words: object) -> None:
    if tell:
        print("   ", *words)


def figures(score: ModuleType, rows: Sequence[Counts]) -> tuple[float, float]:
    """Title F1 and span F1 of several issues together."""
    titles, spans, got, want = (sum(column) for column in zip(*rows, strict=True))
    return score.f1(titles, got, want), score.f1(spans, got, want)


def families(folder: Path, named: Sequence[str]) -> dict[str, list[Issue]]:
    """The issues of each family that has several, in order."""
    found: dict[str, list[Issue]] = defaultdict(list)
    for file in sorted(folder.glob("*.json")):
        family = file.stem.rpartition("__")[0]
        said = json.loads(file.read_bytes())
        if "items" in said and "file" in said and (not named or family in named):
            raw = folder / said["file"]
            found[family].append(Issue(file.stem, read(raw.read_bytes(), media_type=MEDIA[raw.suffix]), file.read_bytes()))
    return {family: issues for family, issues in found.items() if len(issues) > 1}


def outcome(score: ModuleType, family: str, issues: Sequence[Issue], *, examples: int, tell: bool, splitter: Splitter) -> Outcome:
    """Teach a family by its first issues that come out wrong, and score the others; `splitter` must not have learned from this family."""
    plain = [counts(score, issue, splitter(issue.document)) for issue in issues]
    wrong = [place for place, row in enumerate(plain) if min(figures(score, [row])) < 1][:examples]
    others = [place for place in range(len(issues)) if place not in wrong]
    untaught = figures(score, [plain[place] for place in others]) if others else (1.0, 1.0)
    if not wrong or not others:
        return Outcome(family, untaught, untaught)
    try:
        lessons = [lesson_of(issues[place].document, right_items(issues[place].gold), splitter=splitter) for place in wrong]
    except Rejected as error:
        return Outcome(family, untaught, untaught, (0.0, 0.0), problem=error.message)
    taught = learned(lessons)
    trips = [round_trip(lesson, taught) for lesson in lessons]
    parted = {place: split_taught(issues[place].document, taught, splitter=splitter) for place in others}
    rows = [counts(score, issues[place], one, tell=tell) for place, one in parted.items()]
    trip = min(one.titles for one in trips), min(one.spans for one in trips)
    for difference in [words for one in trips for words in one.differences] if tell else ():
        print(f"    round trip: {difference}")
    return Outcome(family, figures(score, rows), untaught, trip, stays(taught, [issues[place] for place in others]))


def stays(taught: Taught, issues: Sequence[Issue]) -> bool:
    """Whether the other issues look like what was learned from."""
    heads = alike = 0
    for issue in issues:
        page = page_of(issue.document)
        for line, right in enumerate(label(page.document, page.units, issue.items).labels):
            if right in HEADS:
                heads, alike = heads + 1, alike + known(taught.votes, page, line)
    return alike >= (1 - UNLIKE) * heads


def mean(found: Sequence[tuple[float, float]]) -> str:
    """Of both figures."""
    return " / ".join(f"{sum(column) / len(found):.3f}" for column in zip(*found, strict=True)) if found else "none"


def rules(document: Document) -> SplitDigest:
    """Split by rules alone: the weights that ship have learned from the families of the gold set, so they can't stand beside."""
    return Outlined(document).result()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("families", nargs="*")
    parser.add_argument("--scorer", type=Path, help="folder with score_split.py, where it is not beside GOLD")
    parser.add_argument("--examples", type=int, default=1, help="issues that are corrected")
    parser.add_argument("--misses", action="store_true", help="print what comes out wrong")
    said = parser.parse_args()
    score = scorer(said.scorer or said.gold.parent)
    begun = time.monotonic()
    found = []
    for family, issues in families(said.gold, said.families).items():
        one = outcome(score, family, issues, examples=said.examples, tell=said.misses, splitter=rules)
        found.append(one)
        if one.round_trip:
            notes = f"{'' if one.stays else ' layout changes'}{' BELOW' if one.worse else ''} {one.problem}".rstrip()
            print(f"{family:28} {_pair(one.untaught)} → {_pair(one.taught)}  round trip {_pair(one.round_trip)}{notes}", flush=True)
    corrected = [one for one in found if one.round_trip]
    stays = [one for one in corrected if one.stays]
    trips = sum(min(one.round_trip or (0, 0)) >= LEARNED for one in corrected)
    print(f"title / span F1 of the other issues, {len(corrected)} families with a wrong issue: "
          f"untaught {mean([one.untaught for one in corrected])}, taught {mean([one.taught for one in corrected])}")  # fmt: skip
    several = f"all {len(found)} families with several issues"
    print(f"{several}: untaught {mean([one.untaught for one in found])}, taught {mean([one.taught for one in found])}")
    print(f"where the layout stays ({len(stays)}): untaught {mean([one.untaught for one in stays])}, taught {mean([one.taught for one in stays])}")
    print(f"round trip of at least {LEARNED}: {trips} of {len(corrected)}; families more than {WORSE} below untaught: "
          f"{', '.join(one.family for one in corrected if one.worse) or 'none'}; {time.monotonic() - begun:.0f} s")  # fmt: skip


def _pair(one: tuple[float, float]) -> str:
    return f"{one[0]:.3f} / {one[1]:.3f}"


if __name__ == "__main__":
    main()
