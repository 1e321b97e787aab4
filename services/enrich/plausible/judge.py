"""A document as read and split → a Quarantine that says why it is no digest, or None. Pure.

Limits were set on texts of many kinds from one machine and on half of the families of real digests; the other half was looked at once.
"""

import re
from collections.abc import Callable
from dataclasses import asdict

import orjson

from services.enrich.blocks import Document
from services.enrich.plausible.figures import FEW_LINES, WORDS, Figures, measure
from services.enrich.plausible.pages import LONGEST, shown_instead
from services.enrich.split.digest import SplitDigest
from shared.records import Quarantine

MESSAGES = {
    "feed": "it is a feed (RSS, Atom) as XML; feed its articles instead",
    "markup": "it is XML or another markup language, and no article",
    "data": "it is JSON, and no article",
    "garbled": "its characters were read in a wrong charset, or are no text",
    "log": "its lines are records of a log",
    "table": "it is a table of short values (CSV), and no article",
    "words": "it is a list of words",
    "chat": "it is a chat's record",
    "code": "it is source code, or the settings of a program",
    "page": "it is what a server shows instead of an article: an error, a login, a check for robots",
    "template": "it is a form that is not filled in",
    "repeated": "it says the same again and again",
    "no_prose": "hardly anything in it reads as sentences or headlines",
}
"""What is said of each code, in English."""

BEGINNING = 1_000
"""Characters of a text's beginning that are kept, for a person to look at."""

_MARKUP = re.compile(r"\s*(?:<\?xml\b|<!DOCTYPE\b|<!--|<[a-zA-Z][\w:.-]*(?:\s[^<>]*)?/?>)")
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)\b")
_TAG = re.compile(r"<[/!?]?[a-zA-Z][^<>]{0,2000}>")
TAGS = 0.15
"""Share of characters within tags from which a text that begins with one is markup."""
HEAD = 100_000
"""Characters that are looked at for tags and lines of JSON."""
ROWS = 3
"""Lines of JSON, one value in each, from which a text is JSON."""


def judge(document: Document, parted: SplitDigest, source: str = "") -> Quarantine | None:
    """Return why a document is no digest, None where it may be one; `source` is its text before it was read as Markdown."""
    figures = measure(document, parted, source)
    code = _form(source or document.text) or next((code for code, holds in _RULES if holds(document, figures)), None)
    if code is None:
        return None
    measured = {name: round(float(value), 3) for name, value in asdict(figures).items()}
    return Quarantine(code=code, message=MESSAGES[code], figures=measured, beginning=_beginning(document.text.strip()))


def _beginning(text: str) -> str:
    """The first lines, whole ones where there are several."""
    cut = text[:BEGINNING]
    return cut if len(cut) == len(text) else cut.rpartition("\n")[0] or cut


def _form(text: str) -> str | None:
    """What a text is by its form alone: a parser takes it, or it consists of tags."""
    text = text.strip().lstrip("\ufeff")
    if text[:1] in "{[" and (_is_json(text) or _is_json_lines(text)):
        return "data"
    head = text[:HEAD]
    if _MARKUP.match(head) and sum(map(len, _TAG.findall(head))) >= TAGS * len(head):
        return "feed" if _FEED.search(head[:2_000]) else "markup"
    return None


def _is_json(text: str) -> bool:
    try:
        return bool(orjson.loads(text))
    except orjson.JSONDecodeError:
        return False


def _is_json_lines(text: str) -> bool:
    told = [line for line in text[:HEAD].split("\n")[:-1] if line.strip()]
    return len(told) >= ROWS and all(line[:1] in "{[" and _is_json(line) for line in told)


def _garbled(_document: Document, it: Figures) -> bool:
    return it.visible >= 40 and it.garbled >= 0.2


def _log(_document: Document, it: Figures) -> bool:
    return it.lines >= 4 and it.logged >= 0.5 and it.chinese < 0.45


def _table(document: Document, it: Figures) -> bool:
    short = it.chinese < 0.4 or (it.cell <= 6 and it.lines >= 30)
    return not _rows(document) and it.lines >= 8 and it.columns >= 0.8 and it.cell <= 14 and short


def _numbers(document: Document, it: Figures) -> bool:
    return not _rows(document) and it.lines >= 8 and it.digits >= 0.35 and it.prose < 0.15 and it.han < 0.3


def _rows(document: Document) -> bool:
    """Whether it has a table of its own, as articles do."""
    return any(block.kind == "row" for block in document.blocks)


def _words(_document: Document, it: Figures) -> bool:
    beside = it.lines <= FEW_LINES and it.han >= 0.5 and it.visible >= 2 * WORDS
    if (it.lines >= 60 or beside) and it.words >= 0.9 and it.sentences < 2:
        return True
    return it.lines >= 30 and it.visible >= 300 and it.han >= 0.3 and it.chinese < 0.1 and it.sentences < 1


def _chat(_document: Document, it: Figures) -> bool:
    return it.lines >= 8 and it.spoken >= 0.3 and it.speakers <= 0.5 * it.spoken * it.lines and it.visible <= 22 * it.lines


def _code(_document: Document, it: Figures) -> bool:
    if it.lines >= 4 and it.visible >= 60 and ((it.code >= 0.35 and it.chinese < 0.3) or (it.code >= 0.6 and it.chinese < 0.5)):
        return True
    if it.lines >= 8 and it.han < 0.02 and it.code >= 0.2 and it.prose < 0.6:
        return True
    return it.visible >= 200 and it.symbols >= 0.12 and it.han < 0.1


def _page(document: Document, _figures: Figures) -> bool:
    text = document.text if len(document.text) <= 10 * LONGEST else ""
    return shown_instead(text) or (bool(text and document.title) and shown_instead(f"{document.title}\n{text}"))


def _template(_document: Document, it: Figures) -> bool:
    return it.lines >= 3 and ((it.blank >= 0.5 and it.chinese < 0.3) or (it.blank >= 0.7 and it.chinese < 0.5))


def _repeated(_document: Document, it: Figures) -> bool:
    return (it.lines >= 20 and it.distinct <= 0.1 and it.visible <= 15 * it.lines) or (it.visible >= 200 and it.letters <= 8)


def _no_prose(_document: Document, it: Figures) -> bool:
    names = it.words >= 0.5 and it.lines < 100  # headlines may be names of programs alone
    little = it.prose < 0.1 and it.han < 0.1
    foreign = it.prose < 0.35 and it.han < 0.02 and it.visible >= 300
    return it.visible >= 200 and (little or foreign) and not names


def _no_language(_document: Document, it: Figures) -> bool:
    return it.latin >= 40 and it.han < 0.01 and it.prose >= 0.5 and it.common < 0.04


_RULES: tuple[tuple[str, Callable[[Document, Figures], bool]], ...] = (
    ("garbled", _garbled),
    ("log", _log),
    ("chat", _chat),
    ("words", _words),
    ("table", _table),
    ("code", _code),
    ("table", _numbers),
    ("page", _page),
    ("template", _template),
    ("repeated", _repeated),
    ("no_prose", _no_prose),
    ("no_prose", _no_language),
)
"""In the order in which they are asked: the surest first."""
