"""A record ↔ a line that a person can read."""

import base64
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.operate.archive.line import KINDS, Archived, from_line, to_line
from shared.errors import Rejected
from tests.fakes.archive import raw

some_bytes = st.one_of(st.none(), st.binary(), st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
times = st.integers(0, 4_102_444_800_000).map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC))
records = st.builds(
    Archived,
    kind=st.sampled_from(KINDS),
    partition=st.integers(0, 1000),
    offset=st.integers(0, 2**62),
    at=times.map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)),
    key=some_bytes,
    value=some_bytes,
    headers=st.lists(st.tuples(st.text(st.characters(codec="utf-8")), some_bytes)).map(tuple),
)


@given(records)
def test_any_record_comes_back_as_it_was(record: Archived) -> None:
    """Bytes that are no UTF-8, BOMs, NUL, newlines, lone surrogates, no bytes at all: byte for byte, in one line."""
    line = to_line(record)
    assert line.count(b"\n") == 1
    assert from_line(line) == record


def test_text_stands_in_it_as_text() -> None:
    """So that zgrep and jq find it in twenty years."""
    said = orjson.loads(to_line(raw("2026-12", "昆山:将新增零碳工厂\r\n".encode())))
    assert said["value"] == "昆山:将新增零碳工厂\r\n"
    assert said["at"] == "2026-11-22T01:02:03.004+00:00"
    assert orjson.loads(dict(said["headers"])["digest"])["external_id"] == "2026-12"


def test_other_bytes_stand_in_it_as_base64() -> None:
    """A PDF, or text in GB18030."""
    content = "昆山".encode("gb18030")
    assert orjson.loads(to_line(raw("2026-12", content)))["value"] == {"base64": base64.b64encode(content).decode()}


@given(records, st.integers(0, 1000), st.integers(0, 2**62), times)
def test_the_identity_does_not_depend_on_the_place(record: Archived, partition: int, offset: int, at: datetime) -> None:
    """Imported, copied or delivered again it is the same record."""
    assert Archived(record.kind, partition, offset, at, record.key, record.value, record.headers).identity == record.identity


def test_what_differs_has_another_identity() -> None:
    """Revision, bytes, digest, topic."""
    one = raw("a", b"x")
    others = [raw("a", b"x", revision=2), raw("a", b"y"), raw("b", b"x"), Archived("operations", 0, 0, one.at, one.key, one.value, one.headers)]
    assert len({each.identity for each in [one, *others]}) == 5


def test_neighbouring_parts_don_t_run_together() -> None:
    """Key `ab` with value `c` is not key `a` with value `bc`; an empty value is not a missing one."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    made = [Archived("raw", 0, 0, at, key, value, ()) for key, value in [(b"ab", b"c"), (b"a", b"bc"), (b"abc", b""), (b"abc", None), (None, b"abc")]]
    assert len({each.identity for each in made}) == 5


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"[]", b"null", b'{"topic":"enriched"}', to_line(raw("a", b"\xff")).replace(b'"base64":"', b'"base64":"!')]
)
def test_other_lines_are_refused(line: bytes) -> None:
    """In plain words, whatever they hold."""
    with pytest.raises(Rejected):
        from_line(line)
