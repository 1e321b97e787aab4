"""What manifests and records say of their digests."""

from datetime import date
from typing import Any

import orjson
import pytest

from services.index.document import documents
from services.ingest.known.facts import FIELDS, of_manifest, of_record
from shared.dead_letters.headers import SourceRecord
from shared.records import DIGEST_HEADER, EnrichedDigest, RawDigest

ID = "0" * 31 + "a"
ENRICHED: dict[str, Any] = {
    "digest_id": ID, "source": "双碳周报", "media_type": "text/plain", "revision": 5, "build": 3, "withdrawn": False, "url": "https://example.org/12",
    "title": "第 12 期", "external_id": "12", "published_on": "2026-02-06", "published_on_basis": "given",
    "received_at": "2026-02-06T00:00:00Z", "enriched_at": "2026-02-06T00:00:01Z",
}  # fmt: skip
RAW = RawDigest(
    digest_id=ID, source="双碳周报", media_type="text/plain", url="https://example.org/12", title="第 12 期", external_id="12",
    published_on=date(2026, 2, 6), received_at="2026-02-06T00:00:00Z", sha256="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    revision=5,
)  # fmt: skip


def record(value: bytes, *headers: tuple[str, bytes]) -> SourceRecord:
    """As it lies in a topic."""
    return SourceRecord("topic", 0, 0, ID.encode(), value, headers)


def test_a_manifest_is_a_digest() -> None:
    """By the fields that are asked for, as the indexer writes them."""
    manifest = documents(ENRICHED).manifest
    assert of_manifest({name: manifest[name] for name in FIELDS}) == RAW
    assert of_manifest(documents(ENRICHED | {"withdrawn": True}).manifest).withdrawn


@pytest.mark.parametrize("basis", ["title", "url", "text", "received_at", None])
def test_a_day_that_was_not_given_is_left_out(basis: str | None) -> None:
    """Else a rebuild would take it for the feeder's word."""
    assert of_manifest(ENRICHED | {"published_on_basis": basis}).published_on is None


def test_records_of_all_topics() -> None:
    """A raw one by its header; an enriched one, and its dead letter, by its value."""
    raw = record(b"whatever", (DIGEST_HEADER, RAW.to_json()))
    enriched = record(EnrichedDigest.model_validate(ENRICHED).to_json(), ("dead.stage", b"index"))
    assert [of_record(raw), of_record(enriched)] == [RAW, RAW]


@pytest.mark.parametrize(
    "wrong",
    [record(b""), record(b"\xff"), record(b"[1]"), record(b"{}"), record(orjson.dumps(ENRICHED), (DIGEST_HEADER, b"{}"))],
)
def test_what_is_no_digest(wrong: SourceRecord) -> None:
    """Somebody else's record under the key."""
    assert of_record(wrong) is None
