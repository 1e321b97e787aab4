"""DOCX → blocks."""

import io
import zipfile

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from services.enrich.blocks import Document
from services.enrich.readers import LIMITS, read
from services.enrich.readers.word.numbering import written
from shared.errors import Rejected
from shared.records import DOCX


def _read(document: "docx.document.Document") -> Document:
    packed = io.BytesIO()
    document.save(packed)
    return read(packed.getvalue(), media_type=DOCX)


def _with(text: str, name: str = "word/document.xml") -> bytes:
    """A DOCX with other contents of one part."""
    packed, made = io.BytesIO(), io.BytesIO()
    docx.Document().save(packed)
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        for one in source.namelist():
            copy.writestr(one, text if one == name else source.read(one))
    return made.getvalue()


def _body(inner: str) -> str:
    return f"<w:document {nsdecls('w')}><w:body>{inner}</w:body></w:document>"


def test_headings_are_those_of_their_styles() -> None:
    """The title stands above the first level; bold paragraphs are emphasised, not headings."""
    document = docx.Document()
    document.add_heading("某地周报", 0)
    document.add_heading("政策", 1)
    document.add_paragraph().add_run("昆山:新增工厂").bold = True
    document.add_paragraph("正文。")
    assert [(block.text, block.kind, block.level, block.emphasised) for block in _read(document).blocks[1:]] == [
        ("政策", "heading", 2, True),
        ("昆山:新增工厂", "paragraph", 0, True),
        ("正文。", "paragraph", 0, False),
    ]


def test_larger_letters_are_emphasis() -> None:
    """Compared with what most of the text has."""
    document = docx.Document()
    document.add_paragraph().add_run("标题").font.size = Pt(18)
    document.add_paragraph().add_run("正文正文正文正文").font.size = Pt(10.5)
    assert [block.emphasised for block in _read(document).blocks] == [True, False]


@pytest.mark.parametrize(
    ("form", "text", "markers"),
    [
        ("chineseCounting", "%1、", ["一、", "二、"]),
        ("chineseCountingThousand", "（%1）", ["（一）", "（二）"]),
        ("decimal", "%1.", ["1. ", "2. "]),
        ("decimalZero", "%1", ["01 ", "02 "]),
        ("decimalEnclosedCircle", "%1", ["① ", "② "]),
        ("upperRoman", "%1.", ["I. ", "II. "]),
        ("bullet", "\uf06c", ["- ", "- "]),
        ("none", "", ["", ""]),
    ],
)
def test_lists_have_the_markers_that_word_prints(form: str, text: str, markers: list[str]) -> None:
    """They stand in numbering.xml, not in the text."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    level = f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{level}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for words in ("甲", "乙"):
        properties = document.add_paragraph(words)._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr>'))
    assert [block.text for block in _read(document).blocks] == [markers[0] + "甲", markers[1] + "乙"]


@pytest.mark.parametrize(("number", "form", "printed"), [(28, "lowerLetter", "bb"), (9, "lowerRoman", "ix"), (21, "decimalEnclosedCircle", "21")])
def test_numbers_are_written_in_words_forms(number: int, form: str, printed: str) -> None:
    """What a form can't write stands in digits."""
    assert written(number, form) == printed


def test_tables_are_rows_and_those_of_one_column_are_paragraphs() -> None:
    """Layout is no data."""
    document = docx.Document()
    for rows in ([["标题", "来源"], ["某事发生", "某报"]], [["甲"], ["乙"]]):
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in enumerate(rows):
            for column, words in enumerate(texts):
                table.cell(row, column).text = words
    assert [(block.kind, block.text, block.cells) for block in _read(document).blocks] == [
        ("row", "标题 | 来源", ("标题", "来源")),
        ("row", "某事发生 | 某报", ("某事发生", "某报")),
        ("paragraph", "甲", ()),
        ("paragraph", "乙", ()),
    ]


def test_a_cell_that_goes_on_from_above_has_its_words() -> None:
    """B厂 stands in 甲区; a cell over two columns keeps the others where they are."""
    document = docx.Document()
    table = document.add_table(4, 3)
    for row, texts in enumerate([["地区", "企业", "装机"], ["甲区", "A厂", "12"], ["", "B厂", "7"], ["合计", "", "19"]]):
        for column, words in enumerate(texts):
            table.cell(row, column).text = words
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 1))
    assert [block.cells for block in _read(document).blocks] == [
        ("地区", "企业", "装机"),
        ("甲区", "A厂", "12"),
        ("甲区", "B厂", "7"),
        ("合计", "", "19"),
    ]


def test_figures_above_the_line_join_no_number_and_radicals_are_ideographs() -> None:
    """10⁴ is not 104."""
    document = docx.Document()
    paragraph = document.add_paragraph("⼭东减排10")
    paragraph.add_run("4").font.superscript = True
    paragraph.add_run("吨")
    assert [block.text for block in _read(document).blocks] == ["山东减排10⁴吨"]


def test_links_breaks_and_inserted_words_are_read_and_deleted_ones_are_not() -> None:
    """Where python-docx's own paragraphs leave them out."""
    document = docx.Document()
    paragraph = document.add_paragraph("见")
    key = document.part.relate_to("https://example.org/1", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{key}"><w:r><w:t>原文</w:t></w:r></w:hyperlink>')
    paragraph._p.append(link)
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>新</w:t><w:br/><w:t>行</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>旧</w:delText></w:r></w:del>"))
    first, second = _read(document).blocks
    assert (first.text, second.text, second.flows) == ("见原文新", "行", True)
    assert [(link.text, link.url) for link in first.links] == [("原文", "https://example.org/1")]


def test_properties_are_facts_and_the_title_only_where_it_is_printed() -> None:
    """Programs leave their own titles."""
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = "某地周报 第6期", "编者"
    document.add_paragraph("某地周报第6期")
    found = _read(document)
    assert found.title == "某地周报 第6期"
    assert dict(found.facts)["author"] == "编者"
    document.core_properties.title = "Microsoft Word - 新建文档"
    assert _read(document).title is None


def test_places_are_paragraphs_and_characters_in_them() -> None:
    """The numbering that Word adds has no place."""
    document = docx.Document()
    document.add_paragraph("甲")
    document.add_paragraph("乙丙", style="List Number")
    found = _read(document)
    assert found.text == "甲\n1. 乙丙"
    assert [(place.part, place.start, place.end) for place in found.source_map.places(2, 7)] == [(2, 0, 2)]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (_with(_body("<w:p/>")), "empty"),
        (_with(_body("<w:p><w:r><w:t>" + "A" * (LIMITS.unpacked_bytes + 1) + "</w:t></w:r></w:p>")), "too_large"),
        (_with(_body("<w:p><w:r><w:t>A</w:t></w:r></w:p>" * (2 * LIMITS.lines + 1))), "too_large"),
        (_with(_body("<w:tbl><w:tr><w:tc>" * 50_000)), "undecodable"),
        (_with("no XML"), "undecodable"),
        (_with("<a/>"), "undecodable"),
        (_with('<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + _body("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>")), "empty"),
        (b"PK\x03\x04" + b"\x07" * 5000, "undecodable"),
        ("昆山".encode(), "undecodable"),
        (b"", "undecodable"),
    ],
    ids=["empty", "bomb", "paragraphs", "nested", "text", "other XML", "entities", "no zip", "no Word file", "nothing"],
)
def test_what_is_no_word_file_or_too_much_is_refused(data: bytes, kind: str) -> None:
    """By kind, in plain words, before much is unpacked."""
    with pytest.raises(Rejected) as refused:
        read(data, media_type=DOCX)
    assert refused.value.kind == kind
