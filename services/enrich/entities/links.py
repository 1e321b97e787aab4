"""Documents of a folded text, and the numbers, bodies and dates beside them, in; the same with what ties them in `canonical` out. Pure.

    document       number     that stands in brackets behind it, or before it without more than a bracket between
                   action     印发 · 发布 · 征求意见 · 修订 · 废止 · 实施 · 解读, of the nearest such word in its clause
                   issuers    full names of the bodies that its title begins with, else of those that issue in its sentence before it
                   date       of the last day before it in its sentence
    document_no    document   the title that the number belongs to

What stands in 《》 but is a film, a book, a journal or a newspaper by the words around has no value, and `kind` says what it is.
"""

import re
from collections.abc import Sequence
from typing import Any

from services.enrich.entities.found import Found
from services.enrich.entities.lexicon import lexicon

_GAP = re.compile(r"\s?[(,，]?\s?(?:文号[:：]?|以下简称[^()]{0,20}[,，])?\s?")
_ACTIONS = {
    "征求意见": "征求意见|公开征集意见|意见反馈|反馈意见|意见稿",
    "废止": "废止|失效",
    "修订": "修订|修改|修正",
    "解读": "解读",
    "印发": "印发|转发",
    "发布": "发布|公布|出台|下发|公开(?!征|意|向)|推出|公告|公示|刊登",
    "实施": "施行|实施|执行|生效",
    "起草": "起草|编制|制定|研究制订",
    "通过": "审议通过|通过|批准|批复",
    "依据": "根据|按照|依据|落实|贯彻",
}
_ACTION = re.compile("|".join(f"(?P<a{n}>{words})" for n, words in enumerate(_ACTIONS.values())))
_NAMES = list(_ACTIONS)
_END = re.compile(r"[。;；！!\n]")
_WORK_BEFORE = re.compile(
    r"(?P<w>电影|影片|电视剧|网剧|短剧|剧集|纪录片|综艺(?:节目)?|动画(?:片)?|动漫|话剧|舞剧|音乐剧|歌剧|歌曲|单曲|专辑|"
    r"小说|漫画|游戏|手游|新书|图书|专著|绘本|散文|诗集|名画|油画|节目|栏目|播客)[^,，。;；\n《》]{0,4}$"
    r"|(?P<j>杂志|期刊|学术期刊|发表在|发表于|刊登在|刊发于|刊登于|刊于)[^,，。;；\n《》]{0,6}$"
)
_CLASSICS = frozenset(lexicon("documents", "works"))
_WORK_BEHIND = re.compile(
    r"(?P<w>变成|被?改编|魔改|翻拍|续集|大结局|票房|上映|定档|首映|热播|开播|剧组|等(?:新片|影片|电影|大片|影视|剧目|作品|剧集|电视剧|图书|歌曲|节目|佳作)|爆火|走红|玩家|公测|开服|主演|导演|主题曲|手游|电影|片场)|(?P<j>杂志|期刊|月刊|周刊|子刊|(?:上|网站)?(?:发表|刊登|刊发)|报道|记者|社论|援引)"
)


def linked(text: str, documents: Sequence[Found], numbers: Sequence[Found], bodies: Sequence[Found], dates: Sequence[Found]) -> list[Found]:
    """`documents` and `numbers`, tied to each other and to what stands around them."""
    if not documents:
        return list(numbers)
    of_number: dict[int, str] = {}
    out: list[Found] = []
    issuers = sorted((b for b in bodies if (b.canonical or {}).get("role") == "issuer"), key=lambda b: b.start)
    days = [d for d in dates if isinstance(d.value, str) and len(d.value) == 10]
    at_number = at_issuer = at_day = 0
    sentence = 0
    ends = [m.end() for m in _END.finditer(text)]
    at_end = 0
    for document in sorted(documents, key=lambda d: d.start):
        if document.value is None and "alias" not in (document.canonical or {}):
            out.append(document)
            continue
        while at_end < len(ends) and ends[at_end] <= document.start:
            sentence, at_end = ends[at_end], at_end + 1
        kind = _work(text, document)
        if kind:
            out.append(document._replace(value=None, canonical={"kind": kind}, rule="document:work"))
            continue
        facts: dict[str, Any] = dict(document.canonical or {})
        while at_number < len(numbers) and numbers[at_number].start < document.end:
            at_number += 1
        number = numbers[at_number] if at_number < len(numbers) else None
        if number and number.start - document.end <= 30 and _GAP.fullmatch(text, document.end, number.start):
            facts["number"] = number.value
            of_number[number.start] = str(document.value or facts.get("alias"))
        while at_issuer < len(issuers) and issuers[at_issuer].end <= document.start + 1:
            at_issuer += 1
        action = _action(text, document, sentence)
        own = _leading(issuers, at_issuer, document)
        # What is merely followed (根据《…》) was not issued by those who speak of it.
        others = [] if own or action in ("依据", "解读") else _back(issuers, at_issuer, sentence)
        if names := [(b.canonical or {}).get("name", b.value) for b in [*others, *own]]:
            facts["issuers"] = list(dict.fromkeys(names))
        while at_day < len(days) and days[at_day].end <= document.start:
            at_day += 1
        if at_day and days[at_day - 1].start >= sentence:
            facts["date"] = days[at_day - 1].value
        if action:
            facts["action"] = action
        out.append(document._replace(canonical=facts or None))
    tied = [n._replace(canonical={**(n.canonical or {}), "document": of_number[n.start]}) if n.start in of_number else n for n in numbers]
    return [*_rows_of_works(text, out), *tied]


def _rows_of_works(text: str, documents: list[Found]) -> list[Found]:
    """Titles in a row, 《甲》《乙》、《丙》等影片, are all works if one of them is."""
    out = list(documents)
    for order in (range(len(out) - 1, 0, -1), range(len(out) - 1)):
        step = -1 if order.step < 0 else 1
        for n in order:
            one, other = out[n], out[n + step]
            first, second = (other, one) if step < 0 else (one, other)
            if one.rule == "document:work" and _may_be_work(other) and text[first.end : second.start] in ("", "、", "和", "及", "与"):
                out[n + step] = other._replace(value=None, canonical=one.canonical, rule="document:work")
    return out


def _back(found: Sequence[Found], stop: int, sentence: int) -> list[Found]:
    """Those before index `stop` that stand in the sentence; 20 at most, as no more bodies sign one document."""
    first = stop
    while first > max(0, stop - 20) and found[first - 1].start >= sentence:
        first -= 1
    return list(found[first:stop])


def _leading(issuers: Sequence[Found], first: int, document: Found) -> list[Found]:
    """The bodies that a title begins with, in a row."""
    row: list[Found] = []
    end = document.start + 1
    for body in issuers[first : first + 20]:
        if body.start > end + 1:
            break
        row.append(body)
        end = body.end
    return row


def _action(text: str, document: Found, sentence: int) -> str | None:
    """What is done to a document: by the nearest word before it in 16 characters of its sentence, else behind it in 14; a draft before all."""
    before = list(_ACTION.finditer(text, max(sentence, document.start - 16), document.start))
    stop = _END.search(text, document.end, document.end + 14)
    behind = _ACTION.search(text, document.end, stop.start() if stop else min(len(text), document.end + 14))
    hits = [*([before[-1]] if before else []), *([behind] if behind else [])]
    if "征求意见稿" in text[document.start : document.end]:
        return "征求意见"
    names = [_NAMES[int((hit.lastgroup or "a0")[1:])] for hit in hits]
    return "征求意见" if "征求意见" in names else names[0] if names else None


def _may_be_work(document: Found) -> bool:
    return document.rule == "document:brackets" and not (document.canonical or {}).get("kind")


def _work(text: str, document: Found) -> str | None:
    """作品 or 报刊 where the words around say so and the title is no document's."""
    if not _may_be_work(document):
        return None
    if str(document.value) in _CLASSICS:
        return "作品"
    hit = _WORK_BEFORE.search(text, max(0, document.start - 14), document.start) or _WORK_BEHIND.match(text, document.end)
    return None if hit is None else "作品" if hit["w"] else "报刊"
