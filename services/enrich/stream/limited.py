"""A raw digest in, an EnrichedDigest out: the pure core within the limits that the environment sets. Imported in child processes only."""

from datetime import datetime
from functools import cache

from services.enrich.enrich import enrich as pure
from shared.records import EnrichedDigest, RawDigest
from shared.settings import ReadLimits
from shared.sources import Source


@cache
def _limits() -> ReadLimits:
    return ReadLimits()


def enrich(raw: RawDigest, content: bytes, *, enriched_at: datetime, known: Source | None = None) -> EnrichedDigest:
    """As `services.enrich.enrich.enrich`; raises Rejected."""
    return pure(raw, content, enriched_at=enriched_at, limits=_limits(), known=known)
