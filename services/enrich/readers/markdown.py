"""Markdown → Document: block tokens of markdown-it as blocks, inline marks taken off the text. Pure."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, html_block
from markdown_it.token import Token

from services.enrich.blocks import LINES, Anchor, BlockKind, Builder, Document, too_many_lines
from services.enrich.readers import html
from services.enrich.readers import text as plain
from services.enrich.readers.broken import Breaks, certain, meeting
from services.enrich.readers.inline import Line, joined
from services.enrich.split.markers import marker_of
from shared.text.letters import raised

_FRONT = re.compile(r"\A---[ \t]*\n(.{0,4000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FACT = re.compile(r"^([A-Za-z_]{1,30})\s*[:：]\s*(.*)$")
DATES = (
    "date", "pubdate", "pub_date", "published", "published_time", "published_at", "published_on", "publish_date", "publish_time", "datepublished",
)  # fmt: skip
"""Names under which front matter says when a text was published, in the order of trust."""
_ENDED = "。！？；：…!?;:】"
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,10})(?:\s[^<>]{0,2000})?/?>")
_ALT = re.compile(r"alt\s*=\s*[\"']([^\"'<>]{0,200})[\"']", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*[\"']([^\"'<>]{0,2000})[\"']", re.IGNORECASE)
_WITHIN = re.compile(r"[ \t]{0,3}</?(?:a|abbr|b|big|br|code|del|em|font|i|img|ins|kbd|mark|q|s|small|span|strong|sub|sup|u|wbr)\b", re.IGNORECASE)
_TORN = re.compile(r"^(#{1,6}[ \t][^\n]*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\n\)([^\n]*)$", re.MULTILINE)

LONGEST = 200_000
"""Characters of a line beyond which a text is no Markdown that a person wrote, and is read as plain text: inline marks take 4 s for a million."""

MARKS = 250_000
"""Characters that may be an inline mark, beyond which it is plain text too: each takes 2 to 20 µs and 700 bytes. The longest digests have 20,000."""

# Loose bold of exporters (`**1.**Title`, `****`) is CommonMark's own affair; nesting is bounded as hostile input nests without end.
_PARSER = MarkdownIt("commonmark", {"maxNesting": 40, "html": True}).enable(["table", "strikethrough"])


def _block_of_html(state: StateBlock, first: int, after: int, silent: bool) -> bool:
    """CommonMark's HTML blocks but for those that begin with `<br />` and its like: exporters print it above headings."""
    if _WITHIN.match(state.src, state.bMarks[first] + state.tShift[first]):
        return False
    return html_block(state, first, after, silent)


_PARSER.block.ruler.at("html_block", _block_of_html, {"alt": ["paragraph", "reference", "blockquote"]})


def read(text: str, lines: int = LINES) -> Document:
    """Blocks of a Markdown text: hard line breaks part blocks, soft ones join them unless the next line begins anew."""
    written = text.split("\n")
    if any(len(line) > LONGEST for line in written) or sum(map(text.count, "*_`[<~!")) > MARKS:
        return plain.read(text, lines)
    if len(written) > lines and sum(1 for line in written if line.strip()) > lines:
        raise too_many_lines(lines)
    facts, body_at = _front(text)
    body = text[body_at:]
    offsets = [body_at]
    for line in body.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    builder = Builder(lines)
    # `**a****b**` is how exporters print two bold runs side by side, `****` an empty one: neither is what CommonMark makes of it.
    # A heading ends with its line, also where an exporter breaks that within the address of a link.
    _Walk(builder, offsets).tokens(_PARSER.parse(_TORN.sub(r"\1)\2\n", body.replace("****", ""))))
    if not any(block.text for block in builder.blocks):
        return plain.read(text, lines)  # nested beyond all bounds: the parser gave up on it
    return Document(
        builder.text(),
        tuple(builder.blocks),
        title=facts.get("title"),
        publisher=next((facts[name] for name in ("publisher", "account", "nickname", "source") if facts.get(name)), None),
        date=next((facts[name] for name in DATES if facts.get(name)), None),
        facts=tuple(facts.items()),
        outside=tuple(line for line in text[:body_at].split("\n") if line.strip("-. \t")),
    )


def _front(text: str) -> tuple[dict[str, str], int]:
    """The front matter's facts and where the text behind it begins."""
    match = _FRONT.match(text)
    if not match:
        return {}, 0
    facts: dict[str, str] = {}
    for line in match[1].split("\n"):
        if fact := _FACT.match(line):
            facts[fact[1].lower()] = fact[2].strip().strip("'\"")
    return (facts, match.end()) if facts else ({}, 0)


class _Walk:
    def __init__(self, builder: Builder, offsets: Sequence[int]) -> None:
        self.builder = builder
        self.offsets = offsets
        self.lists: list[int | None] = []
        self.number: str | None = None
        self.heading = 0
        self.quote = 0
        self.cells: list[Line] | None = None
        self.head_row = False
        self.broken = False

    def tokens(self, tokens: Sequence[Token]) -> None:
        self.broken = _broken(tokens)
        source = self.offsets[0]
        for token in tokens:
            if token.map:
                source = self.offsets[min(token.map[0], len(self.offsets) - 1)]
            self._token(token, source)

    def _token(self, token: Token, source: int) -> None:
        kind = token.type
        if kind == "inline":
            lines = list(_lines(token.children or [], broken=self.broken))
            if self.cells is not None:
                self.cells.append(joined(lines))
            else:
                self._lines(lines, source)
        elif kind == "heading_open":
            self.heading = int(token.tag[1])
        elif kind == "heading_close":
            self.heading = 0
        elif kind in ("bullet_list_open", "ordered_list_open"):
            self.lists.append(None if kind.startswith("bullet") else int(token.attrGet("start") or 1))
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self.lists.pop()
        elif kind == "list_item_open":
            self._list_item(token)
        elif kind == "blockquote_open":
            self.quote += 1
        elif kind == "blockquote_close":
            self.quote -= 1
        elif kind == "hr":
            self.builder.add("", source=source, kind="rule")
        elif kind in ("fence", "code_block"):
            self._code(token, source)
        elif kind == "html_block":
            self._html(token.content, source)
        elif kind == "thead_open":
            self.head_row = True
        elif kind == "thead_close":
            self.head_row = False
        elif kind == "tr_open":
            self.cells = []
        elif kind == "tr_close":
            self._row(source)

    def _list_item(self, token: Token) -> None:
        start = self.lists[-1]
        self.number = f"{token.info}{token.markup}" if start is not None and token.info else "-"

    def _lines(self, lines: list[Line], source: int) -> None:
        kind: BlockKind = "heading" if self.heading else "quote" if self.quote else "list" if self.lists else "paragraph"
        if self.heading and len(lines) > 1:
            lines = [joined(lines)]
        flows = False
        for line in lines:
            if not line.text and not line.images:
                continue
            number, self.number = self.number, None
            if number == "-" and (marker := marker_of(line.text)) and marker.numbered:
                number = None  # a bullet before a number says nothing more
            self.builder.add(
                line.text,
                source=source,
                kind=kind,
                level=self.heading or len(self.lists),
                strong=line.strong,
                links=tuple(line.links),
                images=tuple(line.images),
                number=number,
                flows=flows,
            )
            flows = True

    def _row(self, source: int) -> None:
        cells, self.cells = self.cells or [], None
        while cells and not cells[-1].text and not cells[-1].images:
            cells.pop()
        self.builder.add(
            " | ".join(cell.text for cell in cells),
            source=source,
            kind="row",
            links=tuple(link for cell in cells for link in cell.links),
            images=tuple(image for cell in cells for image in cell.images),
            cells=tuple(cell.text for cell in cells),
            header=self.head_row,
        )

    def _code(self, token: Token, source: int) -> None:
        for line in token.content.split("\n"):
            if line.strip():
                self.builder.add(line.strip(), source=source, kind="code")

    def _html(self, content: str, source: int) -> None:
        if content.lstrip().startswith("<!--") and content.rstrip().endswith("-->"):
            return
        html.into(self.builder, content, source=source)


def _broken(tokens: Sequence[Token]) -> bool:
    """Whether an exporter broke this text's lines where scripts meet."""
    breaks = Breaks()
    for children in (token.children for token in tokens if token.type == "inline" and token.children and len(token.children) > 2):
        before = ""
        for position, token in enumerate(children):
            if token.type in ("softbreak", "hardbreak"):
                breaks.add(before.rstrip(), _upcoming(children, position + 1))
                before = ""
            elif token.type in ("text", "code_inline") and token.content:
                before = token.content
    return breaks.made


def _lines(children: Sequence[Token], *, broken: bool) -> Iterator[Line]:
    """The lines of an inline token; `broken`: an exporter broke them where scripts meet."""
    line = Line()
    strong = 0
    loose = up = False
    hrefs: list[tuple[str, int]] = []
    for position, token in enumerate(children):
        kind = token.type
        if kind == "text":
            # Bold whose marks touch Chinese punctuation is none to CommonMark (`**标题，**正文`); people meant it all the same.
            for part, words in enumerate(token.content.split("**")):
                loose ^= part > 0
                line.add(raised(words) if up else words, strong=strong > 0 or loose)
        elif kind == "code_inline":
            line.add(token.content, strong=strong > 0)
        elif kind == "strong_open":
            strong += 1
        elif kind == "strong_close":
            strong -= 1
        elif kind == "link_open":
            hrefs.append((str(token.attrGet("href") or ""), line.length))
        elif kind == "link_close" and hrefs:
            href, begun = hrefs.pop()
            line.links.append(Anchor(line.text[begun:].strip(), href))
        elif kind == "image":
            line.images.append(token.content)
        elif kind == "html_inline":
            tag = _TAG.match(token.content)
            name = tag[2].lower() if tag else ""
            if name in ("b", "strong") and tag:
                strong += -1 if tag[1] else 1
                strong = max(0, strong)
            elif name == "sup" and tag:
                up = not tag[1]
            elif name == "a" and tag:
                if not tag[1]:
                    said = _HREF.search(token.content)
                    hrefs = [(said[1] if said else "", line.length)]  # an unclosed one ends where the next begins
                elif hrefs:
                    address, begun = hrefs.pop()
                    if address and line.length > begun:
                        line.links.append(Anchor(line.text[begun:].strip(), address))
            elif name == "img":
                alt = _ALT.search(token.content)
                line.images.append(alt[1] if alt else "")
            elif name in ("br", "p", "div", "li", "tr", "section"):
                yield line.finished()
                line, hrefs = Line(), [(href, 0) for href, _ in hrefs]
        elif kind in ("softbreak", "hardbreak"):
            before, after = line.last, _upcoming(children, position + 1)
            goes_on = certain(before, after) or (broken and meeting(before, after))
            if not goes_on and (
                kind == "hardbreak"
                or (not strong and _titled(line, children[position + 1 : position + 2]))
                or _begins_anew(before, after, strong > 0)
            ):
                yield line.finished()
                line, hrefs = Line(), [(href, 0) for href, _ in hrefs]
            elif before and after and before.isascii() and after[0].isascii():
                line.add(" ", strong=strong > 0)
    yield line.finished()


def _upcoming(children: Sequence[Token], position: int) -> str:
    text = ""
    for token in children[position : position + 6]:
        if token.type in ("softbreak", "hardbreak"):
            break
        if token.type in ("text", "code_inline"):
            text += token.content
    return text.lstrip()


def _titled(line: Line, following: Sequence[Token]) -> bool:
    """A line that is bold as a whole ends where the next one begins plainly: it is the title above its text."""
    return 0 < line.length == line.strong and bool(following) and following[0].type == "text" and bool(following[0].content.strip())


def _begins_anew(before: str, after: str, strong: bool) -> bool:
    """A soft break parts two lines where the first ends (`before`: its last character) or the second has a marker."""
    marker = marker_of(after)
    if marker and (marker.style != "space"):
        return True
    return not strong and (not before or before in _ENDED)
