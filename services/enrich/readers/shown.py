"""Elements of a page → whether a browser shows them, whether they begin a line, and the words of a cell. Pure."""

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborNode

from services.enrich.blocks import Anchor
from services.enrich.readers.inline import Line
from services.enrich.readers.sheets import names
from shared.text.letters import raised

DROPPED = frozenset([
    "script", "style", "noscript", "template", "svg", "head", "iframe", "object", "select", "button",
    "input", "textarea", "form", "canvas", "audio", "video", "map", "nav",
])  # fmt: skip
"""Elements of which nothing is read."""
BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption",
])  # fmt: skip
"""Elements that stand on lines of their own."""
BADGE = 8
"""Characters of the longest badge (重要, HOT, 8.5/10); longer words of such elements are text."""
_BADGE = re.compile(r"(?:^|[\s_-])(?:badge|score|rank|tag|label)(?:$|[\s_-])", re.IGNORECASE)
_SMALL = ("span", "em", "i", "sup", "small")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_UNSEEN = re.compile(r"(?:^|[;\s])(?:visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?:\.0+)?(?:px|pt|r?em|%)?\s*(?:;|!|$))", re.IGNORECASE)
"""Within a line. Whole blocks are hidden so by pages that show them later, by script, as WeChat's do."""
FRAME, MENU = 1000, 0.5
"""Characters of the longest header or footer of a digest, and the share of links in it from which it is a site's menu."""
WITHIN = 8
"""Elements within each other that a word stands in; WeChat's editors write five."""
DEPTH = 400
"""Nested deeper than any page that a person wrote: WeChat's editors reach 40. What lies deeper is read as flat text."""


def hidden(attributes: Mapping[str, str | None], tag: str, unseen: frozenset[str]) -> bool:
    """Whether no browser shows an element: it says so, a style sheet does, or it is a piece of a line of no size.

    `unseen` are the classes and ids that the page's style sheets hide.
    """
    style = attributes.get("style") or ""
    if unseen and not unseen.isdisjoint(names(attributes)):
        return True
    return "hidden" in attributes or bool(_HIDDEN.search(style)) or (tag not in BLOCKS and bool(_UNSEEN.search(style)))


def cell_line(cell: LexborNode, unseen: frozenset[str]) -> Line:
    """The words of a cell, on one line, with its links and pictures."""
    links = tuple(Anchor(" ".join(link.text().split()), link.attributes.get("href") or "") for link in cell.css("a[href]"))
    images = tuple(image.attributes.get("alt") or "" for image in cell.css("img"))
    return Line(" ".join(" ".join(_words(cell, unseen)).split()), 0, links, images)


def framed(root: LexborNode) -> list[LexborNode]:
    """A page's `main` or `article` with the headers before it and the footers behind it that are no menus; any other root alone."""
    before: list[LexborNode] = []
    after: list[LexborNode] = []
    node = root if root.tag in ("main", "article") else None
    while node is not None and node.parent is not None and node.tag != "body":
        beside = list(node.parent.iter())
        at = next(index for index, one in enumerate(beside) if one.mem_id == node.mem_id)
        before = [*(one for one in beside[:at] if one.tag == "header" and _tells(one)), *before]
        after += [one for one in beside[at:] if one.tag == "footer" and _tells(one)]
        node = node.parent
    return [*before, root, *after]


def _tells(node: LexborNode) -> bool:
    """Whether a header or footer has words of its own, short ones, rather than links."""
    size = len("".join(node.text().split()))
    linked = sum(len("".join(link.text().split())) for link in node.css("a"))
    return linked < MENU * size <= MENU * FRAME


def ahead(node: LexborNode) -> str:
    """The words that go on with the line behind `node`; empty where none do, or deeper than `WITHIN`."""
    following = _beside(node)
    for _ in range(WITHIN):
        if following is not None or node.parent is None or node.parent.tag in BLOCKS:
            break
        node = node.parent
        following = _beside(node)
    for _ in range(WITHIN):
        if following is None or following.tag in BLOCKS:
            return ""
        if following.tag == "-text":
            return (following.text_content or "").lstrip()
        following = following.first_child
    return ""


def _beside(node: LexborNode) -> LexborNode | None:
    """The next element or text that is not empty, within the same element."""
    following = node.next
    while following is not None and following.tag == "-text" and not (following.text_content or "").strip():
        following = following.next
    return following


def badge(attributes: Mapping[str, str | None], tag: str) -> bool:
    """Whether an element within a line is a small label or score beside its words."""
    return tag in _SMALL and "class" in attributes and bool(_BADGE.search(attributes["class"] or ""))


def without_badges(cell: LexborNode, unseen: frozenset[str]) -> str:
    """A cell's text without the small labels and scores that stand before a title, each in an element of its own."""
    badges = {" ".join(node.text().split()) for node in cell.css(", ".join(_SMALL)) if _BADGE.search(node.attributes.get("class") or "")}
    return " ".join(word for word in _words(cell, unseen) if word not in badges)


def _words(cell: LexborNode, unseen: frozenset[str]) -> list[str]:
    """The texts of a cell's elements that are shown, one for each piece; what is raised belongs to the pieces at its sides."""
    found: list[str] = []
    stack = [cell.iter(include_text=True)]
    beside = False
    while stack:
        node = next(stack[-1], None)
        if node is None:
            stack.pop()
        elif node.tag != "-text":
            if node.tag not in DROPPED and not hidden(node.attributes, node.tag or "", unseen) and len(stack) < DEPTH:
                stack.append(node.iter(include_text=True))
        elif text := " ".join((node.text_content or "").split()):
            shown = raised(text) if node.parent is not None and node.parent.tag == "sup" else text
            if found and (beside or shown != text):
                found[-1] += shown
            else:
                found.append(shown)
            beside = shown != text
    return found
