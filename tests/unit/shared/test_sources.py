"""What is known of a source: numbers that only rise, examples that make room, records that can be read back."""

from datetime import UTC, datetime

import pytest

from shared import sources
from shared.errors import Rejected
from shared.ids import KNOWLEDGE_PER_BUILD
from shared.sources import Example, RightItem, Source, packed

MOST = 2**23


def example(name: str, content: bytes | None = None) -> Example:
    """One whose bytes are its name."""
    data = name.encode() if content is None else content
    return Example(
        media_type="text/plain",
        packed=packed(data),
        sha256=name,
        items=(RightItem(title="甲"),),
        taught_at=datetime(2026, 2, 6, tzinfo=UTC),
        by="a@b",
        name=name,
    )


def test_the_newest_examples_stay_and_the_number_rises() -> None:
    """Four of them, the newest first; one that is given again stands once."""
    known: Source | None = None
    for name in ("1", "2", "3", "2", "4", "5"):
        known = sources.taught(known, "周报", example(name), most_bytes=MOST)
    assert known is not None
    assert ([one.sha256 for one in known.examples], known.knowledge) == (["5", "4", "2", "3"], 6)
    assert (sources.forgotten(known).examples, sources.forgotten(known).knowledge) == ((), 7)


def test_a_record_is_read_back_with_its_bytes() -> None:
    """As they were received, and whatever a newer version added is dropped."""
    known = sources.taught(None, "周报", example("1", b"\xff\x00" * 500), most_bytes=MOST)
    assert sources.read(known.to_json()) == known
    assert sources.read(known.to_json()[:-1] + b',"more":1}').examples[0].content == b"\xff\x00" * 500


@pytest.mark.parametrize("value", [None, b"", b"{}", b"[]", b'{"source":"a","knowledge":0}', b'{"source":"a b","knowledge":1}'])
def test_what_is_no_record_is_refused(value: bytes | None) -> None:
    """So that whoever reads the topic can pass over it."""
    with pytest.raises(Rejected):
        sources.read(value)


def test_older_examples_make_room_for_large_ones() -> None:
    """What is known of a source stays within a record; an example that alone is too large is refused."""
    noise = bytes(range(256)) * 4
    large = [example(str(number), bytes((byte * (number + 3)) % 251 for byte in range(40_000)) + noise) for number in range(3)]
    known: Source | None = None
    most = sources.ROOM + 2 * len(sources.taught(None, "周报", large[0], most_bytes=MOST).to_json())
    for one in large:
        known = sources.taught(known, "周报", one, most_bytes=most)
    assert known is not None
    assert [one.name for one in known.examples] == ["2", "1"]
    with pytest.raises(Rejected, match="more than what is known of a source may take"):
        sources.taught(None, "周报", large[0], most_bytes=sources.ROOM + 100)


def test_numbers_that_are_used_up_are_refused() -> None:
    """Rather than spilling into the build of a version."""
    known = Source(source="周报", knowledge=KNOWLEDGE_PER_BUILD - 1)
    with pytest.raises(Rejected, match="1023 times"):
        sources.taught(known, "周报", example("1"), most_bytes=MOST)


def test_bytes_that_swell_are_refused() -> None:
    """A record of the topic is as hostile as a digest."""
    with pytest.raises(Rejected, match="larger than a digest may be"):
        _ = example("1", b"\0" * (2**23 + 1)).content
    with pytest.raises(Rejected, match="unpacked"):
        _ = example("1").model_copy(update={"packed": "!"}).content
