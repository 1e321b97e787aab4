"""A number with its unit and the words around it in, whether it states no quantity out: ordinals, clock times, lengths of lists. Pure."""

import re

from services.enrich.entities.quantities.numerals import Numeral

_ORDINAL = re.compile(r"(?:第|前|首批|No\.?|类别|编号|类|排名|位列|列|农历|除)[ ]?$")
_LIST_COUNT = re.compile(r"等[ ]?$")
_PLACES = re.compile(r"[ ]?(?:重点|主要)?(?:城市|省|地市|部门|市|县|区|国|方面|领域|行业|地|单位)")
_NOT_BEHIND = re.compile(r"[ ]?(?:以来|之前|时|点|方面|阶段|部门|条例|届|期|地[市区]?|分之)")
_OTHER = re.compile(r"周年|部[门委署]|(?:小时|分钟|天|日|个月)前|(?:个月|天|周|小时)[后来期]|[日号]报|首[付次批创发家届]|(?:千?伏|kV)[一-鿿]")
"""What is no quantity by the word behind its unit: 50周年, 3个月期, 110千伏两部制电价."""
_YEAR = re.compile(r"(?:19|20)\d{2}")
_SPANS = frozenset(("年", "个月", "个季度", "天", "周"))
_LASTING = re.compile(r"(?:连续|近|过去|未来|今后|最近|前|首|每|的|第|上|这|历时|时隔|成立|推迟|超)[ ]?$")
_YEARS = re.compile(r"\d{1,2}个月|[来间前后内期](?!以上)|以来|行动|计划|规划|周年|之")
"""Behind 年: 1年4个月 is a duration, 3年内 a time."""
_CLOCK = re.compile(r"(?:[上下中]午|晚上?|凌晨|早上?|清晨|夜间?|[日号]|\d[点时])[ ]?$")
_WHOLE = frozenset("家个项条处座户名位人件套台列只份辆艘架艘次场起例批宗款种所株间栋支颗枚部本笔")
"""What is counted in whole numbers, unless it is an average: 2.2本 begins with the number of a section."""
_AVERAGE = re.compile("平均|均|户均|每")
_ARTICLES = re.compile(
    r"\d[ ]?[章节编](?:、|,|，|和|共)?[ ]?$|(?:办法|条例|规定|细则|规则|意见|法|方案|纲要|章程|准则|文件|通知|全文|》)[^,，。;；]{0,4}[ ]?$"
)
"""What has chapters and articles: 办法共5章32条."""
_END = re.compile(r"[ ]?(?:$|[,，。;；、:：\n()])")
_AGE = re.compile("寿命|平均|人均|年龄(?:门槛|上限|限制|要求)")


def is_none(text: str, before: str, found: Numeral) -> bool:
    """Whether `found`, behind `before` in its clause, states no quantity: 第3次, 等8个城市, 连续16个季度, 9点, 近5年, 共32条."""
    unit, end = found.unit, found.end
    if _ORDINAL.search(before[-4:]) or (_LIST_COUNT.search(before) and _PLACES.match(text, end)):
        return True
    if unit == "次" and re.search(r"(?:连续|第|再|首|每|多)[ ]?$", before):
        return True
    if unit in _SPANS and _LASTING.search(before):
        return True
    if unit == "日" or (unit in ("期", "级", "届", "款", "版") and _YEAR.fullmatch(found.written)):
        return True  # 13日起, 展会2026期间, 2025级学生
    if unit == "年" and (len(found.written) == 4 or _YEARS.match(text, end)):
        return True
    # 50周年, 5部门, 36小时前, 28日报道, and 12月32日, which is no day and no quantity either
    if _OTHER.match(unit + text[end : end + 1]) or (unit in ("日", "号") and before.rstrip().endswith("月")):
        return True
    if unit in ("点", "分", "时") and _CLOCK.search(before):
        return True
    if unit == "成" and text[end : end + 1] in "为功立员果":
        return True  # iOS 27成为
    if unit == "岁" and "." not in found.written and not _AGE.search(before):
        return True  # whose age it is, no average
    if unit in _WHOLE and "." in found.written and not _AVERAGE.search(before):
        return True
    if unit == "条" and _ARTICLES.search(before) and _END.match(text, end):
        return True
    return bool(_NOT_BEHIND.match(text, end) and unit in ("个", "次", "项", "年", "月", "天"))
