"""A name and a text → a raw record as ingest writes it. Pure but for the time."""

import hashlib
from datetime import UTC, datetime

from shared.ids import digest_id
from shared.records import RawDigest

Raw = tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]


def raw(name: str, content: str | bytes, *, source: str = "测试源") -> Raw:
    """Key, value and headers of a digest as ingest writes them."""
    data = content.encode() if isinstance(content, str) else content
    now = datetime.now(UTC)
    digest = RawDigest(
        digest_id=digest_id(source, external_id=name, content=data),
        source=source,
        media_type="text/plain",
        external_id=name,
        received_at=now,
        sha256=hashlib.sha256(data).hexdigest(),
        revision=int(now.timestamp() * 1000),
    )
    return digest.digest_id.encode(), data, [("digest", digest.to_json())]
