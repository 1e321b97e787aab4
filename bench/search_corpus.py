"""A folder of collections of digests in, its items as enrich finds them out: what the bench of search varies to as many as it needs.

The collections (`data/digests` below the folder shared beside the checkout) are tar archives of one publisher's digests each. They are no part of the
project: where they are absent, the digests of its own tests are taken.
"""

import hashlib
import os
import random
import tarfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from bench.progress import Bar
from services.enrich.enrich import enrich
from shared.errors import Rejected
from shared.ids import digest_id
from shared.records import MediaType, RawDigest

ROOT = Path(__file__).parent.parent
COLLECTIONS = ROOT.parent / "shared" / "data" / "digests"
OWN = ROOT / "tests" / "data" / "digests"

MEDIA: dict[str, MediaType] = {".md": "text/markdown", ".txt": "text/plain", ".html": "text/html", ".json": "text/markdown"}

ITEMS = 25_000
"""Enriched for real: a minute on two cores. Each is the ground of eight of 200,000."""

RECEIVED = datetime(2026, 2, 6, 1, 0, tzinfo=UTC)

Json = dict[str, Any]


@dataclass(frozen=True)
class File:
    """A digest of a collection."""

    collection: str
    name: str
    content: bytes


def files(folder: Path = COLLECTIONS) -> list[File]:
    """Every digest of the collections, else of the tests, in an order that a seed gives."""
    found = list(_archived(folder)) if folder.is_dir() else list(_own())
    random.Random(1).shuffle(found)
    return found


def _archived(folder: Path) -> Iterator[File]:
    for path in sorted(folder.glob("*.tar.gz")):
        with tarfile.open(path) as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() and Path(member.name).suffix in MEDIA else None
                if content is not None:
                    yield File(path.name.removesuffix(".tar.gz"), member.name, content.read())


def _own() -> Iterator[File]:
    for path in sorted(OWN.iterdir()):
        if path.suffix in MEDIA and path.suffix != ".json":
            yield File(path.stem.split("_")[0], path.name, path.read_bytes())


def base(found: list[File], bar: Bar, *, limit: int = ITEMS) -> list[bytes]:
    """Items of those files until there are `limit`, each as JSON with its `collection` and `digest_title`; on all cores."""
    made: list[bytes] = []
    with ProcessPoolExecutor(os.cpu_count()) as pool, bar.counting("items enriched", limit) as counted:
        for items in pool.map(enriched, found, chunksize=8):
            made += items
            counted(min(len(made), limit))
            if len(made) >= limit:
                pool.shutdown(wait=False, cancel_futures=True)
                break
    return made[:limit]


def enriched(file: File) -> list[bytes]:
    """The items of one file; none where it is none that enrich takes."""
    suffix = Path(file.name).suffix
    raw = RawDigest(
        digest_id=digest_id(file.collection, content=file.name),
        source=file.collection,
        media_type=MEDIA[suffix],
        received_at=RECEIVED,
        sha256=hashlib.sha256(file.content).hexdigest(),
        revision=1,
    )
    try:
        digest: Json = orjson.loads(enrich(raw, _listed(file.content) if suffix == ".json" else file.content, enriched_at=RECEIVED).to_json())
    except Rejected:
        return []
    facts = {"collection": file.collection, "digest_title": digest["title"]}
    return [orjson.dumps(facts | item) for item in digest["items"] if len(item["body"]) > 1]


def _listed(content: bytes) -> bytes:
    """The news of a JSON file that lists them, as a numbered list."""
    return "\n\n".join(f"{number}. {line}" for number, line in enumerate(orjson.loads(content)["news"], 1)).encode()
