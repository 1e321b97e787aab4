"""Lists of dead letters."""

from datetime import UTC, datetime, timedelta

import pytest

from services.index.deadlist import DeadLine, line, wanted
from shared.deadletter import DeadLetter, Failure, SourceRecord

WHEN = datetime(2026, 2, 6, 1, 2, 3, tzinfo=UTC)


def _letter(stage: str, error: str, minutes: int, *, headers: tuple[tuple[str, bytes], ...] = (), value: bytes | None = b"12345") -> DeadLetter:
    when = WHEN + timedelta(minutes=minutes)
    record = SourceRecord("digests.raw.v1", 2, 40, b"0123", value, headers)
    return DeadLetter(record, Failure(stage, error, "why", 1, when, when, "0.1.0"))


def test_line_says_what_and_where() -> None:
    """Size and place, not the bytes."""
    found = line(_letter("enrich", "undecodable", 0, headers=(("digest", '{"source":"双碳周报"}'.encode()),)), at="1/7")
    assert found == DeadLine("enrich", "undecodable", "why", "0123", "双碳周报", "digests.raw.v1/2/40", WHEN, 1, 5, "1/7")
    assert found.to_dict()["time"] == "2026-02-06T01:02:03+00:00"


@pytest.mark.parametrize("value", [None, b"", b"\xff", b"[]", b'{"source": 5}'])
def test_source_may_be_unknown(value: bytes | None) -> None:
    """Whatever died of its form."""
    assert line(_letter("index", "undecodable", 0, value=value), at="0/0").source == ""


LINES = [line(_letter(*parts), at="0/0") for parts in (("enrich", "undecodable", 0), ("index", "unknown_form", 2), ("enrich", "timeout", 1))]


@pytest.mark.parametrize(
    ("stage", "error", "limit", "expected", "count"),
    [
        (None, None, 20, ["unknown_form", "timeout", "undecodable"], 3),
        (None, None, 1, ["unknown_form"], 3),
        ("enrich", None, 20, ["timeout", "undecodable"], 2),
        ("enrich", "timeout", 20, ["timeout"], 1),
        ("ingest", None, 20, [], 0),
    ],
)
def test_wanted(stage: str | None, error: str | None, limit: int, expected: list[str], count: int) -> None:
    """Newest first; the counts are of all that match, not of what is shown."""
    found, counts = wanted(LINES, stage=stage, error=error, limit=limit)
    assert [each.error for each in found] == expected
    assert sum(counts.values()) == count
