"""A digest as ingest, index and letters know it → its row."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.search.fed.joined import joined, letter_of
from shared.dead_letters.letter import Letter, Place
from shared.dead_letters.register import Register
from shared.operations import Operation

ID = "0" * 31 + "a"
AT = datetime(2026, 2, 6, 2, 0, tzinfo=UTC)
FED: dict[str, Any] = {
    "digest_id": ID, "revision": 7, "source": "weekly", "title": None, "file_name": "周报.txt", "media_type": "text/plain",
    "received_at": "2026-02-06T02:00:00.000Z", "key_name": "desk", "withdrawn": False, "withdrawn_by": None, "released": False,
    "same_content": [{"digest_id": "0" * 32, "source": "daily"}],
}  # fmt: skip
MANIFEST: dict[str, Any] = {
    "digest_id": ID, "revision": 7, "source": "weekly", "title": "双碳周报", "received_at": "2026-02-06T02:00:00Z",
    "media_type": "text/plain", "key_name": "desk", "withdrawn": False, "item_count": 9,
    "warnings": [{"kind": "other", "message": "x"}],
}  # fmt: skip
LETTER = Letter(
    place=Place(2, 17), stage="enrich", error="undecodable", message="no text", digest_id=ID, source="weekly", revision=7, version=None,
    origin="raw/0/1", parent=None, attempts=1, first_at=AT, at=AT, code="build 7", size=3,
)  # fmt: skip


def state(fed: dict[str, Any] | None, manifest: dict[str, Any] | None, letter: Letter | None = None) -> str:
    """Of the row."""
    return joined(ID, fed=fed, manifest=manifest, letter=letter).state


@pytest.mark.parametrize(
    ("fed", "manifest", "letter", "expected"),
    [
        (FED, None, None, "received"),
        (FED, MANIFEST, None, "searchable"),
        (None, MANIFEST, None, "searchable"),
        (FED, None, LETTER, "dead"),
        (None, None, LETTER, "dead"),
        # A later revision than the one that died, or than the one that is searchable, is on its way.
        (FED | {"revision": 8}, None, LETTER, "received"),
        (FED | {"revision": 8}, MANIFEST, None, "received"),
        (FED, MANIFEST | {"revision": 6}, LETTER, "dead"),
        (FED | {"revision": 6}, MANIFEST, None, "searchable"),
        (FED | {"withdrawn": True}, MANIFEST | {"revision": 6}, None, "withdrawn"),
        (None, MANIFEST | {"withdrawn": True}, LETTER, "withdrawn"),
        (FED, MANIFEST | {"quarantine": {"code": "log", "message": "looks like a log"}}, None, "quarantined"),
        (FED, MANIFEST | {"quarantine": "log"}, None, "quarantined"),
        (FED, MANIFEST | {"quarantine": None}, None, "searchable"),
    ],
)
def test_the_state_is_that_of_the_last_revision(
    fed: dict[str, Any] | None, manifest: dict[str, Any] | None, letter: Letter | None, expected: str
) -> None:
    """Whoever knows of it."""
    assert state(fed, manifest, letter) == expected


def test_what_the_text_says_of_itself_stands_where_nobody_gave_it() -> None:
    """And what ingest alone knows: the file's name, who fed it, others of the same content."""
    row = joined(ID, fed=FED, manifest=MANIFEST, letter=None)
    assert (row.title, row.file_name, row.key_name, row.items, len(row.warnings)) == ("双碳周报", "周报.txt", "desk", 9, 1)
    assert [one.source for one in row.same_content] == ["daily"]
    assert (row.revision, row.indexed_revision, row.reason, row.letter) == (7, 7, None, None)


def test_a_dead_one_says_why_and_what_is_still_found() -> None:
    """With its letter."""
    row = joined(ID, fed=FED, manifest=MANIFEST | {"revision": 6}, letter=LETTER)
    assert (row.reason, row.letter, row.indexed_revision, row.warnings) == ("undecodable: no text", "2/17", 6, ())


def test_who_withdrew_it() -> None:
    """By ingest, else by the manifest, whose key is not that of whoever fed it."""
    taken = MANIFEST | {"withdrawn": True, "key_name": "duty"}
    alone = joined(ID, fed=None, manifest=taken, letter=None)
    both = joined(ID, fed=FED | {"withdrawn": True, "withdrawn_by": "duty"}, manifest=taken, letter=None)
    assert [(row.key_name, row.withdrawn_by) for row in (alone, both)] == [(None, "duty"), ("desk", "duty")]


def test_only_a_letter_that_stands_counts() -> None:
    """One that was sent again has come to nothing yet."""
    register = Register()
    assert letter_of(register, ID) is None
    register.add(LETTER)
    assert letter_of(register, ID) == LETTER
    register.note(Operation(action="retry", subject="2/17", digest_id=ID, by="key duty", reason="", outcome="begun", detail="", at=AT))
    assert letter_of(register, ID) is None
    later = replace(LETTER, place=Place(2, 18), revision=8, origin="raw/0/2", at=AT.replace(hour=3))
    register.add(later)
    assert letter_of(register, ID) == later


def test_what_was_withdrawn_is_known_by_what_it_was() -> None:
    """By name and the time that it came, beside that of its withdrawal; by its manifest where ingest has forgotten it."""
    came, gone = "2026-02-06T02:00:00Z", "2026-02-07T02:00:00Z"
    taken = {"revision": 8, "withdrawn": True}
    revisions = [{"at": gone, "withdrawn": True}, {"at": came, "withdrawn": False}]
    manifest = MANIFEST | taken | {"title": None, "received_at": gone, "revisions": revisions}
    for fed in (FED | taken | {"received_at": came, "withdrawn_at": gone}, None):
        row = joined(ID, fed=fed, manifest=manifest, letter=None)
        assert (row.state, row.received_at, row.withdrawn_at) == ("withdrawn", came, gone)
        assert row.file_name == ("周报.txt" if fed else None)
