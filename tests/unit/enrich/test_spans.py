"""Spans cover the normalised text wholly and without overlap, whatever the text is."""

import json
import os
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.enrich.readers import read
from services.enrich.split.split import split
from shared.errors import Rejected
from shared.records import MEDIA_TYPES, MediaType
from tests.sizes import examples
from tests.unit.enrich.digests import SAMPLE, TYPES, Shape, shapes

EXAMPLES = examples(short=60, long=20_000)
GOLD = os.environ.get("JIANBAO_GOLD_SPLIT", "")
"""A folder of digests with hand-made answers, where there is one."""


def _covered(data: bytes, media_type: MediaType) -> None:
    try:
        document = read(data, media_type=media_type)
    except Rejected as refused:
        assert refused.kind in ("empty", "undecodable")  # noqa: PT017  # the property is of both outcomes
        return
    parted = split(document)
    assert parted.stories
    pieces = [(piece.start, piece.end) for piece in parted.boilerplate]
    pieces += [(span.start, span.end) for spans in parted.spans for span in spans]
    at = 0
    for start, end in sorted(pieces):
        assert start == at
        assert end > start
        at = end
    assert at == len(document.text)
    for block in document.blocks:
        assert document.text[block.start : block.end].split() == block.text.split()


@cache
def _lines() -> tuple[str, ...]:
    texts = [SAMPLE.read_text("utf-8"), *(shape.path.read_text("utf-8") for shape in shapes())]
    return tuple(dict.fromkeys(line for text in texts for line in text.split("\n")))


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.name)
def test_every_shape_is_covered(shape: Shape) -> None:
    """Items and boilerplate make up the whole text."""
    _covered(shape.path.read_bytes(), TYPES[shape.path.suffix])


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(_lines()), max_size=40), st.sampled_from(MEDIA_TYPES))
def test_lines_of_digests_in_any_order_are_covered(lines: list[str], media_type: MediaType) -> None:
    """Mutations: lines lost, doubled, and out of order."""
    _covered("\n".join(lines).encode(), media_type)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_sample_with_pieces_cut_out_is_covered(data: st.DataObject) -> None:
    """Mutations: characters lost and foreign ones put in."""
    text = SAMPLE.read_text("utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 400)))
    foreign = data.draw(st.text(alphabet="\n\r 　1、.（一）【】#*-|<>p/🟡▶目录。：:\u200b\ufeff\x0c", max_size=30))
    _covered((text[:start] + foreign + text[end:]).encode(), data.draw(st.sampled_from(MEDIA_TYPES)))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("\n\n\n 一二1.、*#->[]()<p>")), max_size=300),
    st.sampled_from(MEDIA_TYPES),
)
def test_wild_text_is_covered(text: str, media_type: MediaType) -> None:
    """Anything that can be typed."""
    _covered(text.encode(), media_type)


@pytest.mark.skipif(not GOLD, reason="JIANBAO_GOLD_SPLIT names no folder of digests")
def test_real_digests_are_covered() -> None:
    """Digests of many families, where they are at hand."""
    for path in sorted(Path(GOLD).glob("*.json")):
        raw = path.parent / json.loads(path.read_text("utf-8"))["file"]
        _covered(raw.read_bytes(), TYPES[raw.suffix])
