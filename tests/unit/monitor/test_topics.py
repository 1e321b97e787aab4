"""Records of the topics, as the monitor takes them into its ledger."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from services.monitor.completeness.ledger import SLICES, Kind, Ledger
from services.monitor.completeness.topics import take
from shared.dead_letters.headers import Failure, SourceRecord, to_headers
from shared.kafka import canary
from shared.records import DIGEST_HEADER, RawDigest
from shared.topics import Topics

NOW = datetime(2026, 2, 6, tzinfo=UTC)
TOPICS = Topics("")
ID = "ab" * 16


@dataclass(frozen=True)
class Record:
    """As aiokafka gives it."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    partition: int = 0
    offset: int = 0
    timestamp: int = 1_770_336_000_000


def raw(key: bytes) -> Record:
    """A digest that no reader can read."""
    header = RawDigest(digest_id=ID, source="毒", media_type="text/plain", received_at=NOW, sha256="", revision=7)
    return Record(TOPICS.raw.name, key, b"\xff", ((DIGEST_HEADER, header.to_json()),))


def dead(record: Record) -> Record:
    """Its dead letter."""
    failure = Failure("enrich", "undecodable", "不可读", 1, NOW, NOW, "0.1.0 build 4")
    source = SourceRecord(record.topic, record.partition, record.offset, record.key, record.value, record.headers)
    return Record(TOPICS.dead.name, record.key, record.value, tuple(to_headers(source, failure)))


def differing(ledger: Ledger) -> list[tuple[str, Kind]]:
    """What an empty index lacks once both groups have answered for everything."""
    return [found for number in range(SLICES) for found in ledger.differing(number, {}, {}, enrich={0: 9}, index={0: 9})]


@pytest.mark.parametrize("key", [ID.encode(), "毒-1".encode()], ids=["its id", "a key of somebody else's making"])
def test_a_dead_letter_answers_for_its_digest(key: bytes) -> None:
    """Whatever the record's key is: raw record and letter are known by the same id."""
    ledger = Ledger()
    take(ledger, TOPICS, raw(key))
    assert differing(ledger) == [(ID, "absent")]
    take(ledger, TOPICS, dead(raw(key)))
    assert differing(ledger) == []


def test_a_record_of_another_form_is_left_out() -> None:
    """It is in no index, and its dead letter names no digest of ours."""
    ledger = Ledger()
    take(ledger, TOPICS, Record(TOPICS.raw.name, b"x", b"", ()))
    take(ledger, TOPICS, Record(TOPICS.enriched.name, b"x", b"{", ()))
    assert differing(ledger) == []


def test_the_monitors_own_digest_is_only_counted() -> None:
    """Its items stand in indices of their own, which nothing is compared with."""
    ledger = Ledger()
    header = RawDigest(digest_id=canary.DIGEST_ID, source=canary.SOURCE, media_type="text/plain", received_at=NOW, sha256="", revision=7)
    for topic, headers in ((TOPICS.raw.name, ((DIGEST_HEADER, header.to_json()),)), (TOPICS.enriched.name, ()), (TOPICS.dead.name, ())):
        take(ledger, TOPICS, Record(topic, canary.KEY, b"{}", headers))
    assert ledger.canaries == {"raw": 1, "enriched": 1}
    assert not any(ledger.slices)
    assert (ledger.raw.records, ledger.enriched.records) == (0, 0)
