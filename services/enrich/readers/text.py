"""Plain text → Document: one block a line, the text kept as it is. Pure."""

from services.enrich.blocks import Block, Document
from services.enrich.split.markers import marker_of

SPACE = " \t\u3000\u00a0\x0c\x0b"


def read(text: str) -> Document:
    """Blocks of `text`, which has been cleaned of carriage returns and zero-width characters."""
    blocks = []
    at = 0
    for line in text.split("\n"):
        shown = line.strip()
        if shown:
            start = at + line.index(shown[0])
            if set(shown) <= set("-=_*—~·.…#") and len(shown) >= 3:
                blocks.append(Block(shown, start, start + len(shown), start, "rule"))
            else:
                blocks.append(Block(shown, start, start + len(shown), start, marker=marker_of(shown)))
        at += len(line) + 1
    return Document(text, tuple(blocks))
