"""Folded text in, the documents it names out: titles in 《》, titles without brackets where the form is clear, and defined aliases. Pure.

The value is the title without its brackets, as written. 《方案》 and other titles that only say the kind stand for the last full title of that kind
before them. What stands in 《》 but is a newspaper has no value.
"""

import re

from services.enrich.entities.found import Found, Spans
from services.enrich.entities.lexicon import lexicon
from services.enrich.entities.words import any_of

KINDS = lexicon("documents", "kinds")
_KIND = re.compile(f"({any_of(KINDS)})(?:\\([^()]{{1,30}}\\)|\\d{{4}}版?)*$")
_ALIAS = re.compile(
    r"(?:[\s一-鿿]{0,4}?)(通知|意见|方案|办法|规划|计划|标准|报告|公告|通报|决定|批复|纲要|条例|规定|"
    r"规则|细则|措施|指南|指引|导则|规范|目录|清单|白皮书|蓝皮书|公报|声明|要点|协定|协议|建议)(?:\(?草案\)?)?"
)
_SHORT = re.compile(r"\s{0,2}\((?:以下|下)?(?:统称|简称|称)(?:为)?[\"“”《]([^\"”》()]{1,30})[\"”》]")
_PAPER = re.compile(r"(?:日报|晚报|时报|邮报|早报|周刊|周报|新闻网|杂志|月刊|法制报|商报|快报|华尔街)$")
_ABOUT = re.compile(
    r"(?:(?<=^)|(?<=[\n。;！!|丨]))[^\S\n]{0,3}((?:[一-鿿、]{2,40}?)?关于[^,，。;；!?！？\n《》:：*]{3,90}?的(?:通知|"
    r"公告|公示|意见|指导意见|通告|决定|批复|函|复函|通报|请示|实施意见|若干措施|建议|决议|规定))(?=$|"
    r"[\n。,，;：:\s(]|[一-鿿]{1,8}〔)"
)
_ABOUT_SAID = re.compile(
    r"(?:发布|印发|出台|下发|公布|转发|制定|起草)了?(关于[^,，。;；!?！？\n《》:：*]{3,90}?的(?:通知|公告|公示|意见|指导意见|通告|决定|批复|函|"
    r"实施意见|若干措施|规定))(?=$|[\n。,，;；:：\s(])"
)
_SAID = re.compile(r"^[一-鿿]{0,30}?(?:发布|印发|出台|下发|公布)了(?=关于)")
"""发布了关于…的通知: what is done with a title is no part of it."""
_LAW = re.compile(
    r"(?:(?<=[\n。,，、;；])|(?<=启动|审议|通过|修改|修订|依据|根据|违反|落实|贯彻|施行|制定|公布))((?:中华人民共和国)?[一-鿿]{3,14}?(?<!办)(?<!方)法)"
    r"(?=执法检查|实施情况|修订草案|修正草案|修正案|草案|第[一二三四五六七八九十百\d]{1,4}条|正式施行)"
)
_ACT = re.compile(r"启动|审议|通过|修改|修订|依据|根据|违反|落实|贯彻|施行|制定|公布|对")
_NUMBERED = re.compile(r"(?:(?<=[\n。,，、])|(?<=以及|包括))([一-鿿]{6,40})(?=\((?:GB|HJ|DB\d|T/|ISO|IEC|NB|DL|JB)[^()\n]{3,24}\))")
_TITLE = re.compile(
    r"^((?:[一-鿿]{2,12}(?:省|市|县|区|州|部|委|局|厅|院))[^,，。;；!?！？\n《》:：|]{4,60}?(?:措施|"
    r"方案|办法|规划|意见|细则|条例|规定|行动计划|实施计划|指南|政策|纲要)(?:\((?!征求意见)[^()\n]{1,24}\))*)(?=\s*(?:$|"
    r"\n|\(征求|公示|发布|印发|出台|征求意见))"
)
_NEWS = re.compile("纳入|列入|明确|出台|发布|印发|启动|取消|公布|推出|征求|入选|解读|迎来|敲定|收紧|放宽|延长|将|拟|被|获(?!得)")
"""A headline that ends like a title but says what happened: 某园区纳入电网规划."""
_ISSUED = re.compile(
    r"(?:发布|印发|出台|公布|推出|公开)(?:了|的)?((?:\d{4}年|[一-鿿A-Za-z0-9·、\-—\"“”‘’ ]){3,40}?(?:报告|"
    r"白皮书|蓝皮书|绿皮书|行动计划|实施方案|行动方案|工作方案|实施细则|管理办法|发展规划|指导意见|"
    r"路线图))(?=[(（,，。;；、\s]|$|显示|指出|称|提出|认为|明确)"
)
_TITLE_NOTICE = re.compile(
    r"[^\S\n]*((?!.{0,30}(?:发布|印发|披露|召开|收到|出台|就|:))[^\n。!！?？]{8,140}(?:通知|公告|通告|批复|复函)(?:\([^()\n]{1,12}\))?)\s*(?=$|\n)"
)
"""A title that is the name of a notice, be it with another's name within: 关于转发《…》的通知."""
_ROUTINE = re.compile(r"(?:业绩|财务|审计|月度|(?<![一二三四])季度|周度)[^,，。]{0,6}报告")
"""What firms and offices report all the time is no document that people look for."""
_ANNOUNCED = re.compile(r"(?<!关于)(?:发布|印发|公布)(?:了)?(\d{4}年(?:度)?[一-鿿]{4,36}?(?:公告|通知|通告))(?=[,，。;；、\s(]|$)")
_PLAN = re.compile(r"(?<![《一-鿿])((?:[一-鿿]{2,4}[省市])?[‘“][^‘’“”\n]{2,6}[’”][一-鿿]{2,20}?规划)(?!期|建议|纲要|的)")

_QUOTED = re.compile(
    r"(?:依据?|根据|按照|依照|修[正订改]|[订制]定|公布|发布|预告|施行|违反|适用|参照|印发|审议|通过)了?“([^“”\n]{2,60}?(?:法|办法|条例|规则|细则|准则|标准|规程|"
    r"规范|方案|计划|纲要|草案|指引|章程|规定|作业要点|注意事项)(?:\([^()\n]{1,20}\))?)”"
)
"""“…” behind what is done with documents; texts in traditional characters write 「」, which are folded to “”."""


_BARE = (
    (_NUMBERED, "numbered", re.compile(r"\((?=[A-Z])")),
    (_LAW, "law", re.compile("法(?=执法|实施|修订|修正|草案|第|正式)")),
    (_ABOUT, "about", re.compile("关于")),
    (_ABOUT_SAID, "about", re.compile("[布发台定草]了?关于")),
    (_ISSUED, "issued", re.compile("[告书划案则法见图](?=[(（,，。;；、\\s显指称提认明]|$)")),
    (_ANNOUNCED, "issued", re.compile("[布发]了?(?=[12])")),
    (_QUOTED, "quoted", re.compile("[法例则准程范案划纲引定点项)]”")),
    (_PLAN, "plan", re.compile("[’”](?=[一-鿿]{2,20}?规划)")),
)
"""Titles without brackets: the pattern, its name, and what a text without which needs no look has not."""


def find_documents(text: str, *, title_length: int) -> list[Found]:
    """Documents in `text`, whose first `title_length` characters are a title, outer titles before those nested in them."""
    found: list[Found] = []
    titles: dict[str, str] = {}
    for start, end in _bracketed(text):
        name = text[start + 1 : end - 1].strip()
        if not name:
            continue
        alias = _ALIAS.fullmatch(name)
        meant = titles.get(name) or (titles.get(alias[1]) if alias else None)
        if meant is not None and len(name) <= 8:
            found.append(Found("document", start, end, meant, {"name": meant, "alias": name}, rule="document:alias"))
            continue
        if alias:
            found.append(Found("document", start, end, None, {"alias": name}, rule="document:alias"))
            continue
        kind = _KIND.search(name)
        if _PAPER.search(name):
            found.append(Found("document", start, end, None, {"kind": "报刊"}, rule="document:newspaper"))
            continue
        found.append(Found("document", start, end, name, {"kind": kind[1]} if kind else None, rule="document:brackets"))
        if kind:
            for word in KINDS:
                if kind[1].endswith(word):
                    titles[word] = name
            titles[f"工作{kind[1]}"] = titles[f"行动{kind[1]}"] = titles[f"实施{kind[1]}"] = name
        short = _SHORT.match(text, end)
        if short:
            titles[short[1]] = name
    return _with_bare(text, found, title_length=title_length)


def _with_bare(text: str, found: list[Found], *, title_length: int) -> list[Found]:
    taken = Spans((f.start, f.end) for f in found)
    bare: list[Found] = []
    for pattern, rule, says in _BARE:
        if not says.search(text):
            continue
        for match in pattern.finditer(text):
            start, end = match.span(1)
            if rule == "law":
                start = max([start, *(m.end() for m in _ACT.finditer(text, start, end))])
            if rule == "about" and (said := _SAID.match(match[1])):
                start += said.end()
            if any(b.start < end and start < b.start + len(str(b.value)) for b in bare[-3:]):
                continue
            if not taken.touch(start, end) and not (rule == "issued" and _ROUTINE.search(text, start, end)):
                bare.append(_bare(text, start, end, rule))
    notice = _TITLE_NOTICE.match(text, 0, title_length)
    if notice and not any(f.start <= notice.start(1) for f in found) and not any(b.start < notice.end(1) for b in bare):
        bare.append(_bare(text, *notice.span(1), "title"))
    title = _TITLE.match(text, 0, title_length)
    if title and not notice and not _NEWS.search(title[1]) and not taken.touch(*title.span(1)) and not any(b.start < title.end(1) for b in bare):
        bare.append(_bare(text, *title.span(1), "title"))
    return sorted(found + bare, key=lambda f: (f.start, -f.end))


def _bare(text: str, start: int, end: int, rule: str) -> Found:
    name = text[start:end].strip()
    start += len(text[start:end]) - len(text[start:end].lstrip())
    kind = _KIND.search(name)
    return Found("document", start, start + len(name), name, {"kind": kind[1]} if kind else None, rule=f"document:{rule}")


def _bracketed(text: str) -> list[tuple[int, int]]:
    """Spans of 《…》 and of the 〈…〉 or 《…》 nested in them, brackets included; an unclosed one is no title. A title ends with its line."""
    spans: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in re.finditer(r"[《》〈〉\n]", text):
        sign, at = match[0], match.start()
        if sign == "\n":
            opened.clear()
        elif sign in "《〈":
            opened.append(at)
        elif opened:
            pair = "《" if sign == "》" else "〈"
            # A publisher that closes 《a《b》 once closes the inner one; the outer waits for the end of its line.
            while opened and text[opened[-1]] != pair:
                opened.pop()
            if opened:
                start = opened.pop()
                if at - start <= MAX_TITLE:
                    spans.append((start, at + 1))
    return sorted(spans, key=lambda s: (s[0], -s[1]))


MAX_TITLE = 150
"""Characters of the longest title: joint notices that repeat a law's name reach about 120."""
