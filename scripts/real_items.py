"""Archives of real digests beside the checkout in, their items with the classes that the product gives them out; nothing of their texts is kept.

The texts have no licence, so the project holds only where an item stands (archive, file, place among the digest's items, hash of its text) and what
was decided of it.
"""

import hashlib
import json
import random
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from services.enrich.classify import Classes, classify
from services.enrich.enrich import enrich
from services.enrich.entities import extract
from services.enrich.fit import fitting
from shared.errors import Rejected
from shared.records import Entity, MediaType, RawDigest

DAY = datetime(2026, 8, 24, tzinfo=UTC)
"""A day of receipt for all of them, as dates without a year need one."""
MEDIA_TYPES: Mapping[str, MediaType] = {".md": "text/markdown", ".html": "text/html"}
LINES = ".json"
"""Of a digest that is a list of one-line items: {"news": ["…"]}."""
Files = dict[str, bytes]
"""Name → content"""


@dataclass(frozen=True)
class Real:
    """An item, classified."""

    hash: str
    doc_type: str
    topics: frozenset[str]


def identity(title: str | None, body: str) -> str:
    """Hash of an item's text: what the splitter parts otherwise one day is noticed."""
    return hashlib.sha256(f"{title or ''}\n{body}".encode(errors="replace")).hexdigest()[:16]


def items_of(name: str, content: bytes) -> list[Real]:
    """The items of a digest; none of one that the product refuses."""
    suffix = PurePosixPath(name).suffix
    if suffix == LINES:
        lines = [str(line) for line in json.loads(content).get("news", [])]
        lexicon = fitting(None, [(None, line) for line in lines])
        return [_real(None, line, classify(None, line, None, _entities(line), lexicon=lexicon)) for line in lines]
    raw = RawDigest(
        digest_id="0" * 32,
        source="real",
        media_type=MEDIA_TYPES[suffix],
        charset="utf-8",
        received_at=DAY,
        sha256="0" * 64,
        revision=1,
    )
    try:
        found = enrich(raw, content, enriched_at=DAY).items
    except Rejected:
        return []
    return [_real(item.title, item.body, Classes(item.doc_type or "", item.topics)) for item in found]


def _entities(line: str) -> Sequence[Entity]:
    return extract(None, line, published_on=DAY.date())


def _real(title: str | None, body: str, classes: Classes) -> Real:
    return Real(identity(title, body), classes.doc_type, frozenset(topic.name for topic in classes.topics))


def archives(folder: Path) -> Iterator[tuple[str, Files]]:
    """Each archive's name and digests, by name."""
    for path in sorted(folder.glob("*.tar.gz")):
        with tarfile.open(path) as packed:
            members = [member for member in packed if PurePosixPath(member.name).suffix in (*MEDIA_TYPES, LINES)]
            contents = ((member.name, packed.extractfile(member)) for member in members)
            yield path.name.removesuffix(".tar.gz"), {name: content.read() for name, content in contents if content}


def drawn(files: Files, count: int, *, seed: int, without: Iterable[str] = ()) -> list[Real]:
    """`count` items of an archive, each of a digest drawn by the seed, none twice and none of `without` (hashes)."""
    draw, names, seen = random.Random(seed), sorted(files), set(without)
    found: list[Real] = []
    for _ in range(count * 20):
        name = draw.choice(names)
        items = items_of(name, files[name])
        if items and (item := draw.choice(items)).hash not in seen:
            seen.add(item.hash)
            found.append(item)
        if len(found) == count:
            break
    return found
