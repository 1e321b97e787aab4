"""A field and what stands behind it → filters, days, targets, or words in one field. Pure."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from services.search.query.language import target, times
from services.search.query.language.errors import QueryError
from services.search.query.language.fields import FIELDS
from services.search.query.language.nodes import And, Dates, Filter, Leaf, Near, Node, Not, Or, Phrase, Target, Wildcard, Word


class Scope:
    """Puts values under their fields; collects what should be known about that."""

    def __init__(self, text: str, today: date) -> None:
        self.text = text
        self.notices: list[str] = []
        self._today = today

    def field(self, name: str, value: Node, start: int) -> Node:
        """`value` under the field of that English name, which stands at `start`. Raises QueryError."""
        match value:
            case And(nodes) | Or(nodes):
                return type(value)(tuple(map(partial(self.field, name, start=-1), nodes)))
            case Not(node):
                return Not(self.field(name, node, -1))
            case _:
                return self._leaf(name, value, value.start if start < 0 else start)

    def _leaf(self, name: str, value: Leaf, start: int) -> Leaf:
        if isinstance(value, Filter | Dates | Target) or value.field is not None:
            raise QueryError(f"a field within the field {name}", "字段的括号里不能再写字段。", value.start, value.end - value.start)
        kind = FIELDS[name].kind
        if kind == "text":
            return replace(value, field="title" if name == "title" else "body", start=start)
        if isinstance(value, Wildcard | Near):
            return self._refused(name, value)
        if kind == "facet":
            self._say_if_pasted(start, value)
            return Filter(name, value.text, start, value.end)
        return self._days(name, value, start) if kind == "dates" else self._target(value, start)

    def _say_if_pasted(self, start: int, value: Word | Phrase) -> None:
        """A headline may say 公司：内部核查中; with the colon and the name that such headlines have, it is said that this is a field."""
        written = self.text[start : value.end]
        if isinstance(value, Word) and self.text[start : value.start].endswith("：") and not written[0].isascii():
            self.notices.append(f"“{written}”已按字段筛选;要按文字查找,请放进引号。")

    def _refused(self, name: str, value: Wildcard | Near) -> Leaf:
        written = self.text[value.start : value.end]
        plain = written.replace("*", "") if isinstance(value, Wildcard) else written.rpartition("~")[0]
        suggestion = f"{self.text[: value.start]}{plain}{self.text[value.end :]}"
        raise QueryError(
            f"the field {name} takes neither wildcards nor distances",
            "这个字段的值不能用通配符和 ~,请写完整的值。",
            value.start,
            value.end - value.start,
            None if isinstance(value, Near) and not written.startswith('"') else suggestion,
        )

    def _days(self, name: str, value: Word | Phrase, start: int) -> Dates:
        if name == "date" and value.text.lower() in times.UNKNOWN:
            return Dates(None, None, start, value.end, known=False)
        try:
            first, last = times.days(value.text, self._today)
        except times.NoSuchTime as error:
            suggestion = error.suggestion and self.text[: value.start] + error.suggestion + self.text[value.end :]
            raise QueryError(str(error), error.chinese, value.start, value.end - value.start, suggestion) from error
        if name != "date" and times.ranged(value.text, self._today):
            suggestion = f"{self.text[:start]}date:{self.text[value.start :]}"
            raise QueryError(
                f"{name} takes one time, date: takes a range",
                "时间范围请写 日期:2026-01..2026-03 。",
                value.start,
                value.end - value.start,
                suggestion,
            )
        match name:
            case "after":
                last = None
            case "until":
                first = None
            case "before":
                # The day before the first; of the calendar's very first day there is none.
                first, last = None, first - timedelta(days=1) if first and first > date.min else first
        if times.relative(value.text):
            self.notices.append(f"{self.text[start : value.end]} 即 {times.shown(first, last)}。")
        return Dates(first, last, start, value.end)

    def _target(self, value: Word | Phrase, start: int) -> Target:
        place = value.start, value.end - value.start
        if isinstance(value, Word) and (suggestion := target.loose_end(self.text, value.end)):
            raise QueryError("write the target without blanks", "目标的各部分之间不要空格。", *place, suggestion)
        found = target.target(value.text, start, value.end)
        if found is None:
            raise QueryError(*target.EXPECTED, *place)
        return found
