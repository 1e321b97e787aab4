"""Stands in for enrich as ingest asks it for previews: enriches at once, or fails as a test says."""

from datetime import UTC, datetime

from services.enrich.enrich import enrich
from shared.records import RawDigest


class FakeEnricher:
    """Enriches by the real core."""

    def __init__(self) -> None:
        self.asked: list[RawDigest] = []
        self.fails: Exception | None = None

    async def enriched(self, raw: RawDigest, content: bytes) -> bytes:
        """Raises what `fails` says."""
        self.asked.append(raw)
        if self.fails is not None:
            raise self.fails
        return enrich(raw, content, enriched_at=datetime.now(UTC)).to_json()
