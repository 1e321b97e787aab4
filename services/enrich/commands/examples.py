"""Files with an issue and its right items ↔ Examples; and what comes out when one is learned from and split again."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from services.enrich.commands.bounded import Bounded
from services.enrich.commands.files import content_of, kind_of
from services.enrich.taught.agreement import Agreement, agreement
from services.enrich.taught.given import right_items
from services.enrich.taught.taught import LEARNED, document_of, learned, lesson_of, round_trip, split_taught
from shared.configured import configured
from shared.errors import Rejected
from shared.operations import operator
from shared.settings import EnrichSettings
from shared.sources import Example, packed
from shared.terminal import file_name

ITEMS = ".items.json"
"""What the name of a file with right items ends in, beside the issue that they are of."""
SHARE = 8
"""Of the time of a digest that learning from an example may take: enrich learns from four of them before the first digest of a source."""
NEXT = ".next"
"""What stands before the endings where an issue is no example but is to be split as one was."""


@dataclass(frozen=True)
class Trial:
    """What is learned from an example alone."""

    round_trip: Agreement
    """Of its own items, split again by what was learned."""
    untaught: Agreement
    """Of its own items, split as any digest."""

    @property
    def learned(self) -> bool:
        """Its own items come out again."""
        return min(self.round_trip.titles, self.round_trip.spans) >= LEARNED

    @property
    def better(self) -> bool:
        """More of its own items come out than without."""
        return self.round_trip.mean > self.untaught.mean

    def facts(self) -> dict[str, Any]:
        """For JSON."""
        figures = {name: {"titles": round(one.titles, 3), "spans": round(one.spans, 3)} for name, one in vars(self).items()}
        return figures | {"learned": self.learned, "differences": self.round_trip.differences}


def example_of(file: str, items: str) -> Example:
    """The issue in a file with its right items in another; raises Rejected that names the file, and OSError."""
    content = content_of(file)
    try:
        media_type, charset = kind_of(file, content)
    except Rejected as error:
        raise Rejected(error.kind, f"{file_name(file)}: {error.message}") from error
    try:
        right = right_items(content_of(items))
    except Rejected as error:
        raise Rejected(error.kind, f"{file_name(items)}: {error.message}") from error
    return Example(
        media_type=media_type,
        charset=charset,
        packed=packed(content),
        sha256=hashlib.sha256(content).hexdigest(),
        items=right,
        taught_at=datetime.now(UTC),
        by=operator(),
        name=Path(file).name if file != "-" else None,
    )


def tried(example: Example) -> Trial:
    """Learn from an example, well within the limits that each digest has; raises Rejected: unreadable, items that it lacks, too slow."""
    settings = configured(EnrichSettings)
    quick = settings.model_copy(update={"digest_seconds": settings.digest_seconds / SHARE})
    with Bounded(_trial, quick) as bounded:
        found: Trial = bounded(example)
        return found


def _trial(example: Example) -> Trial:
    lesson = lesson_of(document_of(example), example.items)
    return Trial(round_trip(lesson, learned([lesson])), lesson.general)


def differences(example: Example, following: Example | None) -> tuple[str, ...]:
    """What of an example, and of an issue that is to be split as it was, comes out otherwise than given; raises Rejected."""
    with Bounded(_differences, configured(EnrichSettings)) as bounded:
        found: tuple[str, ...] = bounded(example, following)
        return found


def _differences(example: Example, following: Example | None) -> tuple[str, ...]:
    lesson = lesson_of(document_of(example), example.items)
    taught = learned([lesson])
    own = round_trip(lesson, taught).differences
    if following is None:
        return own
    parted = split_taught(document_of(following), taught)
    other = agreement(following.items, parted.stories).differences
    changed = [warning.message for warning in parted.warnings if warning.kind == "layout_changed"]
    return (*own, *(f"the next issue: {words}" for words in (*other, *changed)))


def pairs(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Issues and the files with their right items, by name; raises Rejected where there are none or an issue is missing, and OSError."""
    found = sorted(path for path in folder.iterdir() if path.name.endswith(ITEMS))
    if not found:
        raise Rejected("no_examples", f"{file_name(str(folder))}: no file in it ends in {ITEMS}")
    for items in found:
        stem = items.name.removesuffix(ITEMS)
        issue = next((path for path in sorted(folder.glob(f"{stem}.*")) if path.stem == stem and path != items), None)
        if issue is None:
            raise Rejected("no_examples", f"{file_name(str(items))}: there is no issue {stem}.txt, .md, .html, … beside it")
        yield issue, items


def written(folder: Path, name: str, example: Example) -> list[Path]:
    """Write an example and its items to a folder, under its own file's ending; the files' paths. Raises Rejected and OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    issue = folder / f"{name}{Path(example.name or '').suffix or '.txt'}"
    issue.write_bytes(example.content)
    items = folder / f"{name}{ITEMS}"
    said = {"file": issue.name, "items": [item.model_dump() for item in example.items]}
    items.write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2) + b"\n")
    return [issue, items]
