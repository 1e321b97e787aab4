"""Lines and what a person took from each as the title → the simplest rule that takes the same; and that rule on other lines. Pure.

A rule is a part of the line (all of it, its link, what is bold, in brackets, a cell) and where it is cut at both ends.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.enrich.segment.labelling import printed
from services.enrich.split.forms import BETWEEN
from services.enrich.split.items import Head, story_of
from services.enrich.split.units import Unit

BEFORE, BEHIND = 24, 40
"""Characters of the longest piece in front of a title and behind it that is known again by its words."""
ROOM = 4 * BEHIND
"""Characters at the end of a line in which such a piece is looked for; figures may make it longer."""
TRIED = 40
"""Lines of one kind that a rule is tried on; the others are like them."""
SIGNS = (
    "：", ":", "|", "｜", "、", ".", "．", ")", "）", "]", "】", "——", "—", "–", " - ", "/", " ", "。", "，", "(", "（", "[",
    "【", "「", "#", ">", "→", "；", "·", "\n",
)  # fmt: skip
"""Signs at which a line may be cut."""
_PAIRS = ("【】", "《》", "「」", "“”", "[]", "〖〗", "『』", "⟦⟧", "〓〓")
_LEADING = re.compile(r"^[^\w《“「【〔『\"(（\[]+")
_FIGURES = re.compile(r"^[\d.\-/年月日:： ]+")
_TRAILING = re.compile(r"[\W\d_]+$")
_DIGITS = re.compile(r"\d+")

Cut = tuple[str, str]
"""How, and at what: (`sign`, `：`), (`last`, `：`), (`said`, a pattern), (`marks`, ``), (`figures`, ``), (``, ``) for no cut."""
WHOLE: Cut = ("", "")


@dataclass(frozen=True, slots=True)
class Form:
    """Where in a line its title stands."""

    part: str
    before: Cut = WHOLE
    behind: Cut = WHOLE

    @property
    def cost(self) -> float:
        """How much it asks for: of two rules that explain the same lines the simpler one is right more often."""
        return (self.part != "general") + 1.1 * (self.before != WHOLE) + 1.1 * (self.behind != WHOLE)


GENERAL = Form("general")
"""What the general splitter takes for the title of such a line."""


def same(one: str | None, other: str | None) -> bool:
    """Whether two titles say the same."""
    return printed(one).rstrip("。;；:：") == printed(other).rstrip("。;；:：")


def taken(form: Form, unit: Unit, head: Head) -> tuple[str, str] | None:
    """Title and what stands behind it on the line; None where the line has no such part."""
    if form == GENERAL:
        found = _general(unit, head)
        return found if found[0] else None
    for part, text, rest in _parts(unit):
        if part == form.part:
            begin, end = _begin(form.before, text), len(text)
            end = _end(form.behind, text, begin)
            title = text[begin:end].strip()
            return (title, "\n".join(filter(None, (text[end:].lstrip(BETWEEN), rest)))) if title else None
    return None


def learned(lines: Sequence[tuple[Unit, str, str]], head: Head) -> Form:
    """The simplest rule that takes what was taken from most lines: (unit, title, beginning of the text behind it)."""
    lines = lines[:TRIED]
    votes: Counter[Form] = Counter()
    exact: Counter[Form] = Counter()
    befores, behinds = _cuts(lines)
    for unit, title, begins in lines:
        for form, word_by_word in dict(_explaining(unit, title, begins, befores, behinds, head)).items():
            votes[form] += 1
            exact[form] += word_by_word
    if not votes:
        return GENERAL
    most = max(votes.values())
    if votes[GENERAL] >= most:
        return GENERAL
    best = [form for form, count in votes.items() if count == most]
    return min(best, key=lambda form: (-exact[form], form.cost, form.part != "text", str(form)))


def _explaining(unit: Unit, title: str, begins: str, befores: Sequence[Cut], behinds: Sequence[Cut], head: Head) -> Iterator[tuple[Form, bool]]:
    """The rules that take just `title` from a line, and whether each does so to the letter."""
    general = _general(unit, head)
    if same(general[0], title) and _follows(general[1], begins):
        yield GENERAL, general[0] == title
    for part, text, rest in _parts(unit):
        if same(text, title) and _follows(rest, begins):
            yield Form(part), text.strip() == title
        place = text.find(title)
        if place < 0:
            continue
        ends: dict[tuple[int, int], bool] = {}
        for before in befores:
            begin = _begin(before, text)
            if begin > place or text[begin:place].strip():
                continue
            for behind in behinds:
                end = _end(behind, text, begin)
                if (begin, end) not in ends:
                    behind_it = "\n".join(filter(None, (text[end:], rest)))
                    near = end - begin <= len(title) + BEHIND
                    ends[begin, end] = near and same(text[begin:end], title) and _follows(behind_it, begins)
                if ends[begin, end]:
                    yield Form(part, before, behind), text[begin:end].strip() == title


def _follows(rest: str, begins: str) -> bool:
    """Whether the text behind the title begins as it should; where none is asked for, whatever stands there is left out."""
    return not begins or printed(rest[:ROOM]).lstrip("".join(BETWEEN) + ".,，").startswith(begins)


def _general(unit: Unit, head: Head) -> tuple[str, str]:
    alone = replace(unit, first=0, after=1)
    story = story_of([alone], [unit.block], 0, 0, 1, path=(), form=head)
    return story.title or "", story.body


def _parts(unit: Unit) -> Iterator[tuple[str, str, str]]:
    """The parts of a line that may hold its title: name, text, and what stands behind the part."""
    block, text = unit.block, unit.text
    yield "text", text, ""
    if block.text != text:
        yield "line", block.text, ""
    for number, name in ((0, "link"), (-1, "last link")):
        if block.links and (link := block.links[number].text.strip()) and (number == 0 or len(block.links) > 1):
            place = text.find(link)
            yield name, link, text[place + len(link) :].lstrip(BETWEEN) if place >= 0 else ""
    begun = len(block.text) - len(text)
    if 2 <= block.strong - begun < len(text):
        yield "bold", text[: block.strong - begun], text[block.strong - begun :].lstrip(BETWEEN)
    for pair in _PAIRS:
        first = text.find(pair[0])
        last = text.find(pair[1], first + 1)
        if 0 <= first < last:
            yield f"in {pair}", text[first + 1 : last], text[last + 1 :].lstrip(BETWEEN)
    for number, cell in enumerate(block.cells):
        yield f"cell {number}", cell, ""


def _cuts(lines: Sequence[tuple[Unit, str, str]]) -> tuple[list[Cut], list[Cut]]:
    """The cuts in front of a title and behind it that can do something to any of these lines."""
    signs = [sign for sign in SIGNS if any(sign in unit.block.text for unit, _, _ in lines)]
    before, behind = _literal(lines)
    befores = [WHOLE, *(("sign", sign) for sign in signs), ("marks", ""), ("figures", "")]
    behinds = [WHOLE, *((how, sign) for how in ("sign", "last") for sign in signs), ("marks", "")]
    return befores + ([("said", before)] if before else []), behinds + ([("said", behind)] if behind else [])


def _begin(cut: Cut, text: str) -> int:
    """Where the title begins."""
    how, what = cut
    if how == "sign":
        place = text.find(what, 0, BEFORE + 1)
        return place + len(what) if place >= 0 else 0
    pattern = _LEADING if how == "marks" else _FIGURES if how == "figures" else re.compile(what) if how == "said" else None
    found = pattern.match(text) if pattern else None
    return found.end() if found else 0


def _end(cut: Cut, text: str, begin: int) -> int:
    """Where the title ends."""
    how, what = cut
    if how in ("sign", "last"):
        place = text.find(what, begin + 1) if how == "sign" else text.rfind(what, begin + 1)
        return place if place >= 0 else len(text)
    # Nothing that stands behind a title is long, and what is looked for anywhere in a long line takes its length squared.
    pattern = _TRAILING if how == "marks" else re.compile(what) if how == "said" else None
    found = pattern.search(text, max(begin + 1, len(text) - ROOM)) if pattern else None
    return found.start() if found else len(text)


def _literal(lines: Sequence[tuple[Unit, str, str]]) -> tuple[str, str]:
    """Patterns of what stands in front of the titles and behind them, with any figures."""
    before, behind = set(), set()
    for unit, title, _ in lines:
        text = unit.text
        place = text.find(title)
        if place < 0:
            continue
        rest = text[place + len(title) :]
        if 0 < place <= BEFORE:
            before.add(_DIGITS.sub(r"\\d+", re.escape(text[:place])))
        if 0 < len(rest) <= BEHIND:
            behind.add(_DIGITS.sub(r"\\d+", re.escape(rest)))
    return _either(before, "^", ""), _either(behind, "", "$")


def _either(patterns: set[str], first: str, last: str) -> str:
    return f"{first}(?:{'|'.join(sorted(patterns, key=lambda one: (-len(one), one)))}){last}" if patterns else ""
