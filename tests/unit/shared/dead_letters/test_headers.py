"""Dead letters: the original untouched, the reasons beside it, and the way back."""

from datetime import UTC, datetime

import pytest

from shared.dead_letters.headers import MESSAGE_LIMIT, Failure, SourceRecord, from_record, to_headers

RECORD = SourceRecord("digests.raw.v1", 3, 41, b"key", b"\xff\xfe\x00", (("digest", b'{"source": "\xe5"}'), ("traceparent", b"00-1")))
FAILURE = Failure(
    stage="enrich",
    error="undecodable",
    message="不是 UTF-8",
    attempts=2,
    first_at=datetime(2026, 2, 6, 1, tzinfo=UTC),
    last_at=datetime(2026, 2, 6, 2, tzinfo=UTC),
    code="0.1.0",
)


def test_there_and_back() -> None:
    """Record and failure come back as they were."""
    letter = from_record(RECORD.key, RECORD.value, to_headers(RECORD, FAILURE))
    assert letter.record == RECORD
    assert letter.failure == FAILURE


def test_original_headers_come_first_and_untouched() -> None:
    """Headers that are no text stay the bytes they were."""
    assert to_headers(RECORD, FAILURE)[:2] == list(RECORD.headers)


def test_dying_again_replaces_the_reasons() -> None:
    """A letter that was sent again and died again has one set of reasons, the latest."""
    again = SourceRecord("digests.raw.v1", 0, 7, b"key", b"\xff", tuple(to_headers(RECORD, FAILURE)))
    headers = to_headers(again, FAILURE)
    assert len([name for name, _ in headers if name == "dead.offset"]) == 1
    assert from_record(b"key", b"\xff", headers).record.offset == 7


def test_a_message_has_a_limit() -> None:
    """A library that prints the whole input into its error does not fill the topic with it."""
    long = Failure("index", "mapping", "字" * 5000, 1, FAILURE.first_at, FAILURE.last_at, "0.1.0")
    assert len(from_record(None, None, to_headers(RECORD, long)).failure.message) == MESSAGE_LIMIT


def test_a_message_that_is_no_unicode_is_no_obstacle() -> None:
    """A lone surrogate in a reason must not keep the letter from being written."""
    odd = Failure("index", "mapping", "\ud800", 1, FAILURE.first_at, FAILURE.last_at, "0.1.0")
    assert from_record(None, None, to_headers(RECORD, odd)).failure.message == "?"


def test_a_record_without_reasons_is_no_dead_letter() -> None:
    """What somebody else wrote to the topic is told apart, by the header that is missing."""
    with pytest.raises(ValueError, match=r"dead\.topic"):
        from_record(b"k", b"v", [("digest", b"{}")])
