"""PDF → blocks."""

import io

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from services.enrich.readers import LIMITS, read
from shared.errors import Rejected
from shared.records import PDF
from tests.unit.enrich.digests import SAMPLE
from tests.unit.enrich.renderings import FONT, Look, pdf

LINES = [line.strip() for line in SAMPLE.read_text("utf-8").split("\n") if line.strip()]


def _texts(data: bytes) -> list[str]:
    return [block.text for block in read(data, media_type=PDF).blocks]


@pytest.mark.parametrize("indent", [21, 0])
def test_printed_lines_are_joined_to_their_paragraphs(indent: float) -> None:
    """By indent, or by the space between paragraphs; what the pages repeat stands once, at the end."""
    assert _texts(pdf(LINES, Look(), indent=indent)) == [*LINES, "某地周报"]


def test_columns_are_read_one_after_the_other() -> None:
    """Not line by line across the gutter."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    packed = io.BytesIO()
    made = BaseDocTemplate(packed)
    made.addPageTemplates(PageTemplate(frames=[Frame(60, 60, 225, 700), Frame(310, 60, 225, 700)]))
    style = ParagraphStyle("text", fontName=FONT, fontSize=9, leading=13, firstLineIndent=18, wordWrap="CJK")
    made.build([Paragraph(line, style) for line in LINES])
    assert _texts(packed.getvalue()) == LINES


def test_larger_letters_are_headings_by_size() -> None:
    """The largest is the first level."""
    data = pdf(["政策动态", "昆山:新增工厂", "正文正文正文正文正文正文。"], Look(["政策动态"], ["昆山:新增工厂"]))
    assert [(block.kind, block.level, block.text) for block in read(data, media_type=PDF).blocks] == [
        ("paragraph", 0, "某地周报"),
        ("heading", 1, "政策动态"),
        ("heading", 2, "昆山:新增工厂"),
        ("paragraph", 0, "正文正文正文正文正文正文。"),
    ]


def _drawn(*pieces: tuple[float, float, str], size: float = 10, link: str = "") -> bytes:
    """A page with texts at their places."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    packed = io.BytesIO()
    canvas = Canvas(packed, pagesize=A4)
    canvas.setFont(FONT, size)
    for x, y, text in pieces:
        canvas.drawString(x, y, text)
    if link:
        canvas.linkURL(link, (pieces[0][0], pieces[0][1] - 3, pieces[0][0] + 20, pieces[0][1] + 10))
    canvas.showPage()
    canvas.save()
    return packed.getvalue()


def test_cells_side_by_side_are_rows() -> None:
    """A table has no gutter of prose."""
    data = _drawn((72, 700, "标题"), (300, 700, "来源"), (72, 680, "某事发生"), (300, 680, "某报"))
    assert [(block.kind, block.cells) for block in read(data, media_type=PDF).blocks] == [("row", ("标题", "来源")), ("row", ("某事发生", "某报"))]


def test_links_lie_on_their_words() -> None:
    """By the place of the annotation."""
    (block,) = read(_drawn((72, 700, "原文链接在此"), link="https://example.org/1"), media_type=PDF).blocks
    assert [(link.text, link.url) for link in block.links] == [("原文", "https://example.org/1")]


def test_latin_words_have_a_space_between_lines_and_chinese_has_none() -> None:
    """As they were before they were broken."""
    style = "Transition Finance Tracker " * 8
    (_, block, *_) = read(pdf([style.strip(), "完"], Look()), media_type=PDF).blocks
    assert block.text == style.strip()


def test_places_are_pages_and_characters() -> None:
    """Every character of the text has one, on the page that prints it."""
    document = read(pdf(LINES, Look()), media_type=PDF)
    first, last = document.blocks[0], document.blocks[len(LINES) - 1]
    assert {place.part for place in document.source_map.places(first.start, first.end)} == {1}
    assert {place.part for place in document.source_map.places(last.start, last.end)} == {2}
    assert sum(run.length for run in document.source_map.runs(first.start, first.end)) == len(first.text)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("昆山".encode(), "undecodable"),
        (b"%PDF-1.7\n" + b"\x93\x07" * 5000, "undecodable"),
        (b"", "undecodable"),
        (_drawn(), "no_text"),
        (pdf(LINES[:3], Look(), password="secret"), "encrypted"),
    ],
    ids=["text", "bytes", "nothing", "pictures", "password"],
)
def test_what_is_no_pdf_with_text_is_refused(data: bytes, kind: str) -> None:
    """By kind, in words that say what to do."""
    with pytest.raises(Rejected) as refused:
        read(data, media_type=PDF)
    assert refused.value.kind == kind


@pytest.mark.parametrize("limit", [{"pages": 1}, {"characters": 100}, {"lines": 5}, {"unpacked_bytes": 100}])
def test_limits_are_held(limit: dict[str, int]) -> None:
    """Each is a setting."""
    with pytest.raises(Rejected) as refused:
        read(pdf(LINES, Look()), media_type=PDF, limits=LIMITS.model_copy(update=limit))
    assert refused.value.kind == "too_large"
