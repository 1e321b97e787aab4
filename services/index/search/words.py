"""What somebody typed into the search box → quoted phrases and words, each cut to what can be searched. Pure.

    零碳 "昆山:将新增" GB/T     →  words 零碳, GB/T; phrase 昆山:将新增

White space parts words (also the full-width one); straight, curly and corner quotation marks hold phrases. A mark that is not closed is
dropped, as somebody who is still typing means the words.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MAX_QUERY = 2000
"""Characters of a query that are read at all. Answering one of this length took 0.15 s on a small index; a longer one is no query but a document."""

MAX_LOOSE = 256
"""Characters of unquoted words that are searched for. A headline has under 60, and 256 characters in a row tell any item from all others;
each pair of characters is a clause to Elasticsearch, which refuses queries of some thousands (fewer, the smaller its memory)."""

MAX_WORDS = 32
"""Words and phrases of one query: the same bound for a query that is all spaces."""

_QUOTED = re.compile(r'"([^"]*)"|“([^“”]*)”|「([^「」]*)」|『([^『』]*)』|＂([^＂]*)＂')
_QUOTES = re.compile(r'["“”「」『』＂]')

# What cjk_bigram pairs: Han with its extensions, kana, hangul.
_PAIRED = (
    "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_PAIRED}]+")
_OTHER = re.compile(rf"[^\W_{_PAIRED}]+")


@dataclass(frozen=True)
class Words:
    """What to look for; everything is required."""

    words: tuple[str, ...] = ()
    """Searched for as pairs of characters and as a phrase, without quotation marks"""
    phrases: tuple[str, ...] = ()
    """Searched for exactly"""
    shortened: bool = False
    """Whether the query was longer than what is searched for"""

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)


def parse(q: str) -> Words:
    """The words and phrases of a query, in order and each once; empty when nothing is left that could be searched for."""
    read = q[:MAX_QUERY]
    phrases = _once(_clean(next(part for part in match.groups() if part is not None)) for match in _QUOTED.finditer(read))
    words = _once(_clean(_QUOTES.sub(" ", _QUOTED.sub(" ", read))).split())
    exact = phrases[:MAX_WORDS]
    loose: list[str] = []
    for word in words[: MAX_WORDS - len(exact)]:
        loose.append(word[: MAX_LOOSE - sum(map(len, loose))])
    loose = [word for word in loose if word]
    return Words(tuple(loose), tuple(exact), shortened=len(q) > MAX_QUERY or loose != words or exact != phrases)


def paired(word: str) -> bool:
    """Whether pairs of characters say something about the word beyond its being there as a phrase.

    Not for a single character, nor for codes and short mixtures (`GB/T`, `25万千瓦`): there a part of the pairs is another thing altogether.
    """
    runs = [run for run in _RUN.findall(word) if len(run) > 1]
    if "".join(runs) == word:
        return True
    tokens = sum(len(run) - 1 for run in runs) + len(_OTHER.findall(word))
    return bool(runs) and tokens >= MIXED_TOKENS


MIXED_TOKENS = 5
"""Pairs and Latin or digit words in a mixed word from which on some of them suffice: `25万千瓦` has three, a pasted headline ten and more."""


def _clean(text: str) -> str:
    """Without characters that nobody sees (control, format, half of a pair) and so nobody means; outer white space dropped."""
    return "".join(" " if character.isspace() else character for character in text if character.isspace() or not _invisible(character)).strip()


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn", "Co")


def _once(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]
