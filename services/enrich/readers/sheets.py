"""A page's style sheets → the classes and ids that no browser shows. Pure.

Only what is hidden for good counts: a class that another rule shows, or that a script names, opens when asked for.
"""

import re
from collections.abc import Callable, Iterable, Mapping

LOOKED_AT = 500_000
"""Characters of style sheets, and of scripts, that are looked at; WeChat's style sheets have 300,000."""

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_SIMPLE = re.compile(r"[a-zA-Z][a-zA-Z0-9]{0,20}?(?=[.#])?([.#][\w-]{1,80})|([.#][\w-]{1,80})")
_NAME = re.compile(r"[.#][\w-]{1,80}")
_NONE = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_WORD = re.compile(r"[\w-]+")
_BRACE = re.compile(r"[{}]")
_DISPLAY = re.compile(r"(?:^|[;\s])display\s*:\s*([a-z-]{1,20})", re.IGNORECASE)


def unseen(sheets: Iterable[str], scripts: Callable[[], Iterable[str]]) -> frozenset[str]:
    """The classes (`.name`) and ids (`#name`) that `sheets` hide; `scripts` are asked for where there are any."""
    text = _COMMENT.sub("", "\n".join(sheets)[:LOOKED_AT])
    if not _NONE.search(text):
        return frozenset()
    hidden: set[str] = set()
    shown: set[str] = set()
    for selectors, declarations in _RULE.findall(_plain(text)):
        if not (display := _DISPLAY.search(declarations)):
            continue
        for selector in selectors.split(","):
            simple = _SIMPLE.fullmatch(selector.strip())
            if display[1].lower() != "none":
                shown.update(_NAME.findall(selector))
            elif simple:
                hidden.add(simple[1] or simple[2])
    said = set(_WORD.findall("\n".join(scripts())[:LOOKED_AT])) if hidden else set()
    return frozenset(name for name in hidden - shown if name[1:] not in said)


def names(attributes: Mapping[str, str | None]) -> Iterable[str]:
    """An element's classes and id as selectors say them."""
    for name in (attributes.get("class") or "").split():
        yield f".{name}"
    if attributes.get("id"):
        yield f"#{attributes['id']}"


def _plain(text: str) -> str:
    """The rules of what is displayed; those within `@media` hold for some screens or for paper."""
    kept: list[str] = []
    depth = begun = 0
    nested = False
    for match in _BRACE.finditer(text):
        if match[0] == "{":
            if depth == 0:
                nested = text[begun : match.start()].lstrip().startswith("@")
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                if not nested and "display" in text[begun : match.end()].lower():
                    kept.append(text[begun : match.end()])
                begun = match.end()
    return "".join(kept)
