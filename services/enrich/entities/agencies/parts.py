"""Folded text and the bodies in it in, their departments (教育部基础教育司, 最高法民二庭) and short forms that the text defines out. Pure."""

import re
from collections.abc import Sequence

from services.enrich.entities.found import Found, Spans

_NO_PART = "(?!副|有关|相关|[正部司局处院庭]长|负责|主要|发言|新闻|官网|网站|官方|等|关于|发布|印发|会同|联合|与|和|的|在|将|已|对|就|上海|及)"
_DEPARTMENT = re.compile(
    rf"{_NO_PART}(?:[一-鿿](?<![与和及的在将已对就是为多起副])){{1,9}}?(?:(?<![公上])司(?![法令机马徒美])|督察办公室|(?<!为)中心(?=[、,，。;；:\s发公主印在表与和牵负联)]|$)|专利局)(?!人|件)"
)
_CHAMBER = re.compile(
    r"(?:第[一二三四五六]巡回法庭|(?:民|刑|行|执)[一二三四五六]庭|(?:民事|刑事|行政|环境资源|环资|知识产权|执行|少年)(?:审判)?(?:第?[一二三四五六])?庭"
    r"|执行局|研究室|知识产权法庭|国际商事法庭|第[一二三四五六七八九十]检察厅|政治部)"
)
_BRACKET = re.compile(r"\((?:(?:以下|下)?(?:统称|简称|称)(?:为|:)?)?[\"“”]?([A-Z][A-Za-z]{1,7}|(?<=[称为:“\"])[一-鿿]{2,8})[\"“”]?\)")
MOST = 20
"""Short forms that one text defines, each of which is looked for in the whole of it."""


def part_of(text: str, end: int, *, court: bool) -> int:
    """Where the department or chamber ends that is named behind a body which ends at `end`; `end` itself if none is. `court`: of a court."""
    part = (_CHAMBER if court else _DEPARTMENT).match(text, end)
    return part.end() if part else end


def defined(text: str, bodies: Sequence[Found], *, outside: Spans) -> list[Found]:
    """`bodies` with further mentions of those that are given a short form in brackets: 美国联邦贸易委员会(FTC), and FTC from there on."""
    forms: dict[str, Found] = {}
    for body in bodies:
        bracket = _BRACKET.match(text, body.end)
        if bracket and len(forms) < MOST:
            forms.setdefault(bracket[1], body)
    if not forms:
        return list(bodies)
    taken = Spans((body.start, body.end) for body in bodies)
    more = []
    for form, body in forms.items():
        for match in re.finditer(rf"(?<![A-Za-z0-9]){re.escape(form)}(?![A-Za-z0-9])", text[body.end :]):
            start, end = match.start() + body.end, match.end() + body.end
            if not taken.touch(start, end) and not outside.touch(start, end):
                facts = {**(body.canonical or {}), "name": (body.canonical or {}).get("name", str(body.value))}
                more.append(Found("agency", start, end, form, facts, rule="agency:defined"))
    return sorted([*bodies, *more], key=lambda found: found.start)
