"""A query that found nothing + the words that there are → queries that somebody may have meant, the likeliest first. Pure.

    坤山 零碳工厂   →  昆山 零碳工厂      same pinyin, other characters
    kunshan        →  昆山              the pinyin of a name
    零碳园厂        →  零碳园区          one character otherwise
    ISO 14064-l    →  ISO 14064-1

Whoever shows them must see first whether they find anything. One term is changed at a time; the others, quoted phrases, operators stay.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from services.search.query.language.fields import field_of
from services.search.suggest.term import written
from shared.text.folding import fold
from shared.text.pinyin import cut, syllables, typed

MAX_TERMS = 8
"""Terms of a query that is mended: each is compared with every word, some 20 ms with 100,000 of them. Who types more has not mistyped one name."""
PROPOSALS = 12
"""Queries that are tried: each costs a count."""
LONGEST_WORD = 12
"""Characters of a word that is compared: what is longer is no word, and whoever mistypes it finds it by a part."""
WINDOW = 6
"""Characters of a part of a term that may be another word's homophone."""

_TERM = re.compile(r'"[^"]*"|“[^”]*”|「[^」]*」|『[^』]*』|[^\s()（）]+')
_FIELD = re.compile(r"\w+[:：]")
_OPERATORS = {"AND", "OR", "NOT", "and", "or", "not"}
_LATIN = re.compile(r"[a-z]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


class Words:
    """All words that a suggestion may bring in."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        """Words with how often they are found."""
        counts: dict[str, int] = {}
        for word, count in words:
            if 1 < len(word) <= LONGEST_WORD and "\n" not in word:
                counts[word] = max(count, counts.get(word, 0))
        self.counts = dict(sorted(counts.items(), key=lambda pair: -pair[1]))
        self._folded: dict[str, str] = {}
        self._sounds: dict[str, list[str]] = {}
        for word in self.counts:
            self._folded.setdefault(fold(word), word)
            self._sounds.setdefault(_sound(word), []).append(word)
        self._choices = list(self._folded)
        self._spelt = [sound for sound in self._sounds if len(sound) > 3]

    def sounding(self, text: str) -> list[str]:
        """Words of the same pinyin, written otherwise."""
        return [word for word in self._sounds.get(_sound(text), ()) if fold(word) != text]

    def like(self, text: str) -> list[str]:
        """Words that are one or two letters or characters away, the nearest first."""
        if not _allowed(text):
            return []
        found = process.extract(text, self._choices, scorer=OSA.distance, score_cutoff=_allowed(text), limit=8)
        return [self._folded[choice] for choice, distance, _ in found if distance]

    def spelt(self, letters: str) -> list[str]:
        """Words whose pinyin these letters are, or nearly."""
        exactly = [word for said in cut(letters) for word in self._sounds.get(said.lower(), ()) if _HAN.search(word)]
        near = process.extract(letters, self._spelt, scorer=OSA.distance, score_cutoff=_allowed(letters), limit=4)
        return exactly + [word for sound, distance, _ in near if distance for word in self._sounds[sound][:2] if _HAN.search(word)]

    def __contains__(self, text: str) -> bool:
        return text in self._folded


def proposals(q: str, words: Words) -> list[str]:
    """Queries with one term changed, each once, at most PROPOSALS."""
    found: dict[str, None] = {}
    every = list(_TERM.finditer(q))
    # What is excluded empties nothing by being mistyped.
    excluded = {match.start() for before, match in pairwise(every) if before[0] in ("NOT", "not")}
    terms = [match for match in every if match[0] not in _OPERATORS and match.start() not in excluded and match[0][0] not in "-－"]
    if len(terms) > MAX_TERMS:
        return []
    each = [islice(_mended(match[0], words), PROPOSALS) for match in terms]
    # By turns, so that no term uses up the room of the others.
    while each and len(found) < PROPOSALS:
        for at, (match, mends) in reversed(list(enumerate(zip(terms, each, strict=True)))):
            suggestion = next(mends, None)
            if suggestion is None:
                del each[at], terms[at]
            elif (query := q[: match.start()] + suggestion + q[match.end() :]) != q:
                found[query] = None
    return list(found)[:PROPOSALS]


def _mended(term: str, words: Words) -> Iterator[str]:
    """The term otherwise, with its quotation marks or field as they stand."""
    field = _FIELD.match(term)
    head = field[0] if field else ""
    if field and (known := field_of(head[:-1])) and known.kind in ("dates", "target"):
        return  # 日期:本周 is no slip for 市场
    core = term[len(head) :]
    marks = (core[0], core[-1]) if len(core) > 2 and core[0] in '"“「『' else ("", "")
    text = fold(core.strip('"“”「」『』'))
    for other in dict.fromkeys(_others(text, words)):
        yield f"{head}{marks[0]}{other}{marks[1]}" if marks[0] else head + (written(other) if field or " " in other else other)


def _others(text: str, words: Words) -> Iterator[str]:
    if len(text) < 2:
        return
    yield from words.sounding(text)
    if _LATIN.fullmatch(letters := typed(text)):
        yield from words.spelt(letters)
    elif _HAN.search(text):
        yield from _windows(text, words)
    yield from words.like(text)


def _windows(text: str, words: Words) -> Iterator[str]:
    """With a part of it changed for a word that sounds the same: 坤山零碳工厂."""
    for length in range(min(WINDOW, len(text) - 1), 1, -1):
        for start in range(len(text) - length + 1):
            part = text[start : start + length]
            if part not in words:
                for word in words.sounding(part)[:2]:
                    yield text[:start] + word + text[start + length :]


def _sound(text: str) -> str:
    return "".join(syllables(fold(text)))


def _allowed(text: str) -> int:
    """Edits that leave a word itself: of Latin letters one in four and two in eight, of Chinese characters one in three and two in six."""
    size = len(text) * 4 // 3 if _HAN.search(text) else len(text)
    return 2 if size >= 8 else 1 if size >= 4 else 0
