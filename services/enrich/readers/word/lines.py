"""A w:p element → its lines: words with emphasis, links, pictures' alt texts; and the text boxes within it and notes that it cites. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from docx.oxml.ns import qn

from services.enrich.blocks import Anchor
from services.enrich.readers.inline import Line
from services.enrich.readers.paths import PATHS
from services.enrich.readers.word import notes
from services.enrich.readers.word.styles import Style, Styles, hidden, look, shown_as, superscript
from shared.text.letters import ideographs, raised

LARGER = 1.2
"""Times the body's size from which a run is emphasised: 16 points over 12 are, 小四 beside 五号 is not."""

_TEXT, _TAB, _BREAK, _RETURN, _RUN, _LINK = (qn(f"w:{name}") for name in ("t", "tab", "br", "cr", "r", "hyperlink"))
_BOX, _DELETED, _MOVED, _HYPHEN = qn("w:txbxContent"), qn("w:del"), qn("w:moveFrom"), qn("w:noBreakHyphen")
_NO_WORDS = frozenset([qn("w:rPr"), qn("w:pPr"), qn("w:instrText"), qn("w:delText"), qn("w:sectPr"), qn("w:rt")])
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"
_RELATION = qn("r:id")


class Reading:
    """What reading paragraphs needs to know of the document."""

    def __init__(self, styles: Styles, target: Callable[[str], str | None], cited: dict[notes.Key, Any]) -> None:
        """`target` gives the url of a relationship, `cited` are the notes."""
        self.styles = styles
        self.target = target
        self.cited = cited
        self.body = 0.0
        self._paths: dict[str, str] = {}

    def measure(self, paragraphs: Iterator[Any]) -> None:
        """Find the size that most characters have."""
        sizes: Counter[float] = Counter()
        for paragraph in paragraphs:
            style = self.styles.of(style_of(paragraph))
            for run in paragraph.iter(_RUN):
                size = look(run.find(qn("w:rPr")))[1] or style.size or 0.0
                sizes[size] += sum(len(text.text or "") for text in run.iter(_TEXT))
        self.body = sizes.most_common(1)[0][0] if sizes else 0.0

    def path(self, paragraph: Any, style: Style) -> str:
        """A paragraph's style with the look of its first words: `Normal{16;黑体;ff0000}`; empty beyond `PATHS`."""
        run = next((run for run in paragraph.iter(_RUN) if any(text.text for text in run.iter(_TEXT))), None)
        looks = shown_as(run.find(qn("w:rPr")), style) if run is not None else ""
        path = f"{style.name}{{{looks}}}" if looks else style.name
        if path not in self._paths and len(self._paths) >= PATHS:
            return ""
        return self._paths.setdefault(path, path)

    def lines(self, paragraph: Any) -> tuple[list[Line], list[Any]]:
        """The lines of a paragraph, and the contents of its text boxes and of the notes that it is the first to cite."""
        style = self.styles.of(style_of(paragraph))
        line, lines, boxes = Line(), list[Line](), list[Any]()
        strong = up = False
        stack: list[tuple[Iterator[Any], str | None, int]] = [(iter(paragraph), None, 0)]
        while stack:
            children, url, begun = stack[-1]
            element = next(children, None)
            if element is None:
                stack.pop()
                if url:
                    line.links.append(Anchor(line.text[begun:].strip(), url))
                continue
            tag = element.tag
            if tag == _TEXT:
                words = ideographs(element.text or "")
                line.add(raised(words) if up else words, strong=strong)
            elif tag == _TAB:
                line.add(" ", strong=strong)
            elif tag == _HYPHEN:
                line.add("-", strong=strong)
            elif tag in (_BREAK, _RETURN):
                lines.append(line.finished())
                line = Line()
                stack = [(children, url, 0) for children, url, _ in stack]
            elif tag == _BOX:
                boxes.append(element)
            elif tag in notes.REFERENCES:
                note = self.cited.pop((tag, element.get(qn("w:id")) or ""), None)
                boxes += [] if note is None else [note]
            elif tag == _PICTURE:
                line.images.append(element.get("descr") or element.get("title") or "")
            elif tag == _IMAGE:
                line.images.append(element.get("{urn:schemas-microsoft-com:office:office}title") or "")
            elif (
                not isinstance(tag, str)
                or tag in (_DELETED, _MOVED, _FALLBACK)
                or tag in _NO_WORDS
                or (tag == _RUN and hidden(element.find(qn("w:rPr"))))
            ):
                continue
            else:
                if tag == _RUN:
                    strong, up = self._strong(element, style), superscript(element.find(qn("w:rPr")))
                target = self.target(element.get(_RELATION) or "") if tag == _LINK else None
                stack.append((iter(element), target, line.length))
        lines.append(line.finished())
        return [line for line in lines if line.text or line.images], boxes

    def _strong(self, run: Any, style: Style) -> bool:
        properties = run.find(qn("w:rPr"))
        bold, size = look(properties)
        if properties is not None and (bold is None or size is None):
            named = properties.find(qn("w:rStyle"))
            own = self.styles.of(named.get(qn("w:val"))) if named is not None else None
            if own is not None:
                bold, size = (own.bold if bold is None else bold), (own.size if size is None else size)
        bold = style.bold if bold is None else bold
        size = style.size if size is None else size
        return bool(bold) or (self.body > 0 and (size or 0.0) >= LARGER * self.body)


def style_of(paragraph: Any) -> str | None:
    """The id of a paragraph's style."""
    properties = paragraph.find(qn("w:pPr"))
    style = properties.find(qn("w:pStyle")) if properties is not None else None
    value = style.get(qn("w:val")) if style is not None else None
    return str(value) if value else None
