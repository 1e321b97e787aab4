"""Figures that changed all at once → what is said of them, in Chinese and in English. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.quality.drift import Step

MOST = 3
"""Figures that are named; the page of a source has all."""


class _Words(NamedTuple):
    chinese: str
    english: str
    percent: bool = False
    digits: int = 0


_MEASURES: Mapping[str, _Words] = {
    "items": _Words("每期条目", "items an issue"),
    "against_contents": _Words("条目与目录之比", "items against the contents list", percent=True),
    "share": _Words("条目占全文", "share of the text in items", percent=True),
    "entities": _Words("每条实体", "entities an item", digits=1),
    "unclassified": _Words("未分类", "unclassified items", percent=True),
    "untitled": _Words("无标题", "items without a title", percent=True),
    "confidence": _Words("拆分把握", "the splitter's confidence", percent=True),
    "longest": _Words("最长一条字数", "characters of the longest item"),
}


def label(measure: str) -> str:
    """Return what a figure is called on pages."""
    return _MEASURES[measure].chinese


def value(measure: str, number: float) -> str:
    """Return a figure as people read it: 12, 85%, 1,061."""
    words = _MEASURES[measure]
    return f"{number:.0%}" if words.percent else f"{number:,.{words.digits}f}"


def chinese(steps: Sequence[Step]) -> str:
    """Return 每期条目由 12 变为 1，最长一条字数由 270 变为 6,745."""
    said = "，".join(f"{label(step.measure)}由 {value(step.measure, step.before)} 变为 {value(step.measure, step.now)}" for step in _told(steps))
    return said + (f"，另有 {len(steps) - MOST} 项" if len(steps) > MOST else "")


def english(steps: Sequence[Step]) -> str:
    """Return `items an issue from 12 to 1, characters of the longest item from 270 to 6,745`."""
    said = (f"{_MEASURES[step.measure].english} from {value(step.measure, step.before)} to {value(step.measure, step.now)}" for step in _told(steps))
    return ", ".join(said) + (f", and {len(steps) - MOST} more" if len(steps) > MOST else "")


def _told(steps: Sequence[Step]) -> list[Step]:
    """Return those that are named, how many items there are before all else: people see that at once."""
    return sorted(steps, key=lambda step: step.measure != "items")[:MOST]
