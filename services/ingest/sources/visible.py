"""HTML as text → the lines that it shows, roughly, without a tree. Pure.

Good for telling what kind of page it is, not for reading one: no style is looked at, and in doubt a text counts as
shown. Linear in the length of the page, whatever it holds, so that it may stand where digests are accepted. A parser
may not: lexbor takes 8.6 s for 292 KiB of `<div>` within each other, and four times that for twice as many.
"""

import re
from collections.abc import Iterator
from html import unescape

PIECES = 100_000
"""Tags and texts: a long article has 20,000."""

_RAW = ("script", "style")
"""Elements whose text is no markup: without an end tag they reach to the end of the page, as in a browser."""

_OTHERS = ("noscript", "template", "svg", "title", "select", "textarea")
"""Elements that are skipped where their end tag stands before the next of their kind. `head` is none of them: pages
leave its end tag out, and what has text in it stands here.
"""

_UNSHOWN = re.compile(rf"<({'|'.join((*_RAW, *_OTHERS))})(?=[\s/>])", re.IGNORECASE)
_BOUNDS = {
    **{name: re.compile(rf"<(/){name}(?=[\s/>])") for name in _RAW},
    **{name: re.compile(rf"<(/?){name}(?=[\s/>])") for name in _OTHERS},
}
"""In lower case: where an element ends, or another of its kind begins"""
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)")
_WITHIN = frozenset(
    ["a", "abbr", "b", "big", "code", "em", "font", "i", "img", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u", "wbr"]
)
"""Elements that begin no line."""


def lines(page: str, most: int) -> list[str]:
    """The lines that are shown, without those that are empty; stops beyond `most` characters, with one line more.

    A page of more than PIECES is given as one line without end: none that says little has as many.
    """
    found: list[str] = []
    words: list[str] = []
    size = 0
    for number, piece in enumerate(_pieces(page)):
        if number > PIECES:
            return [*found, page[: most + 1]]
        if piece is not None:
            words.append(piece)
            continue
        if line := " ".join(unescape("".join(words)).split()):
            found.append(line)
            size += len(line)
            if size > most:
                return found
        words = []
    return found


def _pieces(page: str) -> Iterator[str | None]:
    """Texts in their order, None where a line ends, nothing for other tags: so that all are counted."""
    lower = page.lower()
    if len(lower) != len(page):  # İ and its like
        lower = page
    at = 0
    endless = set[str]()
    """Elements of which no bound follows, so that none is looked for again and again"""
    while True:
        tag = page.find("<", at)
        if tag < 0:
            yield page[at:]
            yield None
            return
        if tag > at:
            yield page[at:tag]
        if page.startswith("<!--", tag):
            at = _after(page, "-->", tag + 2)  # `<!-->` is a whole one.
            yield ""
        elif (unshown := _UNSHOWN.match(page, tag)) is not None:
            name, at = unshown[1].lower(), _after(page, ">", unshown.end())
            if not (name == "svg" and page.endswith("/>", tag, at)):
                at = _end(page, lower, name, at, endless)
            yield ""
        elif (element := _TAG.match(page, tag)) is not None:
            at = _after(page, ">", element.end())
            yield "" if element[1].lower() in _WITHIN else None
        elif page[tag + 1 : tag + 2] in ("!", "?", "/"):
            at = _after(page, ">", tag + 1)
            yield ""
        else:
            yield "<"
            at = tag + 1


def _end(page: str, lower: str, name: str, at: int, endless: set[str]) -> int:
    """Return where an element ends whose start tag ends at `at`: there, unless an end tag comes before another."""
    bound = None if name in endless else _BOUNDS[name].search(lower, at)
    if bound is None:
        endless.add(name)
        return len(page) if name in _RAW else at
    return _after(page, ">", bound.end()) if bound[1] else at


def _after(page: str, end: str, at: int) -> int:
    found = page.find(end, at)
    return len(page) if found < 0 else found + len(end)
