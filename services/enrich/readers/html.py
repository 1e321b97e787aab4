"""HTML → Document: the article of a page (WeChat's `js_content` where there is one) as blocks, block-level layout as lines. Pure."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.enrich.blocks import LINES, Anchor, Builder, Document, too_many_lines
from services.enrich.readers.around import around
from services.enrich.readers.broken import Breaks, certain, meeting
from services.enrich.readers.depth import shallow
from services.enrich.readers.inline import Line
from services.enrich.readers.page import said
from services.enrich.readers.paths import Paths, Place, entered
from services.enrich.readers.sheets import unseen
from services.enrich.readers.shown import BADGE, BLOCKS, DEPTH, DROPPED, ahead, badge, cell_line, framed, hidden, without_badges
from services.enrich.readers.spanned import Spanned, reach
from shared.text.letters import raised

_State = tuple[bool, int, Place, bool]
"""Of an open element: if it is bold, the length of the line before it, the place around it, if it is a badge."""

NUMBER = 3
"""Figures of the longest number in an element of its own before a title; a space parts it from that."""

_STRONG = frozenset(["b", "strong"])
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)


def read(text: str, lines: int = LINES) -> Document:
    """Blocks of a whole page or a fragment."""
    tree = LexborHTMLParser(shallow(text))
    root = _first(tree, "#js_content", "article", "main") or tree.body
    parts = [] if root is None else framed(root)
    heading = _text(_first(tree, "#activity-name"))
    unread = unseen((node.text() for node in tree.css("style")), lambda: (node.text() for node in tree.css("script")))
    for broken in (False, True):
        builder = Builder(lines)
        if heading is not None:
            builder.add(heading, source=0, kind="heading", level=1)
        layout = _Layout(builder, 0, unread, broken=broken)
        for part in parts:
            layout.children(part)
        if not layout.breaks.made:
            break
    about = said(tree)
    return Document(
        builder.text(),
        tuple(builder.blocks),
        title=about.title,
        publisher=about.publisher,
        date=about.date,
        facts=about.facts,
        outside=around(tree, parts, unread, wechat=tree.css_first("#js_content") is not None),
    )


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

    def __init__(self, builder: Builder, source: int, unread: frozenset[str] = frozenset(), *, broken: bool = False) -> None:
        """`unread`: what the page's style sheets hide; `broken`: an exporter broke its lines where scripts meet."""
        self.builder = builder
        self.source = source
        self.unseen = unread
        self.broken = broken
        self.breaks = Breaks()
        self.joined: str | None = None
        """What parts the line from its rest, where a break within it is none."""
        self.line = Line()
        self.heading = 0
        self.strong = 0
        self.quote = 0
        self.code = 0
        self.raised = 0
        self.lists: list[int | None] = []
        self.number: str | None = None
        self.paths = Paths()
        self.place = Place()
        self.begun: Place | None = None
        """Where the line's first words stand."""
        self.leading = self.closing = self.closed = 0
        """Where the badges at the line's beginning end, and the last other one begins and ends."""

    def children(self, root: LexborNode) -> None:
        """Lay out everything below `root`."""
        self.place = entered(Place(), root.tag or "", root.attributes)
        stack: list[tuple[Iterator[LexborNode], LexborNode | None, _State]] = [(root.iter(include_text=True), None, (False, 0, self.place, False))]
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
                self._words(node.text_content or "")
            elif tag == "br":
                self._break(node)
            elif tag == "img":
                self.line.images.append(node.attributes.get("alt") or "")
            elif tag == "hr":
                self._flush()
                self.builder.add("", source=self.source, kind="rule", path=self.paths.of(self.place))
            elif (
                tag in DROPPED
                or tag[:1] in ("-", "_")
                or hidden(attributes := node.attributes, tag, self.unseen)
                or (tag == "table" and self._table(node, attributes))
            ):
                continue
            elif len(stack) < DEPTH:
                stack.append((node.iter(include_text=True), node, self._enter(node, tag, attributes)))
            else:
                self._say(node.text(), strong=False)
        self._flush()

    def _words(self, text: str) -> None:
        """Add words to the line; in a listing each line of them is one."""
        first, *others = text.split("\n") if self.code else (text,)
        self._say(raised(first) if self.raised else first, strong=self.strong > 0)
        for other in others:
            self._flush()
            self._say(other, strong=self.strong > 0)

    def _break(self, node: LexborNode) -> None:
        """End the line, unless an exporter broke it."""
        before, after = self.line.last, "" if self.code else ahead(node)
        self.breaks.add(before, after)
        if not (certain(before, after) or (self.broken and meeting(before, after))):
            self._flush()
        else:
            self.joined = " " if before.isascii() and after[0].isascii() else ""

    def _say(self, words: str, *, strong: bool) -> None:
        if self.joined is not None and words.strip():
            words, self.joined = self.joined + words.lstrip(), None
        elif self.joined is not None:
            return
        self.line.add(words, strong=strong)
        if self.begun is None and self.line.length:
            self.begun = self.place

    def _enter(self, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> _State:
        self.code += tag == "pre"
        self.raised += tag == "sup"
        if tag in BLOCKS or (self.code and tag == "code"):
            self._flush()
            if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
                self.heading = int(tag[1])
            elif tag in ("ul", "ol"):
                self.lists.append(_start(node) if tag == "ol" else None)
            elif tag == "li":
                self._bullet()
            elif tag == "blockquote":
                self.quote += 1
        bold = tag in _STRONG or bool(_BOLD.search(attributes.get("style") or ""))
        self.strong += bold
        before, self.place = self.place, entered(self.place, tag, attributes)
        marked = not self.code and badge(attributes, tag)
        if marked:
            self.line.add(" ", strong=self.strong > 0)
        return bold, self.line.length, before, marked

    def _leave(self, node: LexborNode, state: _State) -> None:
        bold, begun, before, marked = state
        tag = node.tag or ""
        self.strong -= bold
        self.raised -= tag == "sup"
        if tag == "a" and (href := node.attributes.get("href")):
            self.line.links.append(Anchor(self.line.text[begun:].strip(), href))
        if tag in BLOCKS:
            self._flush()
            if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
                self.heading = 0
            elif tag in ("ul", "ol") and self.lists:
                self.lists.pop()
            elif tag == "blockquote":
                self.quote -= 1
        elif self.code and tag == "code":
            self._flush()
        self.code -= tag == "pre"
        self.place = before
        if marked:
            self._badge(begun)
        elif not begun and 0 < self.line.length <= NUMBER and node.attributes.get("class") and self.line.text.strip().isdecimal():
            self.line.add(" ", strong=self.strong > 0)

    def _badge(self, begun: int) -> None:
        """End a badge that began at `begun` of the line; a space parts it from what follows."""
        if not 0 < self.line.length - begun <= BADGE:
            return
        if begun == self.leading:
            self.line.add(" ", strong=self.strong > 0)
            self.leading = self.line.length
        else:
            self.closing, self.closed = begun, self.line.length
            self.line.add(" ", strong=self.strong > 0)

    def _badges(self, text: str) -> tuple[int, int]:
        """How many characters at both ends of the line's `text` are badges; none where nothing else is there."""
        leading = self.leading if self.leading < len(text) else 0
        closing = len(text) - self.closing if self.closing and self.closed == len(text) else 0
        self.leading = self.closing = self.closed = 0
        return leading, closing

    def _bullet(self) -> None:
        current = self.lists[-1] if self.lists else None
        if current is None:
            self.number = "-"
        else:
            self.number = f"{current}."
            self.lists[-1] = current + 1

    def _flush(self) -> None:
        if not self.line.length and not self.line.images:
            self.line.links.clear()  # of nothing
            return
        line, self.line, self.joined = self.line.finished(), Line(), None
        begun, self.begun = self.begun or self.place, None
        badges = self._badges(line.text)
        number, self.number = (None if self.code else self.number), None
        self.builder.add(
            line.text,
            source=self.source,
            kind="code" if self.code else "heading" if self.heading else "quote" if self.quote else "list" if self.lists else "paragraph",
            level=self.heading or len(self.lists),
            strong=line.strong,
            links=tuple(line.links),
            images=tuple(line.images),
            number=number,
            path=self.paths.of(begun),
            badges=badges,
        )

    def _table(self, table: LexborNode, attributes: dict[str, str | None]) -> bool:
        """Add a table of data as rows; False for one of layout (one column, cells that hold blocks or tables), which is walked into."""
        if table.css_first("table table") is not None:
            return False  # first, as a table within a table within … would else be gone through once for each of them
        rows = table.css("tr")
        if len(rows) > self.builder.limit:
            raise too_many_lines(self.builder.limit)
        cells = [[cell for cell in row.iter() if cell.tag in ("td", "th") and not hidden(cell.attributes, "td", self.unseen)] for row in rows]
        if not rows or max(map(len, cells), default=0) < 2:
            return False
        if any(len(cell.css("p, div, section, li, h1, h2, h3, h4")) > 3 for row in cells for cell in row):
            return False
        self._flush()
        spanned = Spanned(("", ""))
        place = entered(self.place, "table", attributes)
        for row, element in zip(cells, rows, strict=True):
            lines = [cell_line(cell, self.unseen) for cell in row]
            shown = spanned.row(
                (
                    (line.text, without_badges(cell, self.unseen) or line.text),
                    reach(cell.attributes.get("rowspan")),
                    reach(cell.attributes.get("colspan")),
                )
                for cell, line in zip(row, lines, strict=True)
            )
            self.builder.add(
                " | ".join(text for text, _ in shown),
                source=self.source,
                kind="row",
                links=tuple(link for line in lines for link in line.links),
                images=tuple(image for line in lines for image in line.images),
                cells=tuple(bare for _, bare in shown),
                header=bool(row) and all(cell.tag == "th" for cell in row),
                path=self.paths.of(entered(place, "tr", element.attributes)),
            )
        return True


def _start(node: LexborNode) -> int:
    written = node.attributes.get("start") or "1"
    return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 1
