"""Offsets of the normalised text lead back to the characters of the source."""

import re
from html import escape, unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.enrich.readers import read
from services.enrich.source import SourceMap, of_runs
from shared.errors import Rejected
from shared.records import MediaType
from shared.text.letters import ideographs, levelled
from tests.unit.enrich.digests import SAMPLE, TYPES, Shape, shapes

_UNSEEN = re.compile("[\u200b\u200c\u200e\u200f\u2060\ufeff\u00ad\u202a-\u202e\x00]")


def _same(source: str, media_type: MediaType, *, entities: bool) -> float:
    """Check every run of the text against `source`; the share of visible characters that have a place."""
    try:
        document = read(source.encode(), media_type=media_type, charset="utf-8")
    except Rejected:
        return 1.0
    found = 0
    last = 0
    for run in document.source_map.runs():
        there = source[run.source : run.source + run.width]
        there = levelled(ideographs(unescape(there) if entities else there))
        here = levelled(document.text[run.start : run.start + run.length])
        assert _UNSEEN.sub("", re.sub("\r\n?|\u2028|\u2029|\u0085", "\n", there)) == re.sub("\r\n?|\u2028|\u2029|\u0085", "\n", here)
        assert run.source >= last
        last = run.source + run.width
        found += sum(1 for character in here if not character.isspace() and character != "|")
    visible = sum(1 for character in document.text if not character.isspace() and character != "|")
    return found / visible if visible else 1.0


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(codec="utf-8", exclude_characters="\x00"), st.sampled_from("\r\n\u200b\ufeff昆山1、")), max_size=200))
def test_every_character_of_a_text_has_its_place(text: str) -> None:
    """Whatever line ends and invisible characters it has."""
    assert _same(text.removeprefix("\ufeff"), "text/plain", entities=False) == 1.0


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        alphabet=st.one_of(st.characters(codec="utf-8", exclude_characters="\x00"), st.sampled_from("\n\n*#->[]()<p>&;ab昆山|`_\\")), max_size=200
    )
)
def test_what_has_a_place_in_markdown_and_html_is_the_same_there(text: str) -> None:
    """Entities stand for their characters."""
    _same(text.removeprefix("\ufeff"), "text/markdown", entities=True)
    _same(text.removeprefix("\ufeff"), "text/html", entities=True)


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.name)
def test_nearly_every_character_of_a_digest_has_its_place(shape: Shape) -> None:
    """But for numbers and bullets that only markup counts; the bars between cells are ours."""
    source = shape.path.read_text("utf-8")
    assert _same(source, TYPES[shape.path.suffix], entities=True) > 0.9


def test_the_sample_as_a_page_has_every_character_in_place() -> None:
    """Between tags, after a menu, with entities."""
    lines = "".join(f"<p><b>{escape(line[:4])}</b>{escape(line[4:])}</p>\n" for line in SAMPLE.read_text("utf-8").split("\n") if line.strip())
    page = f"<html><head><style>p{{}}</style></head><body><ul><li>首页</li></ul><div id='js_content'>{lines}&copy; 版权</div></body></html>"
    assert _same(page, "text/html", entities=True) == 1.0


def test_markdown_marks_are_stepped_over() -> None:
    """Emphasis, links, entities, tables: the characters themselves."""
    source = "# 题\n\n**1.** [甲*乙*](http://x/y)丙&amp;丁\n\n|a|b|\n|-|-|\n|c|d|\n"
    document = read(source.encode(), media_type="text/markdown")
    shown = [[source[place.start : place.end] for place in document.source_map.places(block.start, block.end)] for block in document.blocks]
    assert shown == [["题"], ["1.", "甲", "乙", "丙&amp;丁"], ["a", "b"], ["c", "d"]]


def test_pieces_that_touch_are_one_place_and_parts_part_them() -> None:
    """Pages begin anew."""
    found = of_runs([(0, 2, 0), (2, 2, 2), (5, 3, 4)], unit="page", parts=[0, 4])
    assert len(found) == 2
    assert [(place.part, place.start, place.end) for place in found.places(0, 8)] == [(1, 0, 4), (2, 0, 3)]
    assert SourceMap().places(0, 10) == []
