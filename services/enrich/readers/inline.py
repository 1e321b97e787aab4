"""A line under construction: words, emphasis, links and pictures as they come → what a block needs. Pure."""

import re
from collections.abc import Sequence

from services.enrich.blocks import Anchor

_WORD = re.compile(r"[^\W\d_]")
_SPACES = re.compile(r"[ \t\n\x0b\x0c\u00a0]+")
_ESCAPED = "&nbsp;"
"""White space that was escaped twice."""


class Line:
    """One line's text; `strong` counts the emphasised characters that it begins with.

    Pieces are joined once, at the end: a hostile line has a hundred thousand of them.
    """

    __slots__ = ("_open", "_pieces", "_text", "_wordless", "images", "length", "links", "strong")

    def __init__(self, text: str = "", strong: int = 0, links: tuple[Anchor, ...] = (), images: tuple[str, ...] = ()) -> None:
        self._pieces = [text] if text else []
        self._text: str | None = text
        self._open = strong == len(text)
        self._wordless = True
        self.length = len(text)
        self.strong = strong
        self.links = list(links)
        self.images = list(images)

    @property
    def text(self) -> str:
        """The words so far."""
        if self._text is None:
            self._text = "".join(self._pieces)
            self._pieces = [self._text]
        return self._text

    @property
    def last(self) -> str:
        """The last character that is no space; empty for an empty line."""
        return next((shown[-1] for piece in reversed(self._pieces) if (shown := piece.rstrip())), "")

    def add(self, text: str, *, strong: bool) -> None:
        """Append words; emphasis reaches as far as everything before was emphasised too, or is a number or an emoji."""
        shown = _SPACES.sub(" ", text.replace(_ESCAPED, " ") if _ESCAPED in text else text)
        if not self._pieces or self._pieces[-1].endswith(" "):
            shown = shown.lstrip(" ")
        if not shown:
            return
        self._pieces.append(shown)
        self._text = None
        self.length += len(shown)
        if strong and (self._open or self._wordless):
            self._open, self.strong = True, self.length
        elif self._open and self.strong and shown == " ":
            self.strong = self.length
        else:
            self._open = False
            self._wordless = self._wordless and self.strong == 0 and not _WORD.search(shown)

    def finished(self) -> "Line":
        """The line trimmed at both ends."""
        shown = self.text.strip()
        return Line(shown, min(self.strong, len(shown)), tuple(self.links), tuple(self.images))


def joined(lines: Sequence[Line]) -> Line:
    """Several lines as one, with a space between them."""
    if len(lines) == 1:
        return lines[0]
    whole = Line()
    for line in lines:
        if whole.length and line.length:
            whole.add(" ", strong=False)
        whole.add(line.text[: line.strong], strong=True)
        whole.add(line.text[line.strong :], strong=False)
        whole.links += line.links
        whole.images += line.images
    return whole.finished()
