"""Records of the topics → events."""

from datetime import UTC, datetime

import orjson
import pytest

from services.monitor.ledger.events import event
from shared.dead_letters.headers import Failure, SourceRecord, resent_headers, to_headers
from shared.ids import version
from shared.ledger.event import Event
from shared.operations import Action, Operation, Outcome
from shared.records import DIGEST_HEADER, RawDigest
from shared.topics import Topics

NOW = datetime(2026, 2, 6, tzinfo=UTC)
TOPICS = Topics("t")
ID = "0" * 32
RAW = RawDigest(digest_id=ID, source="双碳周报", media_type="text/plain", received_at=NOW, sha256="", revision=5, key_name="feeder")
RECORD = SourceRecord(TOPICS.raw.name, 1, 7, ID.encode(), "要闻".encode(), ((DIGEST_HEADER, RAW.to_json()),))


def enriched(**said: object) -> SourceRecord:
    """A record of the enriched topic."""
    facts = {"digest_id": ID, "source": "双碳周报", "revision": 5, "build": 7, "knowledge": 2, "items": [{}, {}], "warnings": [{}]}
    return SourceRecord(TOPICS.enriched.name, 1, 3, ID.encode(), orjson.dumps(facts | said))


def dead(record: SourceRecord, stage: str) -> SourceRecord:
    """Its letter."""
    failure = Failure(stage, "crashed", "twice", 2, first_at=NOW, last_at=NOW, code="1 build 7")
    return SourceRecord(TOPICS.dead.name, 0, 9, record.key, record.value, tuple(to_headers(record, failure)))


def seen(record: SourceRecord) -> Event:
    """Its event."""
    found = event(record, NOW, TOPICS)
    assert found is not None
    return found


def test_a_digest_that_was_received_says_by_whom() -> None:
    """With its place, size and source."""
    found = seen(RECORD)
    assert (found.kind, found.stage, found.digest_id, found.revision, found.by) == ("received", "ingest", ID, 5, "feeder")
    assert (found.partition, found.offset, found.size, found.source) == (1, 7, 6, "双碳周报")


def test_a_withdrawal_is_one() -> None:
    """Of a later revision."""
    taken = RAW.model_copy(update={"withdrawn": True, "revision": 6})
    record = SourceRecord(TOPICS.raw.name, 1, 8, ID.encode(), b"", ((DIGEST_HEADER, taken.to_json()),))
    assert (seen(record).kind, seen(record).revision) == ("withdrawn", 6)


def test_a_digest_is_found_by_what_it_was_fed_with() -> None:
    """Also where it died before it was indexed."""
    told = RAW.model_copy(update={"url": "https://a.cn/?期=1&x=%20", "external_id": "第6期/甲", "title": "周报"})
    record = SourceRecord(TOPICS.raw.name, 1, 7, ID.encode(), b"", ((DIGEST_HEADER, told.to_json()),))
    found = seen(record)
    assert (found.url, found.external_id, found.title) == ("https://a.cn/?期=1&x=%20", "第6期/甲", "周报")
    assert seen(enriched(items=[{"item_id": "a"}, {"item_id": "b"}])).item_ids == ("a", "b")


@pytest.mark.parametrize(
    ("said", "header", "kind", "by"),
    [
        ({"withdrawn": True}, "withdrawal", "withdrawn", "root@host"),
        ({"withdrawn": True, "source": "erased"}, "withdrawal", "erased", "root@host"),
        ({"released": True, "key_name": "editor"}, "release", "released", "editor"),
        ({"released": True}, None, "received", "feeder"),
    ],
)
def test_what_a_person_did_says_who_and_why(said: dict[str, object], header: str | None, kind: str, by: str) -> None:
    """A digest that is fed again after its release is not released once more."""
    raw = RAW.model_copy(update={"key_name": None} | said if header else said)
    note = ((header, orjson.dumps({"by": "root@host", "reason": "误发"})),) if header else ()
    found = seen(SourceRecord(TOPICS.raw.name, 1, 8, ID.encode(), b"", ((DIGEST_HEADER, raw.to_json()), *note)))
    assert (found.kind, found.by, found.message) == (kind, by, "误发" if header else None)


def test_a_letter_names_the_record_that_died() -> None:
    """By its place; one that was asked for says so."""
    assert seen(dead(RECORD, "enrich")).origin == seen(RECORD).place
    failure = Failure("enrich", "skipped", "asked for", 2, first_at=NOW, last_at=NOW, code="1 build 7")
    record = SourceRecord(TOPICS.dead.name, 0, 9, ID.encode(), b"", tuple(to_headers(RECORD, failure)))
    assert seen(record).kind == "skipped"


@pytest.mark.parametrize(
    ("action", "outcome", "kind"),
    [("retry", "begun", "retried"), ("retry", "done", None), ("discard", "done", "discarded"), ("withdraw", "done", None)],
)
def test_what_an_operator_did_with_a_letter(action: Action, outcome: Outcome, kind: str | None) -> None:
    """At its own time, with the letter that it was done to; all else is a record of another topic."""
    done = Operation(action=action, subject="0/9", digest_id=ID, by="root@host", at=NOW, outcome=outcome, reason="坏")
    record = SourceRecord(TOPICS.operations.name, 0, 1, b"0/9", done.to_json())
    found = event(record, datetime(2026, 2, 7, tzinfo=UTC), TOPICS)
    assert (found and (found.kind, found.letter, found.by, found.at)) == (kind and (kind, "0/9", "root@host", NOW))


@pytest.mark.parametrize(
    ("said", "kind", "items"),
    [({}, "enriched", 2), ({"withdrawn": True, "items": []}, "taken_out", 0), ({"quarantine": {"code": "log"}}, "quarantined", 2)],
)
def test_an_enriched_digest_says_what_came_of_it(said: dict[str, object], kind: str, items: int) -> None:
    """With its version."""
    found = seen(enriched(**said))
    assert (found.kind, found.items, found.warnings, found.version) == (kind, items, 1, version(5, 7, 2))


def test_a_letter_of_enrich_is_of_a_revision() -> None:
    """With why it died."""
    found = seen(dead(RECORD, "enrich"))
    assert (found.kind, found.stage, found.revision, found.version) == ("dead", "enrich", 5, None)
    assert (found.error, found.message, found.source) == ("crashed", "twice", "双碳周报")


def test_a_letter_of_index_is_of_a_version() -> None:
    """And of the revision in it."""
    found = seen(dead(enriched(), "index"))
    assert (found.stage, found.revision, found.version) == ("index", 5, version(5, 7, 2))


def test_what_was_sent_again_names_its_letter() -> None:
    """In each topic."""
    headers = tuple(resent_headers(RECORD.headers, letter="0/9", attempt=2))
    record = SourceRecord(RECORD.topic, 1, 8, RECORD.key, RECORD.value, headers)
    assert (seen(record).letter, seen(record).attempt) == ("0/9", 2)
    assert seen(dead(record, "enrich")).letter == "0/9"


@pytest.mark.parametrize(
    "record",
    [
        SourceRecord(TOPICS.raw.name, 0, 0, None, b"x"),
        SourceRecord(TOPICS.raw.name, 0, 0, None, b"x", ((DIGEST_HEADER, b"{"),)),
        SourceRecord(TOPICS.enriched.name, 0, 0, None, b"[]"),
        SourceRecord(TOPICS.enriched.name, 0, 0, None, None),
        SourceRecord(TOPICS.dead.name, 0, 0, None, b"x"),
        SourceRecord(TOPICS.operations.name, 0, 0, None, b"{}"),
    ],
)
def test_what_says_nothing_of_a_digest_is_no_event(record: SourceRecord) -> None:
    """A stage makes a dead letter of it."""
    assert event(record, NOW, TOPICS) is None


def test_ids_are_places_with_times() -> None:
    """A topic that was made anew begins at the same offsets."""
    later = event(RECORD, datetime(2026, 2, 7, tzinfo=UTC), TOPICS)
    assert later is not None
    assert seen(RECORD).id == seen(RECORD).id != later.id
