"""Word's styles → what a paragraph or a run inherits from its style: heading level, list, bold. Pure."""

import re
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

CHAIN = 20
"""Styles based on styles that are followed; Word's own go to 4, hostile ones in circles."""

_HEADING = re.compile(r"^(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_TITLE = re.compile(r"^(?:title|标题)$", re.IGNORECASE)
_OFF = frozenset(["0", "false", "off", "none"])

TITLE = 0
"""The level of a document's title, above all headings."""


@dataclass
class Style:
    """What a style says, its ancestors' sayings included."""

    name: str = ""
    """As Word shows it, of at most 60 characters."""
    level: int | None = None
    """Of a heading, from 1; TITLE; None for text."""
    bold: bool | None = None
    size: float | None = None
    """Points."""
    numbering: Any = None
    """Its numPr element."""
    numbered: str | None = None
    """The id of the style that has it, its own or an ancestor's."""


@dataclass
class Styles:
    """The styles of a document by id."""

    elements: dict[str, Any] = field(default_factory=dict)
    known: dict[str, Style] = field(default_factory=dict)
    default: str | None = None

    def of(self, name: str | None) -> Style:
        """The style with that id, the default paragraph style for None."""
        key = name or self.default or ""
        if key not in self.known:
            self.known[key] = self._made(key)
        return self.known[key]

    def _made(self, name: str) -> Style:
        made = Style(_name(self.elements.get(name))[:60])
        for _ in range(CHAIN):
            element = self.elements.get(name)
            if element is None:
                break
            made.level = _level(element) if made.level is None else made.level
            bold, size = look(element.find(qn("w:rPr")))
            made.bold = bold if made.bold is None else made.bold
            made.size = size if made.size is None else made.size
            properties = element.find(qn("w:pPr"))
            if made.numbering is None and properties is not None:
                made.numbering = properties.find(qn("w:numPr"))
                made.numbered = name if made.numbering is not None else None
            based = element.find(qn("w:basedOn"))
            if based is None:
                break
            name = based.get(qn("w:val")) or ""
        return made


def read(root: Any) -> Styles:
    """The styles in the root element of styles.xml (None where a document has none)."""
    styles = Styles()
    for element in root.findall(qn("w:style")) if root is not None else ():
        name = element.get(qn("w:styleId"))
        if name:
            styles.elements[name] = element
            if element.get(qn("w:type")) == "paragraph" and element.get(qn("w:default")) in ("1", "true", "on"):
                styles.default = name
    return styles


def look(properties: Any) -> tuple[bool | None, float | None]:
    """Bold and size in points as a w:rPr element says them, None where it does not."""
    if properties is None:
        return None, None
    bold, size = properties.find(qn("w:b")), properties.find(qn("w:sz"))
    points = size.get(qn("w:val")) if size is not None else None
    return (
        None if bold is None else (bold.get(qn("w:val")) or "1") not in _OFF,
        int(points) / 2 if points and points.isascii() and points.isdigit() and len(points) < 5 else None,
    )


def shown_as(properties: Any, style: Style) -> str:
    """Size in points (else its paragraph's style's), font and colour of a w:rPr element: `16;黑体;ff0000`."""
    size, font, colour = look(properties)[1] or style.size, None, None
    if properties is not None:
        fonts, ink = properties.find(qn("w:rFonts")), properties.find(qn("w:color"))
        font = (fonts.get(qn("w:eastAsia")) or fonts.get(qn("w:ascii"))) if fonts is not None else None
        colour = ink.get(qn("w:val")) if ink is not None else None
    said = (f"{size:g}" if size else "", (font or "")[:20], (colour or "").removeprefix("auto")[:8].lower())
    return ";".join(filter(None, said))


def hidden(properties: Any) -> bool:
    """Whether a w:rPr element hides its words: they are neither shown nor printed."""
    element = properties.find(qn("w:vanish")) if properties is not None else None
    return element is not None and (element.get(qn("w:val")) or "1") not in _OFF


def superscript(properties: Any) -> bool:
    """Whether a w:rPr element prints its words above the line."""
    element = properties.find(qn("w:vertAlign")) if properties is not None else None
    return element is not None and element.get(qn("w:val")) == "superscript"


def outline(properties: Any) -> int | None:
    """The heading level that a w:pPr element says by itself; Word's ninth level is text."""
    element = properties.find(qn("w:outlineLvl")) if properties is not None else None
    value = element.get(qn("w:val")) if element is not None else None
    return int(value) + 1 if value in tuple("012345678") else None


def _name(style: Any) -> str:
    """The name of a w:style element; empty for None and for one without."""
    name = style.find(qn("w:name")) if style is not None else None
    return str(name.get(qn("w:val")) or "") if name is not None else ""


def _level(style: Any) -> int | None:
    printed = _name(style)
    if match := _HEADING.match(printed) or _HEADING.match(style.get(qn("w:styleId")) or ""):
        return int(match[1])
    if _TITLE.match(printed):
        return TITLE
    return outline(style.find(qn("w:pPr")))
