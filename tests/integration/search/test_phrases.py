"""Any piece of two or more characters of a title or a body, in quotation marks, finds its item: on a real Elasticsearch.

JIANBAO_TEST_EXAMPLES makes it look longer.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from tests.engines import RunningEngines
from tests.integration.search.conftest import Site
from tests.integration.search.library import Library, Text, digests, opened
from tests.sizes import examples

pytestmark = pytest.mark.connected

EXAMPLES = examples(short=80, long=2000)
LONGEST = 60
"""Characters of a piece: what people paste. Longer ones are found by the same means."""

MARKS = (('"', '"'), ("“", "”"), ("「", "」"), ("『", "』"), ("＂", "＂"))
"""Quotation marks that hold a phrase; somebody who quotes a text with marks in it takes others around it."""


@pytest.fixture(scope="module")
def library(engines: RunningEngines) -> Iterator[Library]:
    """All the digests that there are."""
    with opened(engines.elasticsearch_url) as found:
        yield found


def quoted(piece: str) -> str | None:
    """The piece in marks that are not in it; None where there are none left."""
    for opening, closing in MARKS:
        if opening not in piece and closing not in piece:
            return opening + piece + closing
    return None


def visible(text: str) -> int:
    """How many characters anybody sees: no white space, nothing that only joins, combines or controls others."""
    return sum(not character.isspace() and unicodedata.category(character)[0] not in "CM" for character in text)


async def finds(site: Site, q: str, text: Text) -> bool:
    """Whether the item is among the hits of its source, on whatever page."""
    cursor: dict[str, Any] = {}
    while True:
        answer = await site.get("/api/search", q=q, source=text.source, size=100, **cursor)
        if text.item_id in [hit["item_id"] for hit in answer["hits"]]:
            return True
        if not answer["next"]:
            return False
        cursor = {"cursor": answer["next"]}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(2, LONGEST))
def test_every_piece_finds_its_item(library: Library, number: int, place: int, length: int) -> None:
    """Wherever it is cut: within codes, numbers and names, over punctuation and line ends."""
    text = library.texts[number % len(library.texts)]
    start = place % max(1, len(text.text) - 1)
    piece = text.text[start : start + length]
    assume(visible(piece) >= 2)
    q = quoted(piece)
    assume(q is not None)
    note(f"{q!r} of {text.text[max(0, start - 10) : start + LONGEST]!r}")
    assert q is not None
    assert library.ask(lambda site: finds(site, q, text))


CODES = ("GB/T 32151", "ISO 14064-1", "〔2026〕", "《", "25万千瓦", "CO2", "CO₂", "℃", "①", "Ⅲ", "〇", "½", "kWh", "m³", "10%", "㎡")
"""What is cut wrongly if anything is; each where a text has it."""


@pytest.mark.parametrize("code", CODES)
def test_pieces_around_codes_find_their_items(library: Library, code: str) -> None:
    """Each piece that begins or ends within, beside or around the code, in the first texts that have it."""
    texts = [text for text in library.texts if code in text.text][:2]
    missed = []
    for text in texts:
        at = text.text.index(code)
        for start in range(max(0, at - 1), at + len(code) + 1):
            for end in range(max(start + 2, at + 1), at + len(code) + 2):
                piece = text.text[start:end]
                if visible(piece) >= 2 and (q := quoted(piece)) and not library.ask(lambda site, q=q, text=text: finds(site, q, text)):  # type: ignore[misc]
                    missed.append(piece)
    assert missed == []


def test_the_library_has_texts_of_many_kinds() -> None:
    """A folder that was not found would make the promise an empty one."""
    texts = [item.body for one in digests() for item in one.items]
    assert len(texts) > 500
    assert sum("\n" in text for text in texts) > 50
