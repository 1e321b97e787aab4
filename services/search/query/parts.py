"""A word that was typed without spaces → the parts of it that must each be found. Pure.

    昆山光伏补贴      昆山, 光伏, 补贴
    建设银行          建设银行               four characters are one thing, as is a name that the alias tables know
    宁德时代新技术     宁德时代, 新技术

Known names stand as they are, the rest is cut by the segmenter of `shared.text.segmented`. A single character between two parts says nothing
and is left out (的, 将, 近), unless it is the unit of a number: 10家.
"""

import re
from collections.abc import Iterator

import rjieba

from shared.names.aliases import Kind, full_names
from shared.text.bigrams import paired
from shared.text.folding import compact, fold

WHOLE = 4
"""Characters up to which a word is one part."""

KINDS: tuple[Kind, ...] = ("agency", "company")
LONGEST = 30
"""Characters of a known name; the longest of a body has some thirty."""

_FIRMS = ("公司", "集团", "银行", "证券", "保险", "基金", "大学", "研究院", "研究所", "委员会", "协会")
_PARTICLES = "的了将与及在为对等或是以于由从被把并"
_RUN = re.compile(r"(?:\d+(?:[.,]\d+)+|[^\W_])+")


def known(text: str) -> bool:
    """Whether a folded text is a name of the alias tables, as a whole."""
    return any(text in full_names(kind) for kind in KINDS)


def named(text: str) -> bool:
    """Whether a text is one name: short, known, or ending as those of firms do."""
    said = compact(fold(text))
    return len(said) <= WHOLE or known(said) or said.endswith(_FIRMS)


def parts(text: str) -> tuple[str, ...]:
    """The parts of a word in their order, each once; the word itself where it is one part."""
    said = fold(text)
    if len(compact(said)) <= WHOLE or not paired(said) or known(compact(said)):
        return (text,)
    found = tuple(dict.fromkeys(part for run in _RUN.finditer(said) for part in _of_run(run[0])))
    return found or (text,)


def _of_run(run: str) -> Iterator[str]:
    """The parts of letters and digits without punctuation."""
    single = ""
    for word in (*_words(run), ""):
        if len(word) == 1:
            single += word
            continue
        # Several characters that the segmenter knows no word for are one: 碳, 中, 和.
        single = single.strip(_PARTICLES)
        if len(single) > 1:
            yield single
        single = ""
        if len(word) > 1:
            yield word


def _words(run: str) -> Iterator[str]:
    """Known names as they are, and what the segmenter makes of the rest; a number with the character behind it."""
    at = start = 0
    while at < len(run):
        name = next((run[at : at + size] for size in range(min(LONGEST, len(run) - at), 1, -1) if known(run[at : at + size])), None)
        if name is None:
            at += 1
            continue
        yield from _cut(run[start:at])
        yield name
        at = start = at + len(name)
    yield from _cut(run[start:])


def _cut(text: str) -> Iterator[str]:
    held = ""
    for word in rjieba.cut(text.encode(errors="replace").decode()) if text else ():
        if held and len(word) == 1:
            held += word
            continue
        if held:
            yield held
            held = ""
        if word.isascii():
            held = word
        else:
            yield word
    if held:
        yield held
