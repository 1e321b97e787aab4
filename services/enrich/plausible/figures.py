"""A document as read and split → what is measured of it: shares of visible characters and of lines, 0 to 1. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from services.enrich.blocks import Document
from services.enrich.plausible import garbled, lines
from services.enrich.split.digest import SplitDigest

LOOKED_AT = 4_000
"""Lines that are measured, from the whole text's beginning, middle and end: a second's work at most for the longest."""
LONGEST = 2_000
"""Characters of a line that are looked at; a paragraph has fewer, a program in one line a million."""
SPEAKS = 0.4
"""Share of a line's characters that read as Chinese, from which it is no line of code, whatever it ends with."""
REMARKS = 0.5
"""Share of lines that begin with one # from which those are remarks of a program: an article has one heading of the first level."""
FEW_LINES, WORDS = 5, 100
"""Lines that a list of words may have beside each other, and words from which it is one."""
AROUND = 20
"""Han characters outside code blocks with which a document is about code, and is no code itself."""


@dataclass(frozen=True)
class Figures:
    """What is measured."""

    visible: int
    """Characters that are no white space, without addresses of links"""
    lines: int
    """That hold any"""
    han: float
    """Share of Han characters"""
    chinese: float
    """Share of characters in runs that read as Chinese"""
    prose: float
    """Share of characters in such runs or in lines of prose in another language"""
    code: float
    """Share of lines that look like code, settings or data"""
    symbols: float
    """Share of characters that programs, settings and data are full of"""
    logged: float
    """Share of lines that begin with a time to the second or a level"""
    blank: float
    """Share of lines in which something is to be filled in"""
    spoken: float
    """Share of lines that say who speaks at what time"""
    speakers: int
    """Different ones"""
    digits: float
    """Share of digits"""
    distinct: float
    """Different lines, of all"""
    words: float
    """Share of lines that hold one short word, with at most a number or a label beside it; of words, where they stand in a few lines"""
    columns: float
    """Share of lines that the same mark parts into the same number of cells"""
    cell: float
    """Visible characters of such a cell, on the average"""
    sentences: float
    """Marks that end or part sentences, for a hundred characters"""
    garbled: float
    """Share of characters that come of reading text in a wrong charset, or are no text at all"""
    latin: int
    """Words of Latin letters"""
    common: float
    """Share of them that are among the commonest English ones"""
    letters: int
    """Different characters"""
    items: int
    """That the splitter made"""
    median_item: float
    """Characters of the items' texts"""
    confidence: float
    """How sure the splitter is"""


_WORD = re.compile(r"(?:[\u3400-\u9fff·]{1,8}|[A-Za-z'’-]{1,24})(?:[\s,|/:：]+(?:[a-z]{1,4}|[\d.]+|[A-Za-z ü]{1,30}))?")
_SENTENCE = re.compile(r"[。！？；，、：!?;,:]|\.(?=\s|$)")
_SYMBOL = re.compile(r"[{}\[\]()<>=;_\\|/\"'`@$^&*#+]")


def measure(document: Document, parted: SplitDigest, source: str = "") -> Figures:
    """Return the figures of a document; `source` is its text before it was read as Markdown."""
    printed = _lines(document, source)
    told = [line for line in (lines.URL.sub(" ", each).strip() for each in printed) if line]
    sizes = [lines.visible(line) for line in told]
    visible = sum(sizes) or 1
    count = len(told) or 1
    text = "\n".join(told)
    speaking = [lines.chinese(line) for line in told]
    prose = sum(max(run, size if lines.english(line) else 0) for run, size, line in zip(speaking, sizes, told, strict=True))
    speakers = [who for who in map(lines.speaker, told) if who]
    columns, cell = _columns(told)
    latin, common = lines.common(text)
    return Figures(
        visible=visible,
        lines=len(told),
        han=len(lines.HAN.findall(text)) / visible,
        chinese=min(1.0, sum(speaking) / visible),
        prose=min(1.0, prose / visible),
        code=_code(told, sizes, speaking),
        symbols=len(_SYMBOL.findall(text)) / visible,
        logged=sum(map(lines.logged, told)) / count,
        blank=sum(map(lines.blank, printed)) / max(1, len(printed)),
        spoken=len(speakers) / count,
        speakers=len(set(speakers)),
        digits=sum(map(str.isdigit, text)) / visible,
        distinct=len(set(told)) / count,
        words=_words(told),
        columns=columns,
        cell=cell,
        sentences=100 * len(_SENTENCE.findall(text)) / visible,
        garbled=garbled.share(text, document.broken),
        latin=latin,
        common=common / max(1, latin),
        letters=len(set(text)),
        items=len(parted.stories),
        median_item=median([len(story.title or "") + len(story.body) for story in parted.stories] or [0]),
        confidence=parted.confidence,
    )


def _code(told: Sequence[str], sizes: Sequence[int], speaking: Sequence[int]) -> float:
    """The share of lines of code; lines that begin with one # are such too, where they are most of all."""
    remarks = sum(map(_is_remark, told)) >= REMARKS * len(told)
    found = (
        run < SPEAKS * size and (lines.code(line) or (remarks and _is_remark(line))) for line, size, run in zip(told, sizes, speaking, strict=True)
    )
    return sum(found) / max(1, len(told))


def _is_remark(line: str) -> bool:
    return line.startswith("#") and not line.startswith("##")


def _words(told: Sequence[str]) -> float:
    """The share of lines, or of the words of a few long lines, that are one short word."""
    few = told if len(told) > FEW_LINES else [word for line in told for word in line.split()]
    words = told if len(few) < WORDS else few
    return sum(bool(_WORD.fullmatch(line)) for line in words) / max(1, len(words))


def _lines(document: Document, source: str) -> list[str]:
    """The lines that are measured, trimmed; code that a text is about is left out."""
    around = [block.text for block in document.blocks if block.kind not in ("code", "rule") and block.text]
    about = len(lines.HAN.findall("".join(text[:LONGEST] for text in around[:LOOKED_AT]))) >= AROUND
    # What has no Chinese may be a program whose comments were taken for headings.
    foreign = source and not lines.HAN.search(document.text)
    whole = around if about else [source] if foreign else [block.text for block in document.blocks if block.text]
    told = [line.strip() for text in whole for line in text.split("\n")]
    return [line[:LONGEST] for line in _some([line for line in told if line])]


def _some(told: Sequence[str]) -> Sequence[str]:
    if len(told) <= LOOKED_AT:
        return told
    third, middle = LOOKED_AT // 3, len(told) // 2
    return [*told[:third], *told[middle : middle + third], *told[-third:]]


def _columns(told: Sequence[str]) -> tuple[float, float]:
    """The share of lines that one mark parts into as many cells, and the cells' mean size."""
    best = (0.0, 0.0)
    for mark, least in (("\t", 1), (",", 2), (";", 2), ("|", 2)):
        counts = Counter(line.count(mark) for line in told)
        most, lines_of = max(((times, found) for times, found in counts.items() if times >= least), key=lambda one: one[1], default=(0, 0))
        share = lines_of / len(told) if told else 0.0
        if share > best[0]:
            same = [line for line in told if line.count(mark) == most]
            best = share, sum(map(lines.visible, same)) / (len(same) * (most + 1))
    return best
