"""Bytes, times and runs of places for people and for Kafka."""

from datetime import UTC, datetime

import pytest
from rich.cells import cell_len

from services.operate.dead_letters import terminal
from shared.dead_letters.actions import AT_ONCE_BYTES, parts
from shared.dead_letters.excerpt import excerpt
from shared.dead_letters.export import sidecar
from shared.dead_letters.groups import groups
from shared.dead_letters.letter import Place
from shared.dead_letters.reading import GAP, ranges
from shared.dead_letters.register import Register
from shared.dead_letters.state import Standing
from shared.text.dates import moment, shown
from tests.letters import DIGEST, dead_record, letter

LETTERS = [
    letter(17, partition=2, source="长三角双碳政策与零碳园区建设每周观察", message="这份 PDF 已损坏，打不开；请重新送入，或改送其中的文字" * 2),
    letter(18, minutes=1),
]


def test_a_list_is_read_in_80_columns(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Chinese letters are two wide; nothing is cut off or split by columns."""
    monkeypatch.setenv("COLUMNS", "80")
    terminal.show_list(LETTERS, Register().add_all(LETTERS), of=2)
    said = capsys.readouterr().out
    assert max(cell_len(line.rstrip()) for line in said.splitlines()) <= 80
    assert "2/17  open  enrich: timeout  2026-02-06 09:00:00\n" in said
    assert "      长三角双碳政策与零碳园区建设每周观察 · 5 bytes" in said
    assert f"      {DIGEST}" in said


def test_groups_are_read_in_80_columns(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the newest as a sample, and long sentences below their own beginning."""
    monkeypatch.setenv("COLUMNS", "80")
    register = Register().add_all(LETTERS)
    terminal.show_groups(groups(register, LETTERS))
    said = capsys.readouterr().out
    assert max(cell_len(line.rstrip()) for line in said.splitlines()) <= 80
    assert said.startswith("2 × enrich timeout: ")
    assert "\n  sample 0/18 " in said
    assert all(line.startswith(("2 ", "  ")) for line in said.splitlines()[:-1] if line)


NOW = datetime(2026, 2, 6, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        ("双碳\n要闻\t①".encode(), "双碳\n要闻\t①"),
        (b"\xff\xfe\x00", "\\xff\\xfe\\x00"),
        (b"\x1b[31mred\r\x07", "\\x1b[31mred\\r\\x07"),
        ("\u202e反".encode(), "\\xe2\\x80\\xae反"),
        ("字".encode() * 11, "字" * 10 + " …"),
        (b"a" * 100, "a" * 10 + " …"),
    ],
)
def test_beginning_of_bytes(value: bytes | None, expected: str) -> None:
    """Bounded, and nothing that steers a terminal."""
    assert excerpt(value, length=10) == expected


@pytest.mark.parametrize(
    ("text", "end", "expected"),
    [
        ("2026-02-06", False, datetime(2026, 2, 5, 16, tzinfo=UTC)),
        ("2026-02-06", True, datetime(2026, 2, 6, 16, tzinfo=UTC)),
        ("2026-02-06T08:00", False, datetime(2026, 2, 6, 0, tzinfo=UTC)),
        ("2026-02-06T08:00:00+00:00", True, datetime(2026, 2, 6, 8, tzinfo=UTC)),
        ("2h", False, datetime(2026, 2, 6, 2, tzinfo=UTC)),
        ("3d", True, datetime(2026, 2, 3, 4, tzinfo=UTC)),
    ],
)
def test_times(text: str, end: bool, expected: datetime) -> None:
    """A day is one in Asia/Shanghai, whole."""
    assert moment(text, now=NOW, end=end) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30", "3w", "999999d", "20260206"])
def test_no_times(text: str) -> None:
    """In plain words."""
    with pytest.raises(ValueError, match="is no time"):
        moment(text, now=NOW)


def test_times_are_shown_in_shanghai() -> None:
    """To the second."""
    assert shown(NOW) == "2026-02-06 12:00:00"


def test_places_are_read_in_runs() -> None:
    """What lies close together at once; each partition apart."""
    places = [Place(1, 3), Place(0, 5), Place(0, 4), Place(0, 5 + GAP), Place(0, 7 + 2 * GAP)]
    assert ranges(places) == [(Place(0, 4), Place(0, 5 + GAP)), (Place(0, 7 + 2 * GAP), Place(0, 7 + 2 * GAP)), (Place(1, 3), Place(1, 3))]


def test_letters_go_in_parts_bounded_by_number_and_bytes() -> None:
    """One that is larger than the bound goes alone."""
    letters = [letter(n, size=size) for n, size in enumerate((1, 1, 1, AT_ONCE_BYTES, 1, 1))]
    assert [[one.place.offset for one in part] for part in parts(letters, 2)] == [[0, 1], [2], [3], [4, 5]]


def test_sidecar_keeps_what_is_no_text() -> None:
    """Key and headers in base64 where they are no UTF-8; the headers of the dead letter stand as facts."""
    record = dead_record(key=b"\xff", headers=(("digest", "头".encode()), ("odd", b"\xfe")))
    facts = sidecar(letter(), Standing("open", 0), record, [])
    assert facts["key"] == {"base64": "/w=="}
    assert facts["headers"] == [{"name": "digest", "text": "头"}, {"name": "odd", "base64": "/g=="}]
    assert (facts["place"], facts["state"]) == ("0/0", "open")
