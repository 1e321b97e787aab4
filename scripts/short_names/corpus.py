"""The archives of a gold folder → the digests of the corpus, enriched, and their items' documents."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from scripts.real_items import DAY, LINES, MEDIA_TYPES, Files, archives
from scripts.short_names.judged import Digest
from services.enrich.enrich import enrich
from services.index.document import read
from shared.ids import digest_id
from shared.records import EnrichedDigest, MediaType, RawDigest

Json = dict[str, Any]


def enriched(gold: Path, wanted: Iterable[Digest]) -> Iterator[tuple[int, EnrichedDigest]]:
    """The number of each digest and what our enricher makes of it; those alone that are as they were."""
    packed: Mapping[str, Files] = dict(archives(gold / "data/digests"))
    for digest in wanted:
        content = packed.get(digest.archive, {}).get(digest.file)
        if content is not None and hashlib.sha256(content).hexdigest().startswith(digest.sha256):
            yield digest.number, _enriched(digest, content)


def _enriched(digest: Digest, content: bytes) -> EnrichedDigest:
    media_type: MediaType = MEDIA_TYPES.get(PurePosixPath(digest.file).suffix, "text/plain")
    if digest.file.endswith(LINES):
        lines = [str(line) for line in json.loads(content).get("news", [])]
        content = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)).encode()
    raw = RawDigest(
        digest_id=digest_id(digest.archive, external_id=digest.file, content=""),
        source=digest.archive,
        media_type=media_type,
        charset="utf-8",
        received_at=DAY,
        sha256=digest.sha256.ljust(64, "0"),
        revision=1,
    )
    return enrich(raw, content, enriched_at=DAY)


def places(digest: EnrichedDigest) -> list[tuple[str, int, int]]:
    """Id, start and end of each item in the normalised text."""
    items = [item for item in digest.items if item.spans]
    return [(item.item_id, min(at.start for at in item.spans), max(at.end for at in item.spans)) for item in items]


def documents(digests: Iterable[EnrichedDigest]) -> Iterator[Json]:
    """What is indexed of them."""
    for digest in digests:
        yield from read(digest.to_json()).items.values()
