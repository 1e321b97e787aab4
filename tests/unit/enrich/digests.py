"""Digests of many shapes, written for these tests, each with the items that it has."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.enrich.blocks import Document
from services.enrich.readers import read
from shared.records import MediaType

FOLDER = Path(__file__).parents[2] / "data" / "digests"
SAMPLE = Path(__file__).parents[3] / "deploy" / "stack" / "sample" / "shuangtan-weekly.txt"
TYPES: dict[str, MediaType] = {".txt": "text/plain", ".md": "text/markdown", ".html": "text/html"}


@dataclass(frozen=True)
class Shape:
    """A digest and what is expected of it."""

    name: str
    path: Path
    title: str | None
    items: list[dict[str, Any]]
    boilerplate: list[str] | None
    """Kinds in order, where the digest says them."""

    def document(self) -> Document:
        """The digest as its reader reads it."""
        return read(self.path.read_bytes(), media_type=TYPES[self.path.suffix])


def shapes() -> list[Shape]:
    """Every digest in the folder."""
    found = []
    for path in sorted(FOLDER.glob("*.expected.json")):
        wanted = json.loads(path.read_text("utf-8"))
        found.append(Shape(path.name.split(".")[0], FOLDER / wanted["file"], wanted["title"], wanted["items"], wanted.get("boilerplate")))
    return found
