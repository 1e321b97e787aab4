"""Dead letters: counted, known by digest, bounded."""

from datetime import UTC, datetime, timedelta

from services.index.search.letters import Letters
from shared.deadletter import Failure, Headers, SourceRecord, to_headers

AT = datetime(2026, 2, 6, tzinfo=UTC)


def headers(stage: str = "enrich", error: str = "undecodable", *, raw: bytes | None = None) -> Headers:
    """Headers of a letter; `raw` is the original record's own."""
    own = (("digest", raw),) if raw else ()
    return to_headers(SourceRecord("t", 0, 1, b"k", b"v", own), Failure(stage, error, "why", 1, AT, AT, "1"))


def test_the_revision_of_raw_and_enriched_records() -> None:
    """From the header of the one, the value of the other; none where it is too broken."""
    letters = Letters()
    letters.add((0, 0), key=b"raw", value=b"\xff", headers=headers(raw=b'{"revision": 3}'), at=AT)
    letters.add((0, 1), key=b"enriched", value=b'{"revision": 4}', headers=headers("index"), at=AT)
    letters.add((0, 2), key=b"broken", value=b"{", headers=headers(), at=AT)
    found = {name: letters.of(name, None) for name in ("raw", "enriched", "broken")}
    assert {name: dead and dead.revision for name, dead in found.items()} == {"raw": 3, "enriched": 4, "broken": None}
    assert letters.of("raw", 4) is None
    assert letters.of("broken", 9) is not None


def test_counts() -> None:
    """By stage and error, with the newest; a record of another form counts for no stage."""
    letters = Letters()
    letters.add((0, 0), key=b"a", value=b"", headers=headers(), at=AT)
    letters.add((0, 1), key=b"b", value=b"", headers=headers(), at=AT + timedelta(hours=1))
    letters.add((0, 2), key=None, value=None, headers=[], at=AT)
    facts = letters.facts()
    assert facts["enrich"].errors == {"undecodable": 2}
    assert facts["enrich"].newest_at == AT + timedelta(hours=1)
    assert facts[""].errors == {"unknown_form": 1}


def test_what_kafka_deletes_is_forgotten() -> None:
    """Counts are of letters that can still be read."""
    letters = Letters()
    for offset in range(3):
        letters.add((0, offset), key=b"a", value=b"", headers=headers(), at=AT)
    letters.begin_at({0: 2})
    assert letters.facts()["enrich"].count == 1
    letters.clear()
    assert letters.facts() == {}
    assert letters.of("a", None) is None


def test_memory_is_bounded() -> None:
    """The oldest are forgotten."""
    letters = Letters(limit=2)
    for offset, key in enumerate((b"a", b"b", b"c")):
        letters.add((0, offset), key=key, value=b"", headers=headers(), at=AT)
    assert letters.of("a", None) is None
    assert letters.of("c", None) is not None
