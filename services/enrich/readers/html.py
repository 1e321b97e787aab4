"""HTML → Document: the article of a page (WeChat's `js_content` where there is one) as blocks, block-level layout as lines. Pure."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.enrich.blocks import LINES, Anchor, Builder, Document, too_many_lines
from services.enrich.readers.depth import shallow
from services.enrich.readers.inline import Line
from services.enrich.readers.page import said

_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "head",
        "iframe",
        "object",
        "select",
        "button",
        "input",
        "textarea",
        "form",
        "canvas",
        "audio",
        "video",
        "map",
        "nav",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    ]
)
_STRONG = frozenset(["b", "strong"])
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_BADGE = re.compile(r"(?:^|[\s_-])(?:badge|score|rank|tag|label)(?:$|[\s_-])", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
DEPTH = 400
"""Nested deeper than any page that a person wrote: WeChat's editors reach 40. What lies deeper is read as flat text."""


def read(text: str, lines: int = LINES) -> Document:
    """Blocks of a whole page or a fragment."""
    tree = LexborHTMLParser(shallow(text))
    root = _first(tree, "#js_content", "article", "main") or tree.body
    builder = Builder(lines)
    heading = _first(tree, "#activity-name")
    if heading is not None and _text(heading):
        builder.add(_text(heading) or "", source=0, kind="heading", level=1)
    if root is not None:
        _Layout(builder, 0).children(root)
    about = said(tree)
    return Document(builder.text(), tuple(builder.blocks), title=about.title, publisher=about.publisher, date=about.date, facts=about.facts)


def into(builder: Builder, fragment: str, *, source: int) -> None:
    """Add the blocks of an HTML fragment, such as one within Markdown."""
    tree = LexborHTMLParser(shallow(fragment))
    if tree.body is not None:
        _Layout(builder, source).children(tree.body)


def _first(tree: LexborHTMLParser, *selectors: str) -> LexborNode | None:
    for selector in selectors:
        nodes = tree.css(selector)
        # A page of many articles is no article: only a lone one stands for the page.
        if len(nodes) == 1 or (nodes and selector not in ("article", "main")):
            return nodes[0]
    return None


def _text(node: LexborNode | None) -> str | None:
    return (" ".join(node.text().split()) or None) if node is not None else None


class _Layout:
    """Walks the tree without recursion: hostile pages nest without end."""

    def __init__(self, builder: Builder, source: int) -> None:
        self.builder = builder
        self.source = source
        self.line = Line()
        self.heading = 0
        self.strong = 0
        self.quote = 0
        self.lists: list[int | None] = []
        self.number: str | None = None

    def children(self, root: LexborNode) -> None:
        """Lay out everything below `root`."""
        stack: list[tuple[Iterator[LexborNode], LexborNode | None, tuple[bool, int]]] = [(root.iter(include_text=True), None, (False, 0))]
        while stack:
            nodes, owner, state = stack[-1]
            node = next(nodes, None)
            if node is None:
                stack.pop()
                if owner is not None:
                    self._leave(owner, state)
                continue
            tag = node.tag or ""
            if tag == "-text":
                self.line.add(node.text_content or "", strong=self.strong > 0)
            elif tag == "br":
                self._flush()
            elif tag == "img":
                self.line.images.append(node.attributes.get("alt") or "")
            elif tag == "hr":
                self._flush()
                self.builder.add("", source=self.source, kind="rule")
            elif (
                tag in _DROPPED
                or tag.startswith("-")
                or tag.startswith("_")
                or _HIDDEN.search(node.attributes.get("style") or "")
                or (tag == "table" and self._table(node))
            ):
                continue
            elif len(stack) < DEPTH:
                stack.append((node.iter(include_text=True), node, self._enter(node, tag)))
            else:
                self.line.add(node.text(), strong=False)
        self._flush()

    def _enter(self, node: LexborNode, tag: str) -> tuple[bool, int]:
        if tag in _BLOCKS:
            self._flush()
            if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
                self.heading = int(tag[1])
            elif tag in ("ul", "ol"):
                self.lists.append(_start(node) if tag == "ol" else None)
            elif tag == "li":
                self._bullet()
            elif tag == "blockquote":
                self.quote += 1
        bold = tag in _STRONG or bool(_BOLD.search(node.attributes.get("style") or ""))
        self.strong += bold
        return bold, self.line.length

    def _leave(self, node: LexborNode, state: tuple[bool, int]) -> None:
        bold, begun = state
        tag = node.tag or ""
        self.strong -= bold
        if tag == "a" and (href := node.attributes.get("href")):
            self.line.links.append(Anchor(self.line.text[begun:].strip(), href))
        if tag in _BLOCKS:
            self._flush()
            if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
                self.heading = 0
            elif tag in ("ul", "ol") and self.lists:
                self.lists.pop()
            elif tag == "blockquote":
                self.quote -= 1

    def _bullet(self) -> None:
        current = self.lists[-1] if self.lists else None
        if current is None:
            self.number = "-"
        else:
            self.number = f"{current}."
            self.lists[-1] = current + 1

    def _flush(self) -> None:
        line, self.line = self.line.finished(), Line()
        if not line.text and not line.images:
            return
        number, self.number = self.number, None
        self.builder.add(
            line.text,
            source=self.source,
            kind="heading" if self.heading else "quote" if self.quote else "list" if self.lists else "paragraph",
            level=self.heading or len(self.lists),
            strong=line.strong,
            links=tuple(line.links),
            images=tuple(line.images),
            number=number,
        )

    def _table(self, table: LexborNode) -> bool:
        """Add a table of data as rows; False for one of layout (one column, cells that hold blocks or tables), which is walked into."""
        rows = table.css("tr")
        if len(rows) > self.builder.limit:
            raise too_many_lines(self.builder.limit)
        cells = [[cell for cell in row.iter() if cell.tag in ("td", "th")] for row in rows]
        if not rows or max(map(len, cells), default=0) < 2 or table.css_first("table table") is not None:
            return False
        if any(len(cell.css("p, div, section, li, h1, h2, h3, h4")) > 3 for row in cells for cell in row):
            return False
        self._flush()
        for row in cells:
            lines = [_cell(cell) for cell in row]
            shown = [_without_badges(cell) or line.text for cell, line in zip(row, lines, strict=True)]
            self.builder.add(
                " | ".join(line.text for line in lines),
                source=self.source,
                kind="row",
                links=tuple(link for line in lines for link in line.links),
                images=tuple(image for line in lines for image in line.images),
                cells=tuple(shown),
                header=bool(row) and all(cell.tag == "th" for cell in row),
            )
        return True


def _start(node: LexborNode) -> int:
    written = node.attributes.get("start") or "1"
    return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 1


def _cell(cell: LexborNode) -> Line:
    links = tuple(Anchor(" ".join(link.text().split()), link.attributes.get("href") or "") for link in cell.css("a[href]"))
    images = tuple(image.attributes.get("alt") or "" for image in cell.css("img"))
    return Line(" ".join(cell.text(separator=" ").split()), 0, links, images)


def _without_badges(cell: LexborNode) -> str:
    """A cell's text without the small labels and scores that stand before a title, each in an element of its own."""
    badges = {" ".join(node.text().split()) for node in cell.css("span, em, i, sup, small") if _BADGE.search(node.attributes.get("class") or "")}
    words = [" ".join(node.text_content.split()) for node in cell.traverse(include_text=True) if node.tag == "-text" and node.text_content]
    return " ".join(word for word in words if word and word not in badges)
