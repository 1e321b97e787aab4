"""The query box up to the cursor → what stays and the terms that may be completed; a term and a name → the characters that fit it. Pure.

零碳 kun shan    →  "零碳 kun" + shan, "零碳" + kun shan: pinyin may be typed with spaces
"零碳 工          →  in an open quotation mark everything behind it is one term
-region:ks       →  of regions only
"""

import re
from dataclasses import dataclass
from functools import cached_property
from html import escape

from services.search.query.language import marks
from services.search.query.language.fields import field_of
from shared.text.folding import fold
from shared.text.pinyin import cut, syllables, typed

MAX_TERM = 60
"""Characters of a term that are looked up: longer than nearly any name."""
MARKED = 300
"""Characters of a name in which what fits is looked for."""
MAX_SYLLABLES = 8
"""Words of Latin letters that may be one name's pinyin."""

_CLOSING = "".join(marks.QUOTES.values())
_LATIN = re.compile(r"[A-Za-züÜ'’]+")
_HAN = re.compile(r"[^\W\da-zA-Z_]+")
_PLAIN = re.compile(r"\w[\w'’./·-]*")
_MARKS = re.compile(f"[{''.join(marks.QUOTES)}{''.join(marks.QUOTES.values())}]")
_LEADING = re.compile(r"[-(（!！+]+")
_FIELD = re.compile(r"(\w+)[:：](.*)", re.DOTALL)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Term:
    """What is to be completed."""

    typed: str
    before: str = ""
    """What stands before it in the box and stays"""
    field: str | None = None
    """Name of a field as written before a colon"""

    @cached_property
    def text(self) -> str:
        """To compare with folded names."""
        return fold(self.typed[:MAX_TERM]).strip()

    @cached_property
    def letters(self) -> str:
        """As pinyin or initials; empty where it holds anything but Latin letters."""
        plain = typed(self.typed[:MAX_TERM])
        return plain if plain.isascii() and plain.isalpha() else ""

    @cached_property
    def readings(self) -> tuple[str, ...]:
        """The letters cut into syllables in each way that there is, the last a beginning: `Xian`, `XiAn`."""
        return cut(self.letters)

    @cached_property
    def mixed(self) -> str:
        """The longest run of Han where letters stand beside it; else empty."""
        runs = _HAN.findall(self.text)
        return max(runs, key=len) if runs and _LATIN.search(self.text) else ""

    def span(self, name: str) -> tuple[int, int] | None:
        """[start, end) of the characters of `name` that fit; None where none do."""
        folded = fold(name[:MARKED])
        at = folded.find(self.text)
        if at >= 0:
            return at, at + len(self.text)
        said = syllables(folded)
        wanted = self.letters or typed(self.text)
        for start in range(len(folded)):
            if said[start] and (end := _aligned(wanted, folded, said, start)):
                return start, end
        return None

    def html(self, name: str) -> str:
        """The name as HTML, what fits in `<em>`."""
        span = self.span(name)
        if span is None:
            return escape(name)
        start, end = span
        return f"{escape(name[:start])}<em>{escape(name[start:end])}</em>{escape(name[end:])}"


def _aligned(wanted: str, name: str, said: list[str], start: int) -> int | None:
    """Where the characters from `start` on end that spell `wanted`: each by itself, by its whole reading or its initial, the last by a beginning."""
    waiting, seen = [(0, start)], set()
    while waiting:
        done, at = place = waiting.pop()
        if done == len(wanted):
            return at
        if at == len(name) or place in seen:
            continue
        seen.add(place)
        reading, rest = said[at], wanted[done:]
        if not reading:
            waiting.append((done, at + 1))
        elif reading.startswith(rest):
            return at + 1
        else:
            # The longest last, as it is looked at first.
            waiting += [(done + len(taken), at + 1) for taken in (name[at], reading[0], reading) if rest.startswith(taken)]
    return None


def terms(q: str) -> list[Term]:
    """What the end of a query may be the beginning of, the longest first; [] where it ends with a space or a closed quotation mark."""
    start = _open_quote(q)
    if start is not None:
        before, field = _parted(q[:start])
        return [Term(q[start + 1 :].lstrip(), before, field)] if q[start + 1 :].strip() else []
    if not q.strip() or q[-1].isspace() or (len(q) > 1 and q[-1] in _CLOSING):
        return []
    words = [match.span() for match in re.finditer(r"\S+", q)]
    first = len(words) - 1
    while first and len(words) - first < MAX_SYLLABLES and all(_LATIN.fullmatch(q[slice(*words[at])]) for at in (first - 1, first)):
        first -= 1
    found = []
    for at in range(first, len(words)):
        before, field = _parted(q[: words[at][0]])
        word = q[words[at][0] :]
        lead = _LEADING.match(word)
        if lead:
            before, word = before + lead[0], word[lead.end() :]
        match = _FIELD.fullmatch(word)
        if match and field_of(match[1]):
            field, word = match[1], match[2]
        if word.strip():
            found.append(Term(word, before, field))
    return found


def _parted(before: str) -> tuple[str, str | None]:
    """`零碳 document:` → `零碳 `, `document`."""
    match = re.search(r"(\w+)[:：]$", before)
    return (before[: match.start()], match[1]) if match and field_of(match[1]) else (before, None)


def _open_quote(q: str) -> int | None:
    """Where the quotation mark stands that is not closed yet."""
    opened: int | None = None
    for at, character in enumerate(q):
        if opened is None:
            opened = at if character in marks.QUOTES else None
        elif character in marks.QUOTES[q[opened]]:
            opened = None
    return opened


def quoted(text: str) -> str:
    """In quotation marks that it doesn't hold; of a text that holds all of them, without them."""
    return marks.quoted(text) or f'"{_MARKS.sub(" ", text)}"'


def written(value: str) -> str:
    """A value as it stands in the query language: in quotation marks where it isn't plain."""
    return value if _PLAIN.fullmatch(value) else quoted(value)


def joined(before: str, written: str) -> str:
    """The box with the completion in the place of the term."""
    return f"{before}{written} " if before else f"{written} "


def normal(q: str) -> str:
    """A query with its white space made single."""
    return _SPACE.sub(" ", q).strip()
