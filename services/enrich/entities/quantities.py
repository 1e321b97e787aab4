"""Folded text in, the quantities it states as {indicator, op, number, unit} out: targets, sizes, changes, results. Pure.

The indicator is the noun phrase that the number measures: what stands before it in its clause (绿电直供比例达60%以上), or behind it
(新建50条断头路); where the clause says only how it moved (…60199亿元、增长5%), that of the number before. `op` comes from the words around:
以上 is >=, 超 is >, 左右, 约 and 近 are ~, 以内, 不超过 and 最高 are <=. A range gives two. Ordinals, dates and the length of a list
(等8个城市) are none.
"""

import re

from services.enrich.entities.cells import Cells
from services.enrich.entities.found import Found, Spans
from services.enrich.entities.lexicon import lexicon
from services.enrich.entities.lists import AFTER, Op, Reading, shared
from services.enrich.entities.numerals import numerals
from shared.records import QuantityValue
from shared.text.units import BASE

_BEFORE: tuple[tuple[Op, re.Pattern[str]], ...] = (
    (">=", re.compile(r"(?:不低于|不少于|不小于|至少|最低|大于等于|≥|不得低于|不得少于|高达?于或等于|下限为?)(?:达到|达|为)?$")),
    (
        "<=",
        re.compile(
            r"(?:不超过|不高于|不大于|不多于|不得超过|最高(?:可?达?|不超过|给予|奖励|补助|补贴|可获|支持|"
            r"可享)?|(?:最高|最多)(?:可|给予|享受?)*(?:优惠|补贴|补助|奖励|减免|资助|让利|支持|或|、|和)+|最多|至多|上限(?:通?常?设?定?)?为?|≤|控制在|控制到|以内|低于或等于|封顶)(?:为|在|到|"
            r"达)?$"
        ),
    ),
    (">", re.compile(r"(?:超过|超出|超|突破|逾|大于|高于|多于|远超|首超|跨越|破|>|站上)(?:了)?$")),
    ("<", re.compile(r"(?:低于|小于|少于|不足|不到|不满|跌破|<)$")),
    ("~", re.compile(r"(?:大?约|近|将近|接近|大概|左右|约为|约达|近乎|可达约|逼近)$")),
)
_CEILING = re.compile(r"上限[^,，。;；]{2,18}$")
_ORDINAL = re.compile(r"(?:第|前|首批|No\.?|类别|编号|类|排名|位列|列|农历)[ ]?$")
_LIST_COUNT = re.compile(r"等[ ]?$")
_PLACES = re.compile(r"[ ]?(?:重点|主要)?(?:城市|省|地市|部门|市|县|区|国|方面|领域|行业|地|单位)")
_NOT_BEHIND = re.compile(r"[ ]?(?:以来|之前|时|点|方面|阶段|部门|条例|届|期|地[市区]?|分之)")
_CLAUSE = re.compile(r"[,，。;；!！?？:：\n|]")
_MOVES = lexicon("quantities", "moves")
_TAIL = re.compile(
    r"(?:(?:力争|争取|努力|预计|预期|计划|将|要|已|已经|均|都|全部|总体|可|实现|基本|大幅|累计|同比|"
    r"环比|同口径|比上年|较上年|比上年同期|较上年同期|较?\d{4}年|比\d{4}年|年均|平均|进一步|稳定|"
    r"保持|维持|控制|首次|正式|再次|分别|共|总共|合计|共计|总计|最高|最多|最低|至少|最大|"
    r"(?:较|比)(?:上年|去年|前年|上月|上季度|上周)(?:同期)?|(?:日|月|周)均|多|少|(?<![日晚早周月海简电公通汇])报|"
    r"原则上|新增|增长|下降|增加|减少|提升|提高|降低|上升|下滑|回落|上涨|下跌|扩大|缩减|压减|突破|超过|超出|超|"
    r"不低于|不少于|不超过|不高于|不得超过|不得低于|高达|达到|达成|达|约|近|逾|接近|低于|高于|大于|"
    r"小于|完成|为|至|到|在|于|了|由|从|的|有|是|放宽|达标|设定|通常|仅|仅为|只有|余|持有|高出|(?:较|"
    r"比)“?[一-鿿\d]{2,6}”?(?:末|年|期)|(?:与|和|较|比)“?[一-鿿\d]{2,6}”?(?:末|年|期)?相比|占到(?:了)?|高于全国|"
    r"低于全国|高于上年|比全国|比上年|升|降|增|减|以|按|给予|奖励|补助|不足|不到|控制在|"
    r"[(=≥≤><:：])\s*)+$"
)
_LEAD = re.compile(
    r"^(?:\s|\d{4}年(?:底|末|以来)?|其中|同时|此外|另外|目前|今年|去年|明年|当年|截至目前|截至|近日|日前|力争到|力争|争取|"
    r"努力|确保|预计|计划|到|至|在|并|且|将|拟|已|要|和|与|及|或|、|对|把|使|以|每年|每|年内|年底前|"
    r"年底|月底|末|全年|今后|未来|年|月|日|前|我国|"
    r"新增|新建成|新建|新培育|培育|打造|建成|建设|实施|推动|推进|完成|实现|开展|形成|组织|引进|投资建设|"
    r"投资(?!$)|争取|取得|获得|提出|要求|明确|包括|涉及|覆盖|共有|共|约|超|近|累计|其|该|其余|有|"
    r"为|是|深入|加快|持续|大力|支持|推广|改造|投产|投用|布局|启动|发放|下达|安排|筹集|斥资|收购|"
    r"制定|发布|印发|出台|"
    r"选取|评选|认定|遴选|入选|转让|持有|开工|竣工|打通|新改扩建|改扩建|新开工|新投产|建立|拥有|集聚|"
    r"吸引|带动|惠及|服务|突破|签约|落地|举办|开行|表示|称|显示|指出|截至|同比|环比|自|从|由|因|按|"
    r"则|也|而|但|较|比)+"
)
_NOUN_BEHIND = re.compile(r"[ ]?((?:“[^”\n]{1,12}”)?(?:[一-鿿A-Za-z0-9+\-/·(]|\)(?=[一-鿿])){2,24})")
_VERB_BEHIND = re.compile(
    r"^(?:以上|以下|以内|左右|多|余|的|并|和|及|与|、|,|增|减|提|下降|升|降|至|到|同比|环比|较|比|"
    r"是|为|了|在|由|对|被|向|从|将|已|均|前|内|后|起|之间|不等|其中|分别|奖励|补助|补贴|给予|支持)"
)
_STOP_BEHIND = re.compile(
    r"(?:以上|以下|的|为|完成|实现|达到|达|在|到|被|将|已|获评|获|晋级|入选|建成|投产|开工|参与|参加|"
    r"占|设置|设定|提出|涉及|覆盖|于|纳入|成为|给|并|正式|签约|按|进行|提供|使用|集中|从|由|采用|作为|公布|通过|"
    r"采取|进行|居|位居|排名|排在|领先|开展|推进|启动|竣工|运行|上线|进入)"
)
_COUNTS = frozenset("家个项条处座户名位人件套台列只张份辆艘架艘次场起例批宗款类种所株间栋支颗枚部本笔")
"""Last characters of the units that count things: what they count stands right behind (53家企业), or before (绿色工厂20家)."""
_OF = re.compile(
    r"[ ]?(?:的)?((?:股权|股份|投票权|权益)|(?<=的)(?!有|是)[一-鿿A-Za-z]{2,12}?(?=必须|来自|用于|"
    r"将|已|为|,|，|。|、|由|需|应|;|；|$|\n|设定|采用|实现|选择))"
)
_LED_BY = re.compile(r"[ ]?的([一-鿿A-Za-z]{2,10}?)(?=位?居|位列|列|排|领|成为|拿下|夺|获|收购|入股|创|[,，。;；、])")
"""以270.33亿元的持股市值居首."""
_MONEY = re.compile(r"(?:现金|资金|贷款|专项|债券|补助|补贴|罚款|基金|国债|消费券|奖励|保费|红包)")
_ABOUT_SCALE = re.compile(r"(?<=[百千万亿])[余多](?=.)")
"""9万余户 is more than 9 万户."""
_EACH = re.compile(r"^.*分别(?=[一-鿿]{2})(?!增|减|提|下|上|达|为|突|超|约|同|环|较|比|完|实|降|升|占)")
"""太仓分别建设充电桩: who is one of several, what is built is measured."""
_LIST_OF = re.compile(r"^(?:改革|政策|服务|重点)?(?:举措|措施)|(?:举措|措施|领域|方面|任务|要求|问题|环节|内容|原则|条件|部分|维度|主要指标)$")
"""15项改革举措, 3个重点领域: how long a list is, not how much of something there is."""
_OTHER = re.compile(r"周年|部[门委署]|(?:小时|分钟|天|日|个月)前|(?:个月|天|周|小时)[后来期]|[日号]报|千?伏[一-鿿]")
"""What is no quantity by the word behind its unit: 50周年, 3个月期, 110千伏两部制电价."""
_LETTER = re.compile(r"[A-Za-z一-鿿]")
_DIGIT = re.compile(r"\d")
_ABOVE = re.compile(r"(?:以上|以下)(?=[一-鿿]{2})")
_DIRECTION = re.compile(r"(增长|增加|提升|提高|上升|上涨|新增|扩大|↑)|(下降|减少|降低|下滑|回落|下跌|压减|缩减|↓)")


def find_quantities(text: str, *, outside: Spans) -> list[Found]:
    """Quantities in `text` that do not begin in `outside` (dates, numbers of documents and standards)."""
    numbers = numerals(text)
    if not numbers and "|" not in text:  # and so no table
        return []
    breaks = [m.end() for m in _CLAUSE.finditer(text)]
    cells = Cells(text)
    readings: list[Reading] = []
    clause = at = used = 0
    for match in numbers:
        start = match.start()
        if start < used or outside.cover(match.start("n")) or outside.cover(match.end("u") - 1):
            continue
        while at < len(breaks) and breaks[at] <= start:
            clause = breaks[at]
            at += 1
        limit = max(clause, start - 60)
        before = text[limit:start]
        if _ORDINAL.search(before[-4:]) or (_LIST_COUNT.search(before) and _PLACES.match(text, match.end())) or _skip(text, before, match):
            continue
        op, cut, stop = _operator(text, before, match)
        measured = cells.measured(start)
        if measured:
            indicator, used, rule = measured, stop, "cell"
        else:
            indicator, used, rule = _indicator(text, limit, start - cut, stop, match["u"], readings[-1] if readings else None, used)
        if not _LETTER.search(indicator) or _LIST_OF.search(indicator):
            used = max(used, stop)
            continue
        found = [(op, _number(match["n"], match["sign"]))]
        if match["n2"]:
            found = [(">=", found[0][1]), ("<=", _number(match["n2"], None))]
        unit = _ABOUT_SCALE.sub("", match["u"])
        readings.append(Reading(start, max(match.end(), stop), op, found, unit, indicator, rule, _facts(found[0][1], unit, before)))
    taken = {reading.start for reading in readings}
    for bare in cells.bare():
        if bare.start not in taken and not outside.cover(bare.start):
            readings.append(
                Reading(bare.start, bare.end, "=", [("=", bare.number)], bare.unit, bare.indicator, "cell", _facts(bare.number, bare.unit, ""))
            )
    readings.sort(key=lambda reading: reading.start)
    return [
        Found("quantity", r.start, r.end, _value(r.indicator, op, number, r.unit), r.facts or None, rule=f"quantity:{r.rule}")
        for r in shared(text, readings)
        for op, number in r.numbers
    ]


def _number(written: str, sign: str | None) -> float:
    """A number as written, without its commas; a unit that stands alone (千亿元) counts one."""
    return (float(written.replace(",", "")) if written else 1.0) * (-1 if sign else 1)


def _value(indicator: str, op: Op, number: float, unit: str) -> QuantityValue:
    return QuantityValue.model_construct(indicator=indicator, op=op, number=number, unit=unit)


def _facts(number: float, unit: str, before: str) -> dict[str, object]:
    facts: dict[str, object] = {}
    if unit in BASE:
        factor, base = BASE[unit]
        facts = {"value": round(number * factor, 6), "unit": base}
    moves = [m for m in _DIRECTION.finditer(before[-14:])]
    if moves:
        facts["direction"] = "up" if moves[-1][1] else "down"
    return facts


def _skip(text: str, before: str, match: re.Match[str]) -> bool:
    """Numbers that state no quantity: clock times, 连续16个季度, 3个重点领域, 近5年."""
    unit = match["u"]
    if unit == "次" and re.search(r"(?:连续|第|再|首|每|多)[ ]?$", before):
        return True
    if unit in ("年", "个月", "个季度", "天", "周", "小时", "分钟", "日"):
        if re.search(r"(?:连续|近|过去|未来|今后|最近|前|首|每|的|第|上|这|历时|时隔|成立|推迟|超)[ ]?$", before) and unit in (
            "年",
            "个月",
            "个季度",
            "天",
            "周",
        ):
            return True
        if unit == "年" and re.match(r"\d{1,2}个月", text[match.end() : match.end() + 4]):
            return True  # 1年4个月: a duration
        if unit == "年" and (
            len(match["n"]) == 4 or re.match(r"[来间前后内期](?!以上)|以来|行动|计划|规划|周年|之", text[match.end() : match.end() + 2])
        ):
            return True
    # 50周年, 5部门, 36小时前, 28日报道, and 12月32日, which is no day and no quantity either
    if _OTHER.match(unit + text[match.end() : match.end() + 1]) or (unit in ("日", "号") and before.rstrip().endswith("月")):
        return True
    return bool(_NOT_BEHIND.match(text, match.end()) and unit in ("个", "次", "项", "年", "月", "天"))


def _operator(text: str, before: str, match: re.Match[str]) -> tuple[Op, int, int]:
    """The operator, how many characters of it stand before the number, and where the quantity ends with what stands behind."""
    end = match.end()
    after = AFTER.match(text, end)
    if after:
        op: Op = ">=" if after["ge"] else "<=" if after["le"] else "~" if after["about"] else ">"
        return op, 0, after.end()
    if match["plus"] or match["more"] or _ABOUT_SCALE.search(match["u"]):
        return ">", 0, end
    if _CEILING.search(before):
        return "<=", 0, end
    tail = before[-14:].rstrip()
    for sign, pattern in _BEFORE:
        hit = pattern.search(tail)
        if hit:
            return sign, len(tail) - hit.start() + (len(before) - len(before.rstrip())), end
    return "=", 0, end


def _indicator(text: str, limit: int, stop_before: int, end: int, unit: str, last: Reading | None, used: int) -> tuple[str, int, str]:
    """The noun phrase measured ('' if there is none), up to where the text is used, and where it was found: behind, before, carried."""
    before = text[max(limit, min(used, stop_before)) : stop_before]
    core = _trim(before)
    behind, behind_end = _behind(text, end)
    if before.endswith("以") and (led := _LED_BY.match(text, end)):
        return led[1], led.end(), "behind"
    if unit in ("%", "倍", "‰"):
        of = _OF.match(text, end)
        if of and not (before.rstrip().endswith("的") and len(core) >= 2):
            return of[1], of.end(), "behind"
    elif behind and (
        unit[-1] in _COUNTS
        or unit.endswith("级")
        or before.rstrip().endswith("的")
        or (unit.isascii() and len(core) < 2)
        or (unit.endswith("元") and _MONEY.match(behind))
        or (unit.endswith("Wh") and len(unit) > 3 and unit[0] in "百千")
    ):
        return behind, behind_end, "behind"
    if len(core) >= 2:
        return core, end, "before"
    if behind and not (last and last.end >= limit):
        return behind, behind_end, "behind"
    if last and (last.end >= limit or limit - last.end <= 12):
        return last.indicator, end, "carried"
    # Nothing in this clause: the one before may name it (…预期目标:, 其中,).
    earlier = _trim(_CLAUSE.split(text[max(0, limit - 30) : max(0, limit - 1)])[-1])
    return (earlier if len(earlier) >= 2 else last.indicator if last else ""), end, "carried"


def _trim(clause: str) -> str:
    """A clause without the verbs and adverbs around its noun phrase."""
    if not _LETTER.search(clause):
        return ""
    core = re.split(r"[、](?=[^、]{0,30}$)", clause)[-1] if "、" in clause else clause
    core = _EACH.sub("", core.strip(" ,，、;；"))
    whole = core
    core = _TAIL.sub("", core).strip()
    core = _LEAD.sub("", core).strip()
    if core in _MOVES or len(core) < 2:
        core = ""
    if not core and clause is not whole and "、" in clause:
        rest = clause.rsplit("、", 1)[0]
        return "" if re.search(r"\d", rest) else core
    return _balanced(core.strip("的 "))


def _balanced(phrase: str) -> str:
    """Without a bracket or quotation mark at either end whose partner is not in the phrase."""
    for opening, closing in ("()", "[]", "“”"):
        if phrase.count(opening) != phrase.count(closing):
            phrase = phrase.strip(opening + closing)
    return phrase


def _behind(text: str, end: int) -> tuple[str, int]:
    """The noun right behind a number's unit, and where it ends; '' where a verb or nothing stands there."""
    match = _NOUN_BEHIND.match(text, end)
    if not match or _VERB_BEHIND.match(match[1]):
        return "", end
    noun = _DIGIT.split(match[1], maxsplit=1)[0]
    above = _ABOVE.search(noun)
    begin = match.start(1)
    if above:
        noun, begin = noun[above.end() :], begin + above.end()
    noun = _STOP_BEHIND.split(noun, maxsplit=1)[0].rstrip("和与及或、(")
    return (noun, begin + len(noun)) if len(noun.strip("“”")) >= 2 else ("", end)
