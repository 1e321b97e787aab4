"""The words around a quantity in, whether it is something that somebody sets out to reach out. Pure.

    到2030年，风光总装机28亿千瓦以上      a time by which, and what is reached then
    力争、计划、拟、确保 … 新增500座       words of intent, in its clause or in one before it
    将新建电站20座                       将 right before a word for making or reaching
    5%左右的增长目标                     a goal that is named as such

None are what is expected by those who watch (预期、预测、有望), results (由50%、前值), goals that are reached, effects (建成后),
properties (60千瓦以上功率), a list's count (等15项), spans of time (有效期90天), timetables, limits and deals, however near such words
stand. Written from quantities of real digests that were judged by hand; tests/data/targets/README.md tells how well it does.
"""

import re
from dataclasses import dataclass

from services.enrich.entities.quantities import aim_words as words

_CLAUSE = re.compile(r"[,，;；:：]")
_NOUN = re.compile(r"(?!左右)[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Around:
    """A quantity's sentence up to it, its own `clause` apart from what is `earlier`, and what stands behind it."""

    before: str
    clause: str
    earlier: str
    after: str
    unit: str
    bounded: bool
    """Whether it has a floor or a ceiling: 以上, 不低于, 超过"""


def aimed(
    *,
    before: str,
    after: str,
    unit: str,
    indicator: str,
    bounded: bool,
    by: int | None,
    running: bool,
    planned: bool,
) -> bool:
    """Return whether a quantity is aimed at.

    `before` is its sentence up to it and `after` some characters behind it. `by` is the place in `before` where a time ends by
    which something is to be reached, if its sentence names one; `running` says that this time is one that has begun already;
    `planned` says that its item tells of a plan at all.
    """
    before = before.rstrip()
    clause = _CLAUSE.split(before)[-1]
    around = Around(before, clause, before[: len(before) - len(clause)], after, unit, bounded)
    goal = words.GOAL.match(after)
    if goal and _is_reached(around):
        return False
    if goal and _is_set(around, goal[0]):
        return not words.COUNTED.search(unit) or after.startswith("的")
    if _is_something_else(around, indicator) or _is_told(clause):
        return False
    if any(_says(clause, word) for word in words.INTENT.finditer(clause)):
        return not (clause.endswith("拟") and re.match("[买购]", after))
    if secured := words.SECURES.search(clause):
        return _is_secured(around, secured["what"])
    will = words.WILL.search(clause) is not None
    if not (bounded or will or words.REACHES.search(clause)) or _is_foreseen(around):
        return False
    if will:
        return True
    if after.startswith("的") and words.WHICH.search(clause):
        return False
    due = by is not None and planned and _is_due(around, by, running=running)
    return due or _continues(around)


def _is_reached(around: Around) -> bool:
    """A goal that is told as reached: 提前实现700亿美元目标, 10GW的目标已提前完成."""
    return words.INTENT.search(around.clause) is None and bool(words.EARLY.search(around.clause) or words.OVER.match(around.after))


def _is_set(around: Around, goal: str) -> bool:
    """Whether what is named behind it is a goal that somebody has, not what guns hit or what watchers hope for."""
    clause = around.clause
    return not (
        words.DONE.search(clause[-12:])
        or words.SPAN_UNIT.match(around.unit)
        or words.HITS.search(clause + goal)
        or words.BEARS.search(clause)
        or words.HOPED.search(clause)
        or words.REACHED.search(goal)
    )


def _is_something_else(around: Around, indicator: str) -> bool:
    """A property, a size, a threshold, a list's count, a span of time, a baseline, a timetable."""
    clause, after, unit = around.clause, around.after, around.unit
    if words.PROPERTY.match(after) or words.AT.match(after) or words.BEFORE.search(around.before):
        return True
    if words.SPAN_UNIT.match(unit) and not words.SPAN_OF.search(clause[-16:] + indicator):
        return True
    if words.PROPERTIES.search(clause) or unit.endswith("级"):
        return True
    if around.bounded and words.MEASURED.search(unit) and words.CLASS.match(after):
        return True
    if around.bounded and words.SIZED.search(clause) and _NOUN.match(after):
        return True
    # A year's trains may be a goal (全年开行2万列), a day's are not.
    return words.RUN.fullmatch(unit) is not None and words.RUNS.search(clause) is not None and "年" not in clause


def _is_told(clause: str) -> bool:
    """An expectation, a price or a result, by the words of its own clause."""
    return any(pattern.search(clause) for pattern in (words.EXPECTS, words.PAYS, words.DONE))


def _is_secured(around: Around, what: str) -> bool:
    """Whether 确保 says what is to be reached (确保产量稳定在1亿吨), not what is looked after."""
    if not what and around.clause.endswith("将确保"):
        return True
    if words.BEARS.search(around.clause) or around.after.startswith("的"):
        return False
    return around.bounded or words.REACHES.search(what) is not None


def _is_foreseen(around: Around) -> bool:
    """What comes about by itself, or by what the rest of the sentence tells: expected, following, binding others."""
    return (
        any(pattern.search(around.earlier) for pattern in (words.EXPECTS, words.UP_TO_NOW))
        or any(pattern.search(around.before) for pattern in (words.FOLLOWS, words.ACCORDING))
        or words.BEARS.search(around.clause) is not None
    )


def _is_due(around: Around, by: int, *, running: bool) -> bool:
    """Whether it is to be reached by the time that ends at `by`; in one that has begun only where the sentence tells of a plan."""
    before, clause, earlier = around.before, around.clause, around.earlier
    since = before if running else before[max(0, by - 2 - len(_CLAUSE.split(before[:by])[-1])) :]
    if words.DONE.search(since) or words.KEPT.match(around.after):
        return False
    if words.MANKIND.search(clause) and not words.PROPOSES.search(earlier):
        return False
    reaches = words.REACHES.search(before[max(by, len(earlier)) :]) is not None
    if not running:
        return around.bounded or reaches
    shall = words.SHALL.search(before[by:]) or words.SAID.search(before)
    return bool(shall) and words.PROPOSES.search(before) is not None and reaches


def _continues(around: Around) -> bool:
    """Whether it is a further aim behind one: 计划新建公园20个,改造老旧小区30个."""
    clause, earlier = around.clause, around.earlier
    intent = [*words.INTENT.finditer(earlier), *words.ENSURES.finditer(earlier)]
    if words.MAKING.match(clause):
        intent = sorted([*intent, *words.WILL.finditer(earlier)], key=lambda word: word.start())
    if not intent or words.CONTINUES.search(clause) or not words.REACHES.search(clause):
        return False
    if around.before.count("(") > around.before.count(")"):
        return False
    last = intent[-1]
    told = _CLAUSE.split(earlier[: last.start()])[-1] + earlier[last.end() :]
    return not words.PAYS.search(earlier[last.start() :]) and not words.DONE.search(told)


def _says(clause: str, word: re.Match[str]) -> bool:
    """Whether a word of intent says so of what follows, not only which it is.

    拟进行分红的公司超过370家 counts firms, 目标是飞到“风力为地面3倍”的高处 tells of a height.
    """
    rest = clause[word.end() :]
    if rest.count("“") > rest.count("”"):
        return False
    return word[0] not in words.PLANS or re.search(r"[^\W\d]的(?!目标)[^,，]*(?:超过?|达到?|共|有|约|近)$", rest) is None
