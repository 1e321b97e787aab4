"""Plain text → Document: one block a line, the text kept as it is. Pure."""

from services.enrich.blocks import LINES, Block, Document, too_many_lines
from services.enrich.split.markers import marker_of


def read(text: str, lines: int = LINES) -> Document:
    """Blocks of `text`, which has been cleaned of carriage returns and zero-width characters."""
    blocks: list[Block] = []
    at = 0
    for line in text.split("\n"):
        shown = line.strip()
        if shown:
            if len(blocks) >= lines:
                raise too_many_lines(lines)
            start = at + line.index(shown[0])
            if set(shown) <= set("-=_*—~·.…#") and len(shown) >= 3:
                blocks.append(Block(shown, start, start + len(shown), start, "rule"))
            else:
                blocks.append(Block(shown, start, start + len(shown), start, marker=marker_of(shown)))
        at += len(line) + 1
    return Document(text, tuple(blocks))
