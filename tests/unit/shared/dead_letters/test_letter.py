"""Records of the dead topic as letters."""

import pytest

from shared import ids
from shared.dead_letters.headers import SourceRecord, resent_headers
from shared.dead_letters.letter import Place, place, read
from tests.letters import AT, DIGEST, dead_record

RAW = '{"source":"双碳周报","revision":7}'.encode()


def test_a_letter_says_what_and_where() -> None:
    """Size and place, not the bytes."""
    found = read(dead_record(headers=(("digest", RAW),), offset=40), AT)
    assert (found.stage, found.error, found.digest_id, found.source, found.revision) == ("enrich", "undecodable", DIGEST, "双碳周报", 7)
    assert (found.origin, found.topic, found.size, str(found.place)) == ("digests.raw.v1/0/40", "digests.raw.v1", 10, "0/0")
    assert found.to_dict()["at"] == "2026-02-06T01:00:00+00:00"


@pytest.mark.parametrize(
    ("record", "version"),
    [
        (dead_record(headers=(("digest", RAW),)), ids.version(7, 7, 0)),
        (dead_record(headers=(("digest", RAW),), code="0.1.0"), ids.version(7, 0)),
        (dead_record(headers=(("digest", RAW),), code="0.1.0 build 3"), ids.version(7, 3)),
        (dead_record(stage="index", value=b'{"revision":8,"build":3}'), ids.version(8, 3)),
        (dead_record(stage="index", value=b'{"revision":8,"build":5,"knowledge":2}'), ids.version(8, 5, 2)),
        (dead_record(stage="index", value=b"cut off", headers=(("digest_version", b"12345"),)), 12345),
        (dead_record(stage="index", value=b"cut off"), None),
        (dead_record(stage="index", value=None), None),
        (dead_record(stage="index", value=b"[]"), None),
        (dead_record(stage="index", value=b'{"revision":"8","source":5}'), None),
        (dead_record(stage="index", value=b'{"revision":%d}' % 2**70), None),
    ],
)
def test_the_version_that_solves_it(record: SourceRecord, version: int | None) -> None:
    """Of the revision and the build that failed; unknown where the record died of its form."""
    assert read(record, AT).version == version


def test_a_letter_names_the_one_that_was_sent_again() -> None:
    """By the headers that went along; a third try replaces those of the second."""
    headers = resent_headers((("digest", RAW), ("retry.attempt", b"1"), ("dead.stage", b"enrich")), letter="2/17", attempt=2)
    assert headers == [("digest", RAW), ("retry.letter", b"2/17"), ("retry.attempt", b"2")]
    found = read(dead_record(headers=tuple(headers)), AT)
    assert (found.parent, found.tries) == (Place(2, 17), 2)


def test_something_else_in_the_topic_is_shown() -> None:
    """As a letter of no stage."""
    found = read(SourceRecord("digests.dead.v1", 1, 2, b"\xff", b"x", ()), AT)
    assert (found.stage, found.error, found.digest_id, found.at) == ("?", "not_a_dead_letter", "\ufffd", AT)


@pytest.mark.parametrize(("text", "expected"), [("2/17", Place(2, 17)), ("2", None), ("-1/2", None), ("2/x", None), ("", None), ("1/2/3", None)])
def test_places(text: str, expected: Place | None) -> None:
    """partition/offset and nothing else."""
    assert place(text) == expected
