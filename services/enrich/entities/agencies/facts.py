"""Bodies found in a folded text and its regions in, the same bodies with level, region, role and full name in `canonical` out. Pure.

level    国家 · 省 · 市 · 县 · 境外, of the body's own head (江苏省…, 国家…) or its place in `shared/names/data/agencies.toml`
region   the code of the division it is a body of; 省发展改革委 and 市生态环境局 take that of the item
role     issuer where the words behind say that it issues (印发, 发布 …), a list of names together; else mentioned
others   how many bodies 等十部门 counts, the named ones included
name     the full name: head of the item or list, 发改委 and the like written out
"""

import re
from collections.abc import Sequence
from typing import Any

from services.enrich.entities.dates.iso import han
from services.enrich.entities.found import Found
from shared.names.aliases import written_out
from shared.names.divisions import Division, gazetteer

_ETC = r"等(?P<count>\d{1,2}|[一二两三四五六七八九十]{1,3})?个?(?:部门|部委|单位|机构|委办局)?"
_ISSUES = re.compile(
    rf"(?:[、,，和及与\s]|{_ETC}|近日|日前|昨日|今日|昨天|正式|联合|会同|共同|牵头|于|在|就|已|又|再次|"
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日|官网|官方网站|网站|门户|办公厅|办公室|综合司){0,12}"
    r"(?:印发|发布|公布|出台|下发|制定|转发|修订|批复|发文|发出|关于|公开征求|征求|公示|公告|通报|令第|(?:对|就)《)"
)
_FOLLOWED = re.compile(r"(?:贯彻|落实|根据|按照|依据|遵照|学习|对标|响应)[^,，。;；\n]{0,4}$")
"""What stands before bodies whose words are followed: 为贯彻党中央、国务院关于…"""
_BETWEEN = re.compile(r"(?:[、,，和及与\s]|会同|联合|以及|办公厅|办公室|综合司){0,4}")
_COUNT = re.compile(_ETC)
_OWN = re.compile(r"(?:本|全|我)?(省|自治区|市|州|县|区|旗)")
_NATIONAL = ("国家", "中国", "全国", "中央", "国务院", "最高人民")
_LEVELS = {1: "省", 2: "市", 3: "县"}
_OWN_LEVEL = {"省": 1, "自治区": 1, "市": 2, "州": 2, "县": 3, "区": 3, "旗": 3}


def with_facts(text: str, bodies: Sequence[Found], regions: Sequence[Found]) -> list[Found]:
    """`bodies`, which are in the order of the text, with what can be told of each."""
    if not bodies:
        return []
    heads = {r.start: r for r in regions if r.type == "region" and isinstance(r.value, str)}
    home = _home(regions)
    roles = _roles(text, bodies)
    out = []
    head: Division | None = None
    for body, (role, others) in zip(bodies, roles, strict=True):
        facts: dict[str, Any] = dict(body.canonical or {})
        own, begin = _region_of(body, heads)
        if body.rule in ("agency:known", "agency:defined"):
            facts.setdefault("level", "国家")
        elif body.rule == "agency:abroad":
            facts.setdefault("level", "国家")  # 中国政府
        else:
            if own is None and body.rule == "agency:bare":
                own = head
            if own is not None and begin > body.start:
                facts["name"] = own.name + text[begin : body.end]
            facts |= _local(text[body.start : body.end], body.rule, own, home, facts)
            head = own
        facts["role"] = role
        if others:
            facts["others"] = others
        out.append(body._replace(canonical=facts))
    return out


def _local(name: str, rule: str, own: Division | None, home: list[Division], facts: dict[str, Any]) -> dict[str, Any]:
    full = facts.get("name", name)
    if own is None and name.startswith(_NATIONAL):
        return {"name": written_out(full), "level": "国家"}
    if own is None and rule != "agency:bare" and (head := _OWN.match(name)):
        # A municipality is province and city at once.
        wanted = _OWN_LEVEL[head[1]]
        own = next((d for d in home if d.level == wanted or (wanted == 2 and d.code[:2] in ("11", "12", "31", "50") and d.level == 1)), None)
        full = (own.name if own else head[1]) + name[head.end() :]
        if own is None:
            return {"name": written_out(full), "level": _LEVELS[wanted]}
    if own is None:
        return {"name": written_out(full)} if written_out(full) != name else {}
    return {"name": written_out(full), "level": _LEVELS[own.level], "region": own.code}


def _region_of(body: Found, heads: dict[int, Found]) -> tuple[Division | None, int]:
    """The innermost of the regions that a name begins with, and where it ends: 江苏省昆山市人民政府 is one of 昆山."""
    at, last = body.start, None
    while at in heads and heads[at].end < body.end:
        last, at = heads[at], heads[at].end
    return (gazetteer().divisions.get(str(last.value)) if last else None), at


def _home(regions: Sequence[Found]) -> list[Division]:
    """Province, city and county of the region that the text speaks of first; one that only a company's name has comes last."""
    named = sorted((r for r in regions if r.type == "region" and isinstance(r.value, str)), key=lambda r: (r.inferred, r.start))
    return gazetteer().path(str(named[0].value)) if named else []


def _roles(text: str, bodies: Sequence[Found]) -> list[tuple[str, int | None]]:
    roles: list[tuple[str, int | None]] = []
    for n in range(len(bodies) - 1, -1, -1):
        body = bodies[n]
        after = bodies[n + 1].start if n + 1 < len(bodies) else None
        if after is not None and _BETWEEN.fullmatch(text, body.end, after):
            roles.append(roles[-1])
            continue
        issues = None if _FOLLOWED.search(text, max(0, _first(text, bodies, n) - 8), _first(text, bodies, n)) else _ISSUES.match(text, body.end)
        counted = _COUNT.match(text, body.end)
        others = _count(counted["count"]) if counted and counted["count"] else None
        roles.append(("issuer" if issues else "mentioned", others))
    return roles[::-1]


def _first(text: str, bodies: Sequence[Found], n: int) -> int:
    """Where the list that body `n` ends begins; ten names back is further than any list goes."""
    least = max(0, n - 10)
    while n > least and _BETWEEN.fullmatch(text, bodies[n - 1].end, bodies[n].start):
        n -= 1
    return bodies[n].start


def _count(written: str) -> int:
    return int(written) if written.isdecimal() else 2 if written == "两" else han(written)
