"""The text around a number in, the noun phrase that it measures out. Pure."""

import re

from services.enrich.entities.lexicon import lexicon
from services.enrich.entities.quantities.lists import Reading
from services.enrich.entities.quantities.worth import BEFORE as CURRENCY_BEFORE
from services.enrich.entities.quantities.worth import BEHIND as CURRENCY_BEHIND
from services.enrich.entities.words import any_of

_CLAUSE = re.compile(r"[,，。;；!！?？:：\n|]")
_MOVES = lexicon("quantities", "moves")
_TAIL = re.compile(
    r"(?:(?:力争|争取|努力|预计|预期|计划|将|要|已|已经|均|都|全部|总体|可|实现|基本|大幅|累计|同比|"
    r"环比|同口径|比上年|较上年|比上年同期|较上年同期|较?\d{4}年|比\d{4}年|年均|平均|进一步|稳定|"
    r"保持|维持|控制|首次|正式|再次|分别|共|总共|合计|共计|总计|最高|最多|最低|至少|最大|"
    r"(?:较|比)(?:上年|去年|前年|上月|上季度|上周)(?:同期)?|(?:日|月|周)均|(?<![多拼])多|少|(?<![日晚早周月海简电公通汇])报|"
    r"原则上|新增|增长|下降|增加|减少|提升|提高|降低|上升|下滑|回落|上涨|下跌|扩大|缩减|压减|突破|超过|超出|超|"
    r"不低于|不少于|不超过|不高于|不得超过|不得低于|高达|达到|达成|达|约|近|逾|接近|低于|高于|大于|"
    r"小于|完成|为|至|到|在|于|了|由|从|的|有|是|放宽|达标|设定|通常|仅|仅为|只有|为期|历时|长达|约合|折合|折算|(?<![盈结剩富])余|持有|高出|(?:较|"
    r"比)“?[一-鿿\d]{2,6}”?(?:末|年|期)|(?:与|和|较|比)“?[一-鿿\d]{2,6}”?(?:末|年|期)?相比|占到(?:了)?|[正负]增长|转为|高于全国|"
    r"低于全国|高于上年|比全国|比上年|升|降|增|减|[收微大领]?[涨跌]|骤[增降]|激增|以|按|给予|奖励|补助|不足|不到|控制在|"
    r"[(=≥≤><:：])\s*)+$"
)
_LEAD = re.compile(
    r"^(?:\s|\d{1,2}[.、](?!\d)|\d\.\d{1,2}本?(?=[一-鿿]{2})|\d{4}年(?:底|末|以来)?|其中|同时|此外|另外|目前|今年|去年|明年|当年|截至目前|截至|近日|日前|力争到|力争|争取|"
    r"努力|确保|预计|计划|到|至|在|并|且|将|拟|已|要|和|与|及|或|、|对|把|使|以|每年|每|年内|年底前|"
    r"年底|月底|末|全年|今后|未来|年|月|日(?![经本媒元韩均])|前|我国|"
    r"新增|新建成|新建|新培育|培育|打造|建成|建设|实施|推动|推进|完成|实现|开展|形成|组织|引进|投资建设(?!$)|"
    r"投资(?!$|额|总|规模|强度|方|者|回报|收益|完成额|建设)|争取|取得|获得|提出|要求|明确|包括|涉及|覆盖|共有|共|约|超|近|累计|其|该|其余|有|"
    r"为|是|深入|加快|持续|大力|支持|推广|改造|投产|投用|布局|启动|发放|下达|安排|筹集|斥资|收购|"
    r"制定|发布|印发|出台|"
    r"选取|评选|认定|遴选|入选|转让|持有|开工|竣工|打通|新改扩建|改扩建|新开工|新投产|建立|拥有|集聚|"
    r"吸引|带动|惠及|服务|突破|签约|落地|举办|开行|表示|称|显示|指出|截至|同比|环比|自|从|由|因|按|"
    r"则|也|而|但|较|比)+"
)
_DOES = re.compile(rf"{any_of(lexicon('quantities', 'takes_object'))}(?:了|约|近|超|逾|超过|共|共计|累计|总计|合计)*[ ]?$")
"""A verb whose object stands behind the number: 发行50亿元绿色金融债券."""
_REACHES = re.compile(r"(覆盖|惠及|服务|带动|安置|供电|供热)(?:了|约|近|超|逾|共|共计|累计)*[ ]?$")
"""Says by itself what is counted, where no noun does: 覆盖3万4000户."""
_TAXED = re.compile(r"(?:加征|征收|开征|收购|转让|减持|增持|持有|出售|取消|豁免|减免|实施|支付)(?:了|约|近|超|逾|超过)*[ ]?$")
"""One that takes a share or a rate: 加征15%关税."""
_ALL = re.compile(
    r"(?P<first>(?:[^\W\d_和及与]{2,12}[、和及与]){1,9})(?P<last>[^\W\d_和及与]{2,12}?)(?:均|都|皆)(?:已|达到|达|为|超过|超|突破|实现|保持在|稳定在|在|"
    r"不低于|不少于|增长|下降|提高|提升|同比|左右)*[ ]?$"
)
"""入学率、巩固率均达99%: a number that several nouns share."""
_MEASURE = re.compile("[率额值量数价比度]$|价格|收入|支出|利润|面积|规模|比重|增速|投资|产能|装机|余额|人次|水平|费用|成本|工资")
"""The end of a noun that is measured itself: of 国泰君安和长江证券调研次数 only the last is."""
_LASTING = re.compile(r"(?:为期|历时|长达|期限为?)[ ]?$")
_LASTS = re.compile(r"[ ]?的([一-鿿A-Za-z“”]{2,20})")
"""为期5个月的专项行动."""
_SIZED = re.compile(r"[ ]?(?:\d+(?:\.\d+)?(?:千伏|kV|万?千瓦|兆瓦|MW|GW|万?吨|万?平方米|寸|英寸)级?(?:及?以上)?[、和及]?)+([一-鿿]{2,12})")
"""22个750千伏和330千伏电网工程: what is counted, behind its size."""
_DESCRIBED = re.compile(r"[ ]?在[^,，。;；、:：\d\n]{2,24}的([一-鿿A-Za-z“”]{2,14}?)(?=[、,，。;；和及与\n]|$)")
"""10家在全国有影响力的龙头企业."""
_TIMES = re.compile(r"\d+[×xX*][ ]?$")
"""2×1000MW机组: how many of that size."""
_MARKS = ' "*`'
"""Quotation marks and Markdown's marks are no part of a noun phrase."""
_TERM = re.compile(r"[ ]?\d+[ ]?(?:个月|天|年)期([一-鿿]{2,12})")
"""3000亿元3个月期逆回购: what is measured, behind how long it lasts."""
_FINE = re.compile(r"[ ]?的?(罚款|罚金)")
_NOUN_BEHIND = re.compile(r"[ ]?((?:“[^”\n]{1,12}”)?(?:[一-鿿A-Za-z0-9+\-/·(]|\)(?=[一-鿿])){2,24})")
_VERB_BEHIND = re.compile(
    r"^(?:以上|以下|以内|左右|多|余|的|并(?!购|网|联|轨)|和|及|与|、|,|增|减|提|下降|升|降|至|到|同比|环比|较|比|"
    r"是|为|了|在|由|对|被|向|从|将|已|均|前|内|后|起|最[多少高低]|大关|关口|居|成交|以(?!色)|用于|之间|不等|其中|分别|奖励|补助|补贴|给予|支持)"
)
_STOP_BEHIND = re.compile(
    r"(?:以上|以下|的|为|超过|突破|低于|高于|下降|增长|同比|环比|完成|实现|达到|下达|下发|达|在|到|被|将|已|获评|获|晋级|入选|建成|投产|开工|参与|参加|"
    r"占|设置|设定|提出|涉及|覆盖|于|纳入|成为|落户|落地|给|并(?!购|网|联|轨)|正式|签约|按|进行|提供|使用|集中|从|由|采用|作为|公布|通过|"
    r"采取|进行|居|位居|排名|排在|领先|开展|推进|启动|竣工|运行|上线|进入)"
)
_COUNTS = frozenset("家个项条处座户名位人件套台列只张份辆艘架艘次场起例批宗款类种所株间栋支颗枚部本笔")
"""Last characters of the units that count things: what they count stands right behind (53家企业), or before (绿色工厂20家)."""
_OF = re.compile(
    r"[ ]?(?:的)?((?:股权|股份|投票权|权益)|(?<=的)(?!有|是|[一二两三四五六七八九十几多][个家名])[一-鿿A-Za-z]{2,12}?(?=必须|来自|用于|"
    r"将|已|为|,|，|。|、|由|需|应|;|；|$|\n|设定|采用|实现|选择))"
)
_LED_BY = re.compile(r"[ ]?的([一-鿿A-Za-z]{2,10}?)(?=位?居|位列|列|排|领|成为|拿下|夺|获|收购|入股|创|[,，。;；、])")
"""以270.33亿元的持股市值居首."""
_MONEY = re.compile(
    r"(?:现金|资金|贷款|专项|债券|补助|补贴|罚款|基金|国债|消费券|奖励|保费|红包)"
    r"|[一-鿿A-Za-z0-9]{0,10}?(?:基金|债券|债|贷款|补贴|资金|订单|大单|合同|融资|税款|罚单|罚款|赔偿|票据|信贷|额度|"
    r"保证金|保险金|消费券|红包|资产|股份|股权)(?=$|落户|落地|获|成立|发行|设立|启动|投|完成|到账|签)"
)
"""What is measured in money, behind it: 某公司10亿元并购基金落户."""
_SUM = re.compile("(?:[额值资款价费税债]|收入|投入|支出|成本|利润|佣金|规模|债务|负债|预算)$")
"""The end of a noun that is itself a sum: 销售额10亿元."""
_EACH = re.compile(r"^.*分别(?=[一-鿿]{2})(?!增|减|提|下|上|达|为|突|超|约|同|环|较|比|完|实|降|升|占)")
"""太仓分别建设充电桩: who is one of several, what is built is measured."""
LETTER = re.compile(r"[A-Za-z一-鿿]")
_DIGIT = re.compile(r"\d")
_ABOVE = re.compile(r"(?:以上|以下)(?=[一-鿿]{2})")


def indicator_of(text: str, limit: int, stop_before: int, end: int, unit: str, last: Reading | None, used: int) -> tuple[str, int, str]:
    """Return the noun phrase measured ('' if there is none), up to where the text is used, and where it was found: behind, before, carried."""
    before = text[max(limit, min(used, stop_before)) : stop_before]
    before = _TIMES.sub("", before.rstrip(_MARKS))
    before = before[: m.start()] if (m := CURRENCY_BEFORE.search(before)) else before
    end = m.end() if unit.endswith("元") and (m := CURRENCY_BEHIND.match(text, end)) else end
    core = _trim(before)
    done = _DOES.search(before[-12:])
    counts = unit.partition("(")[0][-1] in _COUNTS
    behind, behind_end = _behind(text, end, counts=counts)
    if _LASTING.search(before) and behind:
        return behind, behind_end, "behind"
    if _LASTING.search(before) and (lasts := _LASTS.match(text, end)):
        return lasts[1], lasts.end(1), "behind"
    if before.endswith("以") and (led := _LED_BY.match(text, end)):
        return led[1], led.end(), "behind"
    if unit in ("%", "倍", "‰"):
        of = _OF.match(text, end)
        if of and not (before.rstrip().endswith("的") and len(core) >= 2):
            return of[1], of.end(), "behind"
        if done and behind and _TAXED.search(before[-8:]):
            return behind, behind_end, "behind"
    elif behind and (
        counts
        or done
        or unit.endswith("级")
        or before.rstrip().endswith("的")
        or (unit.isascii() and len(core) < 2)
        or (unit.endswith("元") and not _SUM.search(core) and _MONEY.match(behind))
        or (unit.endswith("Wh") and len(unit) > 3 and unit[0] in "百千")
    ):
        return behind, behind_end, "behind"
    if len(core) >= 2:
        return core, end, "ahead" if done and text[end : end + 1] in ("、", "和", "及", "与") else "before"
    if behind and not (last and last.end >= limit):
        return behind, behind_end, "behind"
    if last and (last.end >= limit or limit - last.end <= 12):
        return last.indicator, end, "carried"
    # Nothing in this clause: the one before may name it (…预期目标:, 其中,).
    earlier = _trim(_CLAUSE.split(text[max(0, limit - 30) : max(0, limit - 1)])[-1])
    if len(earlier) < 2 and last is None and (verb := _REACHES.search(before)):
        return verb[1], end, "before"
    return (earlier if len(earlier) >= 2 else last.indicator if last else ""), end, "carried"


def nouns_of_all(before: str) -> list[str]:
    """Return the nouns that share the number behind them, none where there are not several."""
    match = _ALL.search(before) if any(word in before[-16:] for word in "均都皆") else None
    if match is None:
        return []
    nouns = [*re.split("[、和及与]", match["first"].rstrip("、和及与")), match["last"]]
    first = _LEAD.sub("", nouns[0])
    return [first, *nouns[1:]] if len(first) >= 2 and all(_MEASURE.search(noun) for noun in nouns) else []


def _trim(clause: str) -> str:
    """A clause without the verbs and adverbs around its noun phrase."""
    if not LETTER.search(clause):
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
    return _balanced(core.strip("的>" + _MARKS))


def _balanced(phrase: str) -> str:
    """Without a bracket or quotation mark at either end whose partner is not in the phrase."""
    for opening, closing in ("()", "[]", "“”"):
        if phrase.count(opening) != phrase.count(closing):
            phrase = phrase.strip(opening + closing)
    return phrase


def _behind(text: str, end: int, *, counts: bool) -> tuple[str, int]:
    """The noun right behind a number's unit, and where it ends; '' where a verb or nothing stands there."""
    match = _NOUN_BEHIND.match(text, end)
    if term := _TERM.match(text, end):
        return term[1], term.end(1)
    if fine := _FINE.match(text, end):
        return fine[1], fine.end()
    if not match or _VERB_BEHIND.match(match[1]):
        described = _DESCRIBED.match(text, end) if match and counts else None
        return (described[1], described.end(1)) if described else ("", end)
    if counts and (sized := _SIZED.match(text, match.start())):
        return sized[1], sized.end(1)
    noun = _DIGIT.split(match[1], maxsplit=1)[0]
    above = _ABOVE.search(noun)
    begin = match.start(1)
    if above:
        noun, begin = noun[above.end() :], begin + above.end()
    noun = _STOP_BEHIND.split(noun, maxsplit=1)[0].rstrip("和与及或、(")
    return (noun, begin + len(noun)) if len(noun.strip("“”")) >= 2 else ("", end)
