"""A word that was typed without spaces → the parts of it that must each be found. Pure.

    昆山光伏补贴      昆山, 光伏, 补贴
    建设银行          建设银行               four characters are one thing, as is a name that is known
    宁德时代新技术     宁德时代, 新技术 or 宁德时代新

Names that the tables or the index know (services.search.query.in_index) stand as they are, the rest is cut by
the segmenter of `shared.text.segmented`. A single character that it leaves belongs to one of its neighbours,
nobody knows to which: 碳 of 欧盟碳关税 to the tariff, 法 of 濒危物种法 to the species. It is found beside either.
What only joins words (的, 将) is left out.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import groupby

import rjieba

from shared.names.aliases import Kind, by_folded
from shared.text.bigrams import paired
from shared.text.folding import compact, fold

Part = tuple[str, ...]
"""The ways in which a part may stand: as one of them, adjacent."""
Names = frozenset[str]
"""Folded and compact"""

WHOLE = 4
"""Characters up to which a word is one part."""

KINDS: tuple[Kind, ...] = ("agency", "company")
LONGEST = 30
"""Characters of a known name; the longest of a body has some thirty."""

_ENDINGS = (
    *("公司", "集团", "银行", "证券", "保险", "基金", "大学", "研究院", "研究所", "委员会", "协会"),
    *("局", "厅", "署", "委", "办", "政府", "法院", "法", "法案", "条例", "公约"),
)
_PARTICLES = "的了将与及在为对等或是以于由从被把并"
_RUN = re.compile(r"(?:\d+(?:[.,]\d+)+|[^\W_])+")


def known(text: str, names: Names = frozenset()) -> bool:
    """Whether a folded and compact text is a name of the alias tables, or one of `names`, as a whole."""
    return text in names or any(text in by_folded(kind) for kind in KINDS)


def named(text: str, names: Names = frozenset()) -> bool:
    """Whether a text is one name: short, known, or ending as those of firms, bodies and laws do."""
    said = compact(fold(text))
    return len(said) <= WHOLE or known(said, names) or said.endswith(_ENDINGS)


@lru_cache(maxsize=1024)  # asked for several times in one search
def parts(text: str, names: Names = frozenset()) -> tuple[Part, ...]:
    """The parts of a word in their order, each once; the word itself where it is one part.

    `names` are known besides those of the tables.
    """
    said = fold(text)
    if len(compact(said)) <= WHOLE or not paired(said) or known(compact(said), names):
        return ((text,),)
    found = dict.fromkeys(part for run in _RUN.finditer(said) for part in _of_run(run[0], names))
    return tuple(part for part in found if not _implied(part, found)) or ((text,),)


def _implied(part: Part, found: Collection[Part]) -> bool:
    """Whether another part, however it stands, has this one in it: 物种 of 物种法."""
    return len(part) == 1 and any(other != part and all(part[0] in way for way in other) for other in found)


def _of_run(run: str, names: Names) -> Iterator[Part]:
    """The parts of letters and digits without punctuation."""
    pieces: list[tuple[str, bool]] = []
    for single, group in groupby(_words(run, names), key=lambda word: len(word) == 1):
        words = list(group)
        pieces += [("".join(words), True)] if single else [(word, False) for word in words]
    for at, (piece, single) in enumerate(pieces):
        said = piece.strip(_PARTICLES) if single else piece
        if len(said) > 1:
            # Several characters in a row that the segmenter knows no word for are one: 碳, 中, 和.
            yield (said,)
        elif said:
            before = pieces[at - 1][0] + said if at and piece.startswith(said) else ""
            after = said + pieces[at + 1][0] if at + 1 < len(pieces) and piece.endswith(said) else ""
            if ways := tuple(way for way in (before, after) if way):
                yield ways


def _words(run: str, names: Names) -> Iterator[str]:
    """Known names as they are, the rest as the segmenter cuts it; a number with the character behind it."""
    at = start = 0
    while at < len(run):
        sizes = range(min(LONGEST, len(run) - at), 1, -1)
        name = next((run[at : at + size] for size in sizes if _stands(run, at, at + size) and known(run[at : at + size], names)), None)
        if name is None:
            at += 1
            continue
        yield from _cut(run[start:at])
        yield name
        at = start = at + len(name)
    yield from _cut(run[start:])


def _stands(run: str, start: int, end: int) -> bool:
    """Whether no word of letters or number goes on beyond either end: UPS is no name in upstream."""
    return not any(0 < at < len(run) and run[at - 1 : at + 1].isascii() for at in (start, end))


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
