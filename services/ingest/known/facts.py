"""A manifest, an enriched digest or a Kafka record → what is known of its digest, as a RawDigest. Pure."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from shared.dead_letters.headers import SourceRecord
from shared.errors import Rejected
from shared.records import DIGEST_HEADER, RawDigest, read_raw

FIELDS = (
    "digest_id", "source", "media_type", "url", "title", "external_id", "published_on", "published_on_basis", "received_at", "revision", "withdrawn",
)  # fmt: skip
"""That a manifest and an enriched digest both have."""

_NO_BYTES = hashlib.sha256(b"").hexdigest()


def of_manifest(manifest: Mapping[str, Any]) -> RawDigest:
    """The digest that a manifest, or an enriched digest as parsed JSON, is of; raises ValueError where it is neither.

    A day that was not given but found in the text is left out: a raw record says what was given.
    """
    facts = {name: manifest.get(name) for name in FIELDS if name != "published_on_basis"}
    if manifest.get("published_on_basis") != "given":
        facts["published_on"] = None
    return RawDigest.model_validate(facts | {"sha256": _NO_BYTES, "withdrawn": manifest.get("withdrawn") is True})


def of_record(record: SourceRecord) -> RawDigest | None:
    """The digest that a raw or enriched record, or the dead letter of either, is of; None for anything else."""
    header = next((data for name, data in record.headers if name == DIGEST_HEADER), None)
    try:
        if header is not None:
            return read_raw(header)
        said = orjson.loads(record.value or b"")
        return of_manifest(said) if isinstance(said, dict) else None
    except (Rejected, ValueError):
        return None
