"""What was found → text for a terminal, or for a pipe without colours; values → JSON lines in UTF-8 on standard output."""

import html
import sys
from typing import TYPE_CHECKING

from shared.text.bidi import escaped, visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


def marked(escaped: str, *, console: "Console", base: str = "") -> "Text":
    """The search API's escaped HTML with `<em>` around what was found → text: highlighted, or in «» where colours can't be shown."""
    from rich.text import Text

    text = Text(style=base)
    seen = console.color_system and not console.no_color
    for at, piece in enumerate(escaped.split("<em>")):
        found, rest = piece.split("</em>", 1) if at else ("", piece)
        if found:
            text.append(printable(html.unescape(found)) if seen else f"«{printable(html.unescape(found))}»", style="bold black on yellow")
        text.append(printable(html.unescape(rest)))
    return text


def printable(text: str) -> str:
    """Without control characters, and marks of direction shown: a digest must not steer somebody's terminal. Pure."""
    shown = visible(text)
    return "".join(" " if character.isspace() else character for character in shown if character.isspace() or character.isprintable())


def whole(text: str) -> str:
    """Replacement characters for lone surrogates, which no encoding takes: bytes of a name that are no UTF-8 come as such. Pure."""
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)


def readable(name: str) -> str:
    """A file's name as the system gave it → for people: replacement characters for what is no UTF-8, no control characters. Pure."""
    return printable(whole(name))


def file_name(name: str) -> str:
    """The same in quotes, so that an empty one is seen. Pure."""
    return f"“{readable(name)}”"


def write_json(line: bytes | str) -> None:
    """One line of JSON on standard output, in UTF-8 whatever the terminal's encoding is: JSON knows no other. Marks of direction are escaped."""
    data = escaped(line if isinstance(line, bytes) else whole(line).encode())
    sys.stdout.flush()
    sys.stdout.buffer.write(data + b"\n")
    sys.stdout.buffer.flush()
