"""No text is lost: every phrase of a line stands in an item or in the digest's others, however the items were found."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.enrich.blocks import Document
from services.enrich.enrich import enrich
from services.enrich.readers import read
from services.enrich.rest import AROUND, MOST_OTHERS, MOST_PRINTED, Held, rest_of
from shared.errors import Rejected
from shared.records import Boilerplate, EnrichedDigest, MediaType, RawDigest, Span
from tests.sizes import examples
from tests.unit.enrich.digests import SAMPLE, TYPES, Shape, shapes

EXAMPLES = examples(short=25, long=5_000)
GOLD = os.environ.get("JIANBAO_GOLD_SPLIT", "")
"""A folder of digests with hand-made answers, where there is one."""
PHRASE = 12
"""Characters of a phrase that is looked for; shorter ones stand within these."""
NOW = datetime(2026, 3, 2, tzinfo=UTC)
RAW = RawDigest(digest_id="0" * 32, source="weekly", media_type="text/plain", received_at=NOW, sha256="", revision=1)


def _enriched(data: bytes, media_type: MediaType) -> EnrichedDigest:
    return enrich(RAW.model_copy(update={"media_type": media_type}), data, enriched_at=NOW)


def _compact(text: str) -> str:
    return "".join(text.split())


def _phrases(document: Document) -> Iterator[str]:
    """Every phrase of every visible line, without white space."""
    for block in document.blocks:
        line = _compact(block.text)
        if line and (block.kind != "rule" or any(map(str.isalnum, line))):
            yield from (line[at : at + PHRASE] for at in range(max(1, len(line) - PHRASE + 1)))


def _lost(data: bytes, media_type: MediaType) -> list[str]:
    """Phrases of a digest that neither its items nor its others have."""
    try:
        enriched = _enriched(data, media_type)
    except Rejected as refused:
        assert refused.kind in ("empty", "undecodable")  # noqa: PT017  # nothing is enriched then
        return []
    texts = [text for item in enriched.items for text in (item.title or "", item.body, *item.printed)]
    held = "\x00".join(map(_compact, [*texts, *(other.text for other in enriched.others)]))
    return [phrase for phrase in _phrases(read(data, media_type=media_type)) if phrase not in held]


@cache
def _lines() -> tuple[str, ...]:
    texts = [SAMPLE.read_text("utf-8"), *(shape.path.read_text("utf-8") for shape in shapes())]
    return tuple(dict.fromkeys(line for text in texts for line in text.split("\n")))


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.name)
def test_no_shape_loses_a_phrase(shape: Shape) -> None:
    """Digests of many shapes."""
    assert _lost(shape.path.read_bytes(), TYPES[shape.path.suffix]) == []


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(_lines()), max_size=40), st.sampled_from(list(TYPES.values())))
def test_lines_of_digests_in_any_order_lose_no_phrase(lines: list[str], media_type: MediaType) -> None:
    """Mutations: lines lost, doubled, and out of order."""
    assert _lost("\n".join(lines).encode(), media_type) == []


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_sample_with_pieces_cut_out_loses_no_phrase(data: st.DataObject) -> None:
    """Mutations: characters lost, foreign ones and other markers put in."""
    text = SAMPLE.read_text("utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 400)))
    foreign = data.draw(st.text(alphabet="\n 　1、.（一）【】#*-|<>p/🟡▶目录。：:", max_size=30))
    marker = data.draw(st.sampled_from(["一、", "1.", "①", "▶", "###", "- ", "【】"]))
    mutated = (text[:start] + foreign + text[end:]).replace("🟡", marker)
    assert _lost(mutated.encode(), data.draw(st.sampled_from(list(TYPES.values())))) == []


@settings(max_examples=4 * EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_splitter_loses_a_phrase(data: st.DataObject) -> None:
    """Items with any spans, also such as end within lines, and with any part of what stands there as title and body."""
    document = read(
        "\n".join(data.draw(st.lists(st.sampled_from(_lines()), min_size=1, max_size=12))).encode() + b"\n\xe6\x9c\xab", media_type="text/plain"
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(document.text)), max_size=8)))
    items = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        text = document.text[start:end]
        title = text[data.draw(st.integers(0, 10)) :][:20]
        body = "\n".join(line for line in text.split("\n") if data.draw(st.booleans()))
        items.append(Held(title, body, (Span(start=start, end=end),)))
    rest = rest_of(document, items, ())
    texts = [text for item, printed in zip(items, rest.printed, strict=True) for text in (item.title or "", item.body, *printed)]
    held = "\x00".join(map(_compact, [*texts, *(other.text for other in rest.others)]))
    assert [phrase for phrase in _phrases(document) if phrase not in held] == []


@pytest.mark.skipif(not GOLD, reason="JIANBAO_GOLD_SPLIT names no folder of digests")
def test_no_real_digest_loses_a_phrase() -> None:
    """Digests of many families, where they are at hand."""
    files = [path.parent / json.loads(path.read_text("utf-8"))["file"] for path in sorted(Path(GOLD).glob("*.json"))]
    assert {path.name: lost[:3] for path in files if (lost := _lost(path.read_bytes(), TYPES[path.suffix]))} == {}


DIGEST = """双碳周报 第9期
本期目录
昆山新增零碳工厂
太仓新增零碳园区
一、昆山新增零碳工厂
昆山市将新增零碳工厂10家，其中3家属于钢铁行业。
二、太仓新增零碳园区
太仓市将新增零碳园区2个，面积共35平方公里。
免责声明：本文不构成投资建议。
"""


def test_what_is_no_item_is_the_digests_others_by_kind_and_place() -> None:
    """Contents list and disclaimer, each with its kind, its place in the text and the item that it stands behind."""
    enriched = _enriched(DIGEST.encode(), "text/plain")
    document = read(DIGEST.encode(), media_type="text/plain")
    assert [(other.kind, other.text, other.after) for other in enriched.others] == [
        ("digest_title", "双碳周报 第9期", 0),
        ("contents", "本期目录\n昆山新增零碳工厂\n太仓新增零碳园区", 0),
        ("disclaimer", "免责声明：本文不构成投资建议。", 2),
    ]
    assert [document.text[other.start : other.end] for other in enriched.others] == [other.text for other in enriched.others]


def test_a_digest_is_found_by_a_title_that_its_text_does_not_say() -> None:
    """Such as the feeder's; one that is printed is not said twice."""
    given = [enrich(RAW.model_copy(update={"title": title}), DIGEST.encode(), enriched_at=NOW) for title in ("双碳周报 第9期", "内部周报")]
    titles = [[(other.text, other.start) for other in enriched.others if other.kind == "digest_title"] for enriched in given]
    assert titles == [[("双碳周报 第9期", 0)], [("内部周报", None), ("双碳周报 第9期", 0)]]


def test_an_item_prints_the_lines_that_its_title_and_body_do_not_hold_whole() -> None:
    """A numbered title, so that it is found as printed."""
    assert [item.printed for item in _enriched(DIGEST.encode(), "text/plain").items] == [("一、昆山新增零碳工厂",), ("二、太仓新增零碳园区",)]


@pytest.mark.parametrize(
    ("title", "body", "printed"),
    [
        ("快讯", "甲乙丙" * 40, ("【快讯】" + ("甲乙丙" * 40)[:AROUND],)),
        (None, "甲乙丙" * 40, ("【快讯】" + ("甲乙丙" * 40)[:AROUND],)),
        ("快讯", "", ("【快讯】" + "甲乙丙" * 40,)),
    ],
)
def test_of_a_long_line_an_item_prints_what_stands_around_the_cuts(title: str | None, body: str, printed: tuple[str, ...]) -> None:
    """The title cut from a paragraph doubles no paragraph; what no field holds is printed."""
    document = read(f"【快讯】{'甲乙丙' * 40}".encode(), media_type="text/plain")
    rest = rest_of(document, [Held(title, body, (Span(start=0, end=len(document.text)),))], ())
    assert rest.printed == (printed,)


def test_text_within_an_item_that_it_can_not_print_is_rest() -> None:
    """A splitter that drops a page from within an item loses nothing of it."""
    lines = [f"第{number}行有一些文字" for number in range(MOST_PRINTED // 5)]
    document = read("\n".join(["标题", *lines]).encode(), media_type="text/plain")
    rest = rest_of(document, [Held("标题", "", (Span(start=0, end=len(document.text)),))], ())
    found = "\n".join([*rest.printed[0], *(other.text for other in rest.others)])
    assert found.split("\n") == lines
    assert sum(map(len, rest.printed[0])) <= MOST_PRINTED
    assert {other.kind for other in rest.others} == {"rest"}
    assert rest.share < 1


@pytest.mark.parametrize(
    ("end", "share"),
    [(0, 0.0), (2, 0.2), (10, 1.0)],
)
def test_the_share_of_text_in_items_counts_visible_characters(end: int, share: float) -> None:
    """White space and rules count nowhere."""
    document = read("一二 三四五\n-----\n六七八九十".replace(" ", "").encode(), media_type="text/plain")
    spans = (Span(start=0, end=min(end, 5)), *((Span(start=6, end=len(document.text)),) if end > 5 else ()))
    rest = rest_of(document, [Held(None, document.text, spans)], (Boilerplate(kind="footer", start=0, end=5),))
    assert rest.share == share


@pytest.mark.parametrize(("text", "kinds"), [(DIGEST, {"date_inferred", "text_outside"}), (SAMPLE.read_text("utf-8"), {"date_inferred"})])
def test_a_digest_with_little_text_in_items_is_warned_of(text: str, kinds: set[str]) -> None:
    """Below 70 % something was split wrongly, or it is hardly a digest."""
    enriched = _enriched(text.encode(), "text/plain")
    assert {warning.kind for warning in enriched.warnings} == kinds
    assert (enriched.share or 0) < 0.7 or "text_outside" not in kinds


def test_others_beyond_what_a_digests_record_holds_become_items() -> None:
    """Nothing is dropped, and no record grows without bound."""
    paragraph = "免责声明：本文不构成投资建议，" + "风险自负。" * 2000
    text = DIGEST + "\n".join(f"{paragraph}第{number}段" for number in range(12))
    enriched = _enriched(text.encode(), "text/plain")
    assert sum(len(other.text) for other in enriched.others) <= MOST_OTHERS
    assert _lost(text.encode(), "text/plain") == []
    assert any("items without titles" in warning.message for warning in enriched.warnings)
