"""Quantities of a folded text and the dates, bodies, firms and regions in it in; the same with what makes a target or a fact of each out. Pure.

target     True for what is to be reached: behind 到2030年, 力争, 目标, 将 …, or what a text 提出, 明确 … for a time that is not over on the
           issue's day; facts (已, 完成了, 同比 …) have none
deadline   the open interval, the day ahead, or that time's end, which the sentence names before the number, as an ISO day, month or year
baseline   what it is measured against: 2020 of 较2020年, 上年同期 of 同比, 上期 of 环比
by         who: the last body, firm or region before it that begins a clause of the sentence (其中,昆山市新增…), else the one that the sentence
           names first, else the title's
of         which of several, in lists with 分别: A、B分别增长5%、6% is 5% of A and 6% of B
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from typing import Any

from services.enrich.entities.dates.iso import last_day
from services.enrich.entities.found import Found
from services.enrich.entities.quantities.aims import aimed
from shared.records import QuantityValue

_END = re.compile(r"[。！!\n]")
_ENDS = re.compile("[年月期季]末")
_NEXT = re.compile(r"[/|;；]")
"""Between the stories of a title that tells several."""
_BASE = re.compile(
    r"(?:较|比|与)(?P<year>(?:19|20)\d{2})年?(?:底|末)?|(?P<last>同比|年[增减升降](?=\W|$)|按年|(?:较|比)(?:上年|去年)(?:同期)?)"
    r"|(?P<before>环比|[月季][增减升降](?=\W|$)|按[月季]|(?:较|比)(?:上月|上季度|上期|前一?日))"
)
_FIVE_YEARS = re.compile(r"十[一二三四五六七]五")
_LEADS = re.compile(r"(?:^|[\n。！!,，;；:：、])(?:其中|同时|此外|目前|近日|日前|今年|今天|\s|[,，])*$")
"""What stands before who begins a clause."""
_PLANS = re.compile(
    r"规划|计划|方案|意见|纲要|要点|行动|目标|力争|确保|印发|提出|明确|要求|部署|任务|宣布|布局|推进|实施|出台|表示|工程|项目|十[一二三四五六七]五"
)
"""What an item says of whoever plans; one that says none of it (到2030年,奶牛数量将下降50%) tells what will come about."""
_BRIEF = 150
"""Characters; a shorter item may leave out who plans."""
_VAGUE = re.compile("[多余几至到—–~～-]")
"""7800多名 and 3至4个 bound nothing."""
_HALVED = re.compile("[存进]$")
"""存、贷款余额 and 进、出口 leave out what both end with."""
_SPLIT = re.compile(r"[、和与及]")
_EACH = re.compile(r"([^,，。;；:：\n]{2,60}?)(?:年均|同比|环比|预计|增速|将|已|均|可)*分别")
_HEAD = re.compile(
    r"(?:增加值|总产值|产值|产量|销量|收入|利润|价格|投资|消费|面积|余额|发电量|用电量|装机容量|装机|出口额|进口额|贸易额|数量|人数|比例|比重|占比|总量|规模"
    r"|[一-鿿]率)$"
)
"""What the last of several nouns may say for all: 纺织业、食品加工业增加值."""


def judged(
    text: str, quantities: Sequence[Found], dates: Sequence[Found], actors: Sequence[Found], *, title_length: int, published_on: date | None
) -> list[Found]:
    """`quantities`, in the order of the text, each with its facts."""
    if not quantities:
        return []
    ends = sorted({0, *(m.end() for m in _END.finditer(text)), *(m.end() for m in _NEXT.finditer(text, 0, title_length))})
    actors = sorted((a for a in actors if not a.inferred), key=lambda a: (a.start, -a.end))
    actor_starts = [a.start for a in actors]
    leads = [a for n, a in enumerate(actors) if (n == 0 or actors[n - 1].start < a.start) and _LEADS.search(text, max(0, a.start - 8), a.start)]
    lead_starts = [a.start for a in leads]
    dates = sorted((d for d in dates if d.value), key=lambda d: d.start)
    date_ends = [d.end for d in dates]
    title_actor = actors[0] if actors and actors[0].end <= title_length else None
    planned = len(text) < _BRIEF or _PLANS.search(text) is not None
    out = []
    for quantity in quantities:
        sentence = ends[bisect_right(ends, quantity.start) - 1]
        low = max(sentence, quantity.start - 120)
        before = text[low : quantity.start]
        facts: dict[str, Any] = dict(quantity.canonical or {})
        last = bisect_right(date_ends, quantity.start)
        clause = re.split(r"[,，;；]", before)[-1]
        near = [d for d in dates[max(0, last - 5) : last] if d.start >= sentence and not _idle(text, sentence, d)]
        due, by = _deadline(text, near, published_on)
        running = due is None
        if running:
            due, by = _running(near, published_on)
            # A plan's five years are a time by which, also when they have begun.
            running = not (by and _FIVE_YEARS.search(text, max(sentence, by - 10), by))
        if aimed(
            before=before,
            after=text[quantity.end : quantity.end + 64],
            unit=quantity.value.unit if isinstance(quantity.value, QuantityValue) else "",
            indicator=quantity.value.indicator if isinstance(quantity.value, QuantityValue) else "",
            bounded=isinstance(quantity.value, QuantityValue)
            and quantity.value.op not in "=~"
            and not _VAGUE.search(text, quantity.start, quantity.end),
            by=None if by is None else max(0, by - low),
            running=running,
            planned=planned,
        ):
            facts["target"] = True
            if due:
                facts["deadline"] = due
        if base := _baseline(clause):
            facts["baseline"] = base
        leading = bisect_right(lead_starts, quantity.start) - 1
        first = bisect_right(actor_starts, sentence - 1)
        if leading >= 0 and lead_starts[leading] >= sentence and leads[leading].end <= quantity.start:
            actor: Found | None = leads[leading]
        else:
            actor = actors[first] if first < len(actors) and actors[first].end <= quantity.start else title_actor
        if actor:
            facts["by"] = (actor.canonical or {}).get("name") or text[actor.start : actor.end]
        out.append(quantity._replace(canonical=facts or None))
    return _shared_out(text, out)


def _idle(text: str, start: int, day: Found) -> bool:
    """Whether a date of the sentence that begins at `start` says nothing of when an aim is due.

    The years of 《行动方案(2024—2030年)》 are when it holds, and 年末常住人口 is a figure's name.
    """
    if _ENDS.fullmatch(text, day.start, day.end) and text[day.start - 1 : day.start] not in ("到", "至"):
        return True
    return text.rfind("《", start, day.start) > text.rfind("》", start, day.start)


def _deadline(text: str, dates: Sequence[Found], published_on: date | None) -> tuple[str, int] | tuple[None, None]:
    """The last of the dates that is no baseline (较2020年), and where it ends, if it is one by which: 到2030年, or one that lies ahead."""
    said = next((d for d in reversed(dates) if text[d.start - 1 : d.start] not in ("较", "比", "与")), None)
    if said is None or not isinstance(said.value, str):
        return None, None
    last = said.value.removeprefix("../").rpartition("/")[2]
    over = published_on is not None and last_day(last) <= published_on.isoformat()
    if said.value.startswith("../") and len(last) < 10:
        return (None, None) if over else (last, said.end)
    # A day is one by which where the text says so: 3月1日起 is when something begins.
    by = len(last) < 10 or re.match(r"(?:之|以)?前", text[said.end :]) or text[said.end - 1] in "前底末"
    return (last, said.end) if by and (said.canonical or {}).get("ahead") else (None, None)


def _running(dates: Sequence[Found], published_on: date | None) -> tuple[str, int] | tuple[None, None]:
    """The end of the last of the dates if it is not over on the issue's day, and where it stands: 2026 in an issue of February 2026."""
    if not dates or published_on is None or not isinstance(dates[-1].value, str) or ".." in dates[-1].value:
        return None, None
    last = dates[-1].value.rpartition("/")[2]
    return (last, dates[-1].end) if len(last) < 10 and last_day(last) > published_on.isoformat() else (None, None)


def _baseline(clause: str) -> str | None:
    hits = list(_BASE.finditer(clause))
    if not hits:
        return None
    hit = hits[-1]
    return hit["year"] or ("上年同期" if hit["last"] else "上期")


def _shared_out(text: str, quantities: list[Found]) -> list[Found]:
    """分别 lists: as many parts before it as numbers behind it give each number its part."""
    out = list(quantities)
    n = 0
    while n < len(out):
        end = n + 1
        while end < len(out) and text[out[end - 1].end : out[end].start] in ("、", "和", ",", "，", "以及"):
            end += 1
        if end - n > 1:
            each = next(iter([*_EACH.finditer(text, max(0, out[n].start - 80), out[n].start)][::-1]), None)
            parts = _SPLIT.split(each[1]) if each else []
            if each and len(parts) == end - n:
                names = [part.strip() for part in parts]
                whole = _in_full(names)
                for k, name in enumerate(names):
                    one = out[n + k]._replace(canonical={**(out[n + k].canonical or {}), "of": name})
                    out[n + k] = _measuring(one, whole[k]) if _measures(out[n], names[-1]) and not _HALVED.search(name) else one
        n = end
    return out


def _in_full(names: list[str]) -> list[str]:
    """`names` with the word that only the last one ends with, where the others have none of their own."""
    head = _HEAD.search(names[-1])
    if head is None or head.start() == 0 or _HALVED.search(names[0]) or any(_HEAD.search(name) for name in names[:-1]):
        return names
    return [name + head[0] for name in names[:-1]] + names[-1:]


def _measures(quantity: Found, last: str) -> bool:
    """Whether the parts of a list are what is measured (粮食、蔬菜产量分别增长) rather than whose it is (昆山、太仓分别建设充电桩)."""
    return isinstance(quantity.value, QuantityValue) and len(quantity.value.indicator) >= 2 and last.endswith(quantity.value.indicator)


def _measuring(quantity: Found, indicator: str) -> Found:
    value = quantity.value
    return (
        quantity._replace(value=value.model_copy(update={"indicator": indicator}))
        if isinstance(value, QuantityValue) and len(indicator) >= 2
        else quantity
    )
