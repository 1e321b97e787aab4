"""What of a partition is erased, what is copied and how, and what is said to remain."""

import orjson
import pytest

from services.operate.erase.plan import is_of
from services.operate.erase.remains import remains
from shared.dead_letters.headers import SourceRecord
from tests.fakes.archive import erased, identity, raw
from tests.fakes.digests import enriched

GONE = identity("gone")


def record(key: str | None, value: bytes | None, headers: tuple[tuple[str, bytes], ...] = ()) -> SourceRecord:
    """Somewhere."""
    return SourceRecord("t", 3, 17, key.encode() if key else None, value, headers)


def test_a_digest_is_known_by_its_key() -> None:
    """In every topic; others, also without a key or under one that is no text, are not of it."""
    for part in ("raw", "enriched", "dead"):
        assert is_of(part, record(GONE, b"x"), [GONE])
        assert is_of(part, record(GONE, None), [GONE])
        assert not is_of(part, record(identity("other"), GONE.encode()), [GONE])
        assert not is_of(part, record(None, b"x"), [GONE])
        assert not is_of(part, SourceRecord("t", 0, 0, b"\xff", b"x"), [GONE])


def test_its_erasure_stays() -> None:
    """In the raw topic and, enriched, in the enriched one."""
    made = erased("gone", revision=2)
    headers = tuple((name, data or b"") for name, data in made.headers)
    assert not is_of("raw", record(GONE, b"", headers), [GONE])
    value = enriched(name="x", withdrawn=True, source="erased").to_json()
    assert not is_of("enriched", record(GONE, value), [GONE])


@pytest.mark.parametrize("part", ["raw", "dead"])
def test_a_digest_that_looks_like_an_erasure_does_not_stay(part: str) -> None:
    """Its text is its feeder's own: only our header counts."""
    value = enriched(name="x", withdrawn=True, source="erased").to_json()
    headers = tuple((name, data or b"") for name, data in raw("gone", value).headers)
    assert is_of(part, record(GONE, value, headers), [GONE])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        enriched("昆山:甲", name="x").to_json(),
        enriched(name="x", withdrawn=True).to_json(),
        enriched("昆山:甲", name="x", withdrawn=True, source="erased").to_json(),
        orjson.dumps([1]),
        b"",
        b"\xff",
    ],
)
def test_an_enriched_record_with_a_word_in_it_goes(value: bytes) -> None:
    """A withdrawal that is no erasure too: it knows the title."""
    assert is_of("enriched", record(GONE, value), [GONE])


@pytest.mark.parametrize(("deleted", "words"), [(None, "could not be asked to merge"), (0, "no deleted document is"), (7, "7 deleted documents")])
def test_what_remains_is_said(deleted: int | None, words: str) -> None:
    """Where, how long, and how to shorten it."""
    said = "\n".join(remains(digest_ids=[GONE], archives=["/backup"], deleted_documents=deleted))
    assert words in said
    assert f"jianbao erase {GONE} --again" in said
    assert "/backup" in said
    assert "jianbao profile forget SOURCE" in said
    assert "none was named" in "\n".join(remains(digest_ids=[GONE], archives=[], deleted_documents=0))
