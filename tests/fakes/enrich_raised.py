"""Stands in for the `services.enrich.enrich` of a newer build: what the fake of the live workers gives, with the build raised by one."""

from datetime import datetime

from shared.records import EnrichedDigest, RawDigest
from shared.version import BUILD
from tests.fakes import enrich_hooks

RAISED = BUILD + 1


def enrich(raw: RawDigest, content: bytes, *, enriched_at: datetime) -> EnrichedDigest:
    """As tests.fakes.enrich_hooks.enrich, by a newer build."""
    return enrich_hooks.enrich(raw, content, enriched_at=enriched_at).model_copy(update={"build": RAISED})
