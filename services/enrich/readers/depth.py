"""HTML nested without end → HTML that a parser can take. Pure."""

import re

OPEN = 1000
"""Tags that may be open at once: building the tree takes the square of it (100,000 nested divs took 100 s, 1,000 take none)."""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})(?:[\s/][^<>]{0,5000})?>")
# These close themselves, or hold nothing.
_LOOSE = frozenset(
    ["area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p", "source", "td", "th", "tr", "wbr"]
)


def shallow(text: str) -> str:
    """`text` without the opening tags beyond the first OPEN that are open at once."""
    if text.count("<") <= OPEN:
        return text
    depth = 0

    def kept(match: re.Match[str]) -> str:
        nonlocal depth
        if match[2].lower() in _LOOSE:
            return match[0]
        if match[1]:
            depth = max(0, depth - 1)
        elif depth >= OPEN:
            return ""
        else:
            depth += 1
        return match[0]

    return _TAG.sub(kept, text)
