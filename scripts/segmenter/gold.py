"""Folders of gold, our own invented digests, and those printed anew → labelled documents."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.enrich.blocks import Document
from services.enrich.readers import read
from services.enrich.segment.labelling import label
from services.enrich.segment.look import Look, looks_of
from services.enrich.segment.opinion import Opinion, opinion_of
from services.enrich.split.contents import Contents
from services.enrich.split.digest import SplitDigest
from services.enrich.split.rules import Outlined
from services.enrich.split.units import Unit
from shared.records import MediaType

_TESTS = Path(__file__).parents[2] / "tests/data"
OWN = (_TESTS / "digests", _TESTS / "cases")
MEDIA: dict[str, MediaType] = {".md": "text/markdown", ".txt": "text/plain", ".html": "text/html"}


@dataclass(slots=True)
class Sample:
    """A document with the label and the item of each of its lines, and what the rules make of it."""

    name: str
    family: str
    looks: list[Look]
    labels: list[int]
    owners: list[int]
    items: list[dict[str, Any]]
    missing: tuple[str, ...]
    opinion: Opinion
    sha256: str
    document: Document
    units: list[Unit]
    by_rules: SplitDigest
    heads: list[int]
    listed: Contents | None


def gold(folder: Path) -> Iterator[Sample]:
    """Return the digests of a folder of gold, by name."""
    for file in sorted(folder.glob("*.json")):
        said = json.loads(file.read_text("utf-8"))
        if "items" in said and "file" in said:
            raw = folder / said["file"]
            yield sample(raw.read_bytes(), MEDIA[raw.suffix], said["items"], name=file.stem, family=file.stem.rpartition("__")[0] or file.stem)


def own() -> Iterator[Sample]:
    """Return our invented digests whose items are all found again."""
    for file in sorted(file for folder in OWN for file in folder.glob("*.expected.json")):
        said = json.loads(file.read_text("utf-8"))
        if "items" not in said:
            continue
        raw = file.parent / said["file"]
        if raw.suffix in MEDIA and not (found := sample(raw.read_bytes(), MEDIA[raw.suffix], said["items"], name=raw.stem, family="own")).missing:
            yield found


def sample(content: bytes, media_type: MediaType, items: list[dict[str, Any]], *, name: str, family: str) -> Sample:
    """Return one digest labelled by its right items."""
    outlined = Outlined(read(content, media_type=media_type))
    by_rules, units = outlined.result(), outlined.units
    found = label(outlined.document, units, items)
    opinion = opinion_of(units, outlined.kinds, outlined.heads, by_rules)
    return Sample(
        name, family, looks_of(units, outlined.document.blocks), found.labels, found.owners, items, tuple(found.missing), opinion,
        hashlib.sha256(content).hexdigest(), outlined.document, units, by_rules, outlined.heads, outlined.contents,
    )  # fmt: skip
