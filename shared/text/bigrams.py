"""A word → its pairs of characters, as Elasticsearch's `cjk_bigram` makes them, and whether they say anything. Pure."""

import re

# What cjk_bigram pairs: Han with its extensions, kana, hangul.
_PAIRED = (
    "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_PAIRED}]+")
_OTHER = re.compile(rf"[^\W_{_PAIRED}]+")


def paired(word: str) -> bool:
    """Whether pairs of characters say something about the word beyond its being there as a phrase.

    Not for a single character, nor for codes and short mixtures (`GB/T`, `25万千瓦`): there a part of the pairs is another thing altogether.
    """
    runs = [run for run in _RUN.findall(word) if len(run) > 1]
    if "".join(runs) == word:
        return True
    tokens = sum(len(run) - 1 for run in runs) + len(_OTHER.findall(word))
    return bool(runs) and tokens >= MIXED_TOKENS


def latin(text: str) -> list[str]:
    """Its Latin words and numbers."""
    return _OTHER.findall(text)


def pairs(word: str) -> tuple[str, ...]:
    """What the `bigrams` analyzer makes of a word: pairs of neighbouring characters, a single one between others, Latin words and numbers."""
    runs = [run[at : at + 2] for run in _RUN.findall(word) for at in range(max(1, len(run) - 1))]
    return (*runs, *_OTHER.findall(word))


MIXED_TOKENS = 5
"""Pairs and Latin or digit words in a mixed word from which on some of them suffice: `25万千瓦` has three, a pasted headline ten and more."""
