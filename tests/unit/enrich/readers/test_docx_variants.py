"""DOCX as people send it: numbering by styles, tracked changes, notes, hidden words and readings → blocks."""

import io

import docx
import pytest
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from services.enrich.readers import read
from shared.records import DOCX

W = nsdecls("w", "r")
CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def _texts(document: Word) -> list[str]:
    packed = io.BytesIO()
    document.save(packed)
    return [block.text for block in read(packed.getvalue(), media_type=DOCX).blocks]


def _paragraphs(*inner: str) -> Word:
    document = docx.Document()
    for one in inner:
        document.element.body.sectPr.addprevious(parse_xml(f"<w:p {W}>{one}</w:p>"))
    return document


def _words(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def _level(depth: int, form: str, text: str, more: str = "", *, style: str = "") -> str:
    linked = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{linked}{more}<w:lvlText w:val="{text}"/></w:lvl>'


def _numbered(document: Word, *lists: str, of: int) -> None:
    """Add list definitions, numbered from 70, and list 77 of one of them."""
    root = document.part.numbering_part.element
    for number, levels in enumerate(lists, 70):
        root.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="{number}">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="{of}"/></w:num>'))


def _listed(depth: int, text: str) -> str:
    return f'<w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr></w:pPr>{_words(text)}'


def test_a_list_tells_the_level_of_its_heading_styles() -> None:
    """Their own numPr names the list alone."""
    document = docx.Document()
    _numbered(document, _level(0, "chineseCounting", "%1、", style="Heading1") + _level(1, "decimal", "%2.", style="Heading2"), of=70)
    for style in ("Heading 1", "Heading 2"):
        document.styles[style].element.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:numId w:val="77"/></w:numPr>'))
    for text, level in (("政策", 1), ("昆山新增", 2), ("太仓新增", 2), ("市场", 1), ("宝武", 2)):
        document.add_heading(text, level)
    assert _texts(document) == ["一、政策", "1. 昆山新增", "2. 太仓新增", "二、市场", "1. 宝武"]


def test_legal_numbering_is_in_digits() -> None:
    """ECMA-376 part 1, 17.9.4; without it each level keeps its form."""
    document = _paragraphs(_listed(0, "甲"), _listed(1, "乙"), _listed(2, "丙"))
    levels = _level(0, "chineseCounting", "%1、") + _level(1, "decimal", "%1.%2") + _level(2, "decimal", "%1.%2.%3", "<w:isLgl/>")
    _numbered(document, levels, of=70)
    assert _texts(document) == ["一、甲", "一.1 乙", "1.1.1 丙"]


def test_a_list_style_has_the_levels_of_lists_that_name_it() -> None:
    """numStyleLink, which has no levels of its own."""
    document = _paragraphs(_listed(0, "甲"), _listed(0, "乙"))
    _numbered(document, '<w:styleLink w:val="Ours"/>' + _level(0, "chineseCounting", "%1、"), '<w:numStyleLink w:val="Ours"/>', of=71)
    assert _texts(document) == ["一、甲", "二、乙"]


@pytest.mark.parametrize("change", ["del", "moveFrom"])
def test_paragraphs_whose_mark_was_deleted_are_one(change: str) -> None:
    """As Word shows them once changes are accepted."""
    mark = f'<w:pPr><w:rPr><w:{change} w:id="1" w:author="a"/></w:rPr></w:pPr>'
    document = _paragraphs(mark + _words("甲市"), mark + _words("发布"), _words("方案。"))
    assert _texts(document) == ["甲市发布方案。"]


def test_deleted_rows_are_not_read() -> None:
    """Though their words are not marked as deleted."""
    document = docx.Document()
    table = document.add_table(3, 2)
    for number, row in enumerate(table.rows):
        for cell in row.cells:
            cell.text = f"第{number}行"
    table.rows[1]._tr.get_or_add_trPr().append(parse_xml(f'<w:del {W} w:id="3" w:author="a"/>'))
    assert _texts(document) == ["第0行 | 第0行", "第2行 | 第2行"]


def test_notes_follow_the_paragraph_that_cites_them() -> None:
    """Once, with the links of their own part, which counts its relationships anew."""
    cited = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    document = _paragraphs(_words("碳市场扩围") + cited + _words("。"), _words("下一段。") + cited)
    note = f'<w:footnote w:id="1"><w:p><w:hyperlink r:id="rId1">{_words("来源:某网站")}</w:hyperlink></w:p></w:footnote>'
    part = Part(PackURI("/word/footnotes.xml"), CONTENT, f"<w:footnotes {W}>{note}</w:footnotes>".encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    assert part.relate_to("https://example.org/note", RELATIONSHIP_TYPE.HYPERLINK, is_external=True) == "rId1"
    packed = io.BytesIO()
    document.save(packed)
    blocks = read(packed.getvalue(), media_type=DOCX).blocks
    assert [block.text for block in blocks] == ["碳市场扩围。", "来源:某网站", "下一段。"]
    assert [link.url for link in blocks[1].links] == ["https://example.org/note"]


def test_hidden_words_and_readings_above_characters_are_not_read() -> None:
    """What nobody sees in the line."""
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r>"
    ruby = f"<w:r><w:ruby><w:rt>{_words('tàn')}</w:rt><w:rubyBase>{_words('碳')}</w:rubyBase></w:ruby></w:r>"
    assert _texts(_paragraphs(_words("看得见") + hidden, ruby + _words("市场"))) == ["看得见", "碳市场"]
