"""The bytes of a DOCX → Document: paragraphs with the numbering that Word prints, headings by style, tables, links, alt texts. Pure.

python-docx opens the package and its parts; its paragraphs leave out links, inserted text and text boxes, so their XML is walked here.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from services.enrich.blocks import Builder, Document
from services.enrich.readers.inline import Line, joined
from services.enrich.readers.spanned import WIDEST, reach
from services.enrich.readers.word import notes, numbering, revisions, styles
from services.enrich.readers.word.lines import Reading, style_of
from services.enrich.readers.word.package import lean
from services.enrich.split.markers import marker_of
from shared.errors import Rejected
from shared.settings import ReadLimits

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_DELETED = frozenset([qn("w:del"), qn("w:moveFrom")])


def read(data: bytes, limits: ReadLimits) -> Document:
    """Blocks of the body; source offsets count the characters of its paragraphs, one after the other.

    Raises Rejected: `undecodable` for what is no DOCX, `encrypted`, `too_large` and `too_deep` beyond `limits`.
    """
    packed = lean(data, limits)
    try:
        document = docx.Document(io.BytesIO(packed))
        body = document.element.body
        numbers = numbering.read(_root(document.part, "numbering_part"))
        cited, urls = notes.read(document.part)
        reading = Reading(styles.read(_root(document.part, "_styles_part")), _targets(document.part, urls), cited)
        if body is None:
            raise KeyError("body")
        for part in (body, *cited.values()):
            revisions.accept(part)
    except Exception as error:  # python-docx and lxml raise whatever hostile parts make them stumble over
        raise Rejected("undecodable", "this Word file is damaged or isn't one: it can't be opened; send it again, or its text") from error
    reading.measure(body.iter(_PARAGRAPH))
    walk = _Walk(reading, numbers, limits)
    walk.children(body)
    facts = _facts(document)
    return Document(
        walk.builder.text(),
        tuple(walk.builder.blocks),
        title=_printed(dict(facts).get("title"), walk.builder),
        facts=facts,
        outside=_beside(document),
        mapping=lambda: walk.builder.source_map(unit="paragraph", parts=walk.parts),
    )


def _root(part: Any, name: str) -> Any:
    """The root element of a part that a document may lack; python-docx would else make one from its template."""
    kind = {"numbering_part": RELATIONSHIP_TYPE.NUMBERING, "_styles_part": RELATIONSHIP_TYPE.STYLES}[name]
    try:
        return part.part_related_by(kind).element
    except KeyError:
        return None


def _targets(part: Any, urls: dict[str, str]) -> Callable[[str], str | None]:
    """From a relationship's id to its url, `urls` included; None for places within the document."""
    return {**{key: str(relation.target_ref) for key, relation in part.rels.items() if relation.is_external}, **urls}.get


def _facts(document: Any) -> tuple[tuple[str, str], ...]:
    """Core properties, and the lines of the first page's header."""
    properties = document.core_properties
    found = []
    for name in ("title", "author", "subject", "keywords", "category", "comments", "created", "modified"):
        try:
            value = getattr(properties, name)
        except Exception:  # dates and texts of hostile files; a fact that can't be read is none
            continue
        if value:
            found.append((name, value.isoformat() if hasattr(value, "isoformat") else str(value)))
    found += [("running", text[:200]) for text in _running(document, RELATIONSHIP_TYPE.HEADER)]
    return tuple(found)


def _running(document: Any, kind: str) -> Iterator[str]:
    """The text of each header or footer."""
    parts = {
        id(relation.target_part): relation.target_part
        for relation in document.part.rels.values()
        if relation.reltype == kind and not relation.is_external
    }
    # Each once, however many relationships name it.
    for part in parts.values():
        if (element := getattr(part, "element", None)) is not None:
            text = "".join(node.text or "" for node in element.iter(qn("w:t"))).strip()
            if text:
                yield text


def _beside(document: Any) -> tuple[str, ...]:
    """What pages print above and below the text."""
    return tuple(dict.fromkeys([*_running(document, RELATIONSHIP_TYPE.HEADER), *_running(document, RELATIONSHIP_TYPE.FOOTER)]))


def _printed(title: str | None, builder: Builder) -> str | None:
    """The title of the properties where the document prints it: templates and programs leave their own there."""
    if not title or len(title) < 2:
        return None
    wanted = "".join(title.split())
    return title if any(wanted in "".join(block.text.split()) for block in builder.blocks[:10]) else None


def _said(name: str, *elements: Any) -> str | None:
    """The value of a child called `name` of the first element that has one."""
    for element in elements:
        child = element.find(qn(name)) if element is not None else None
        if child is not None:
            return str(child.get(qn("w:val")) or "")
    return None


def _in_columns(cells: Sequence[Any], texts: Sequence[str], above: dict[int, str]) -> list[tuple[str, int | None]]:
    """Each cell of a row in its column, with its place in the row; a cell that goes on from `above` has its words and no place."""
    found: list[tuple[str, int | None]] = []
    for place, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        properties, column = cell.find(qn("w:tcPr")), len(found)
        merged = properties.find(qn("w:vMerge")) if properties is not None else None
        if merged is not None and merged.get(qn("w:val")) != "restart":
            found.append((above.get(column, ""), None))
        else:
            found.append((text, place))
            above.pop(column, None)
            if merged is not None:
                above[column] = text
        if len(found) < WIDEST:
            found += [("", None)] * (reach(_said("w:gridSpan", properties)) - 1)
    while found and found[-1] == ("", None):
        found.pop()
    return found


class _Walk:
    """Lays out a body; tables within tables and text boxes are walked into, as deep as the limit."""

    def __init__(self, reading: Reading, numbers: numbering.Numbering, limits: ReadLimits) -> None:
        self.reading = reading
        self.numbers = numbers
        self.limits = limits
        self.builder = Builder(limits.lines)
        self.parts: list[int] = []
        self.size = 0
        self.title = 0

    def children(self, root: Any) -> None:
        """Add everything below `root`, without recursion: hostile documents nest without end."""
        stack: list[Iterator[Any]] = [iter(root)]
        while stack:
            element = next(stack[-1], None)
            if element is None:
                stack.pop()
                continue
            if len(stack) > self.limits.nesting:
                raise Rejected("too_deep", f"this Word file nests more than {self.limits.nesting} deep; send its text")
            if element.tag == _PARAGRAPH:
                stack.extend(iter(box) for box in reversed(self._paragraph(element)))
            elif element.tag == _TABLE:
                if not self._table(element):
                    stack.append(iter(element))
            elif isinstance(element.tag, str) and element.tag not in _DELETED:
                stack.append(iter(element))  # content controls, inserted text, cells of a layout table

    def _paragraph(self, paragraph: Any) -> list[Any]:
        """Add the lines of a paragraph; its text boxes and notes are left to the caller."""
        lines, boxes = self.reading.lines(paragraph)
        base = self._part(sum(len(line.text) + 1 for line in lines))
        properties = paragraph.find(qn("w:pPr"))
        style = self.reading.styles.of(style_of(paragraph))
        level = styles.outline(properties)
        level = style.level if level is None else level
        marker, depth = self._marker(properties, style)
        if not lines:
            return boxes
        if level == styles.TITLE:
            self.title = 1
        if level is not None and len(lines) > 1:
            lines = [joined(lines)]
        at, path = base, self.reading.path(paragraph, style)
        for index, line in enumerate(lines):
            before = marker or ""
            if before == "- " and (own := marker_of(line.text)) and own.numbered:
                before = ""  # a bullet before a number says nothing more
            marker = None
            self.builder.add(
                before + line.text,
                source=at,
                kind="heading" if level is not None else "list" if depth else "paragraph",
                level=min(6, level + self.title) if level is not None else depth,
                strong=line.strong + len(before) if line.strong else 0,
                links=tuple(line.links),
                images=tuple(line.images),
                flows=index > 0,
                path=path,
                runs=((len(before), len(line.text), at),),
            )
            at += len(line.text) + 1
        return boxes

    def _part(self, size: int) -> int:
        """Begin a paragraph of `size` characters; its source offset."""
        base = self.size
        self.parts.append(base)
        self.size += size + 1
        if self.size > 2 * self.limits.characters:
            raise Rejected("too_large", f"this Word file has more than the {self.limits.characters} characters that are read")
        return base

    def _marker(self, properties: Any, style: styles.Style) -> tuple[str | None, int]:
        """The printed number or bullet, and the depth of the list, from 1; 0 outside lists."""
        own = properties.find(qn("w:numPr")) if properties is not None else None
        number, depth = _said("w:numId", own, style.numbering), _said("w:ilvl", own)
        if number is not None and depth is None:
            linked = self.numbers.depth(number, style.numbered)
            depth = (_said("w:ilvl", style.numbering) or "0") if linked is None else str(linked)
        if number is None or number == "0" or depth is None or not (depth.isascii() and depth.isdigit()):
            return None, 0
        marker = self.numbers.marker(number, int(depth[:3]))
        return marker, int(depth[:3]) + 1 if marker else 0

    def _table(self, table: Any) -> bool:
        """Add a table of data as rows; False for one of layout (one column, cells of many paragraphs, tables within)."""
        if next(table.iterdescendants(_TABLE), None) is not None:
            return False  # first, as a table within a table within … would else be gone through once for each of them
        rows = [[cell for cell in row.iter(_CELL)] for row in table.findall(_ROW)]
        if not rows or max(map(len, rows)) < 2:
            return False
        if any(len([None for one in cell.findall(_PARAGRAPH) if next(one.iter(qn("w:t")), None) is not None]) > 3 for row in rows for cell in row):
            return False
        above: dict[int, str] = {}
        for number, row in enumerate(table.findall(_ROW)):
            cells = [self._cell(cell) for cell in rows[number]]
            shown = _in_columns(rows[number], [line.text for line, _ in cells], above)
            text, runs = "", list[tuple[int, int, int]]()
            for words, position in shown:
                text += " | " if text or runs else ""
                runs += [(len(text), len(words), cells[position][1])] if position is not None else []
                text += words
            properties = row.find(qn("w:trPr"))
            header = properties is not None and properties.find(qn("w:tblHeader")) is not None
            self.builder.add(
                text,
                source=cells[0][1] if cells else self.size,
                kind="row",
                links=tuple(link for line, _ in cells for link in line.links),
                images=tuple(image for line, _ in cells for image in line.images),
                cells=tuple(words for words, _ in shown),
                header=header,
                runs=runs,
            )
        return True

    def _cell(self, cell: Any) -> tuple[Line, int]:
        """A cell as one line, and its source offset."""
        lines: list[Line] = []
        for paragraph in cell.iter(_PARAGRAPH):
            lines += self.reading.lines(paragraph)[0]
        line = joined(lines) if lines else Line()
        return line, self._part(len(line.text))
