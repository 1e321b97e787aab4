"""An item's folded title and body, its document type and entities in, the level it speaks from out: 国际 国家 省 市 县 企业, or None. Pure.

It is the level of who acts: a company where the item is a company's doing, else the body that is named first, title before body, else the place that
the title begins with. What a body's `canonical` says of its level counts before the form of its name.
"""

import re
from collections.abc import Sequence
from typing import Literal

from shared.records import Entity

Level = Literal["国际", "国家", "省", "市", "县", "企业"]
LEVELS: tuple[Level, ...] = ("国际", "国家", "省", "市", "县", "企业")

LEAD_LENGTH = 80
"""Of the body: who acts stands in its first sentence."""
ABROAD_WITHIN = 25
"""Characters of the body within which a country is who acts."""

ABROAD = (
    "欧盟|欧洲|欧央行|美国|英国|德国|法国|日本|韩国|印度尼西亚|印尼|印度|越南|泰国|马来西亚|新加坡|菲律宾|巴西|智利|秘鲁|阿根廷|墨西哥|加拿大|澳大利亚|新西兰|"
    "俄罗斯|乌克兰|波兰|西班牙|意大利|荷兰|瑞典|挪威|丹麦|芬兰|瑞士|土耳其|沙特|阿联酋|伊朗|以色列|南非|埃及|肯尼亚|巴基斯坦|哈萨克斯坦|联合国|国际能源署|国际标准化组织|"
    "国际电工委员会|国际海事组织|国际可再生能源|世界气象组织|世界银行|国际货币基金|缔约方|全球|国际可持续准则|七国集团|二十国集团|美联储|北约|世贸组织|IEA|IRENA|IMO|ISO|IEC|ISSB"
)
# Who acts, in the form of names: the first that is found decides; within one place the longer form. In the middle are the characters of which
# every match of the pattern has one ("" is not told): a text without them need not be looked through.
_FORMS: tuple[tuple[Level, str, re.Pattern[str]], ...] = (
    ("国际", "", re.compile(rf"(?:{ABROAD})")),
    (
        "国家",
        "",
        re.compile(
            r"国务院|全国人大|国家[一-鿿]{1,12}?(?:局|委|部|署|总局)|国资委|中国人民银行|央行|中央[一-鿿]{0,6}(?:办|部|委|督察|台)|国家[一-鿿]{2,8}(?:中心|标准)|"
            r"(?:生态环境|工业和信息化|工信|财政|教育|商务|交通运输|住房城乡建设|住房和城乡建设|住建|农业农村|自然资源|水利|科技|科学技术|人力资源社会保障|人社|外交|公安|民政|司法|应急管理|文化和旅游)部"
            r"|(?:市场监管|市监|海关|税务)总局|民航局|医保局|证监会|[一二两三四五六七八九十]部(?:门|委)|[东西南北华中]{1,2}[一-鿿]{0,2}能源监管局|发改委等|中汽协|上交所|深交所|北交所|中方|(?:我国|全国)(?!首|第一)"
        ),
    ),
    (
        "省",
        "省区办市",
        re.compile(r"[一-鿿]{2,4}省(?!级|份)|自治区|(?<![一-鿿])省(?:委|政府|[一-鿿]{2,10}(?:厅|局|委))|[一-鿿]{2}能监办|(?:北京|上海|天津|重庆)市"),
    ),
    (
        "市",
        "市",
        re.compile(
            r"[一-鿿]{1,3}[^上股城超都楼开入退汇债夜集两门市,。\s]市(?!场(?!监督)|值|民|监|级|盟)|(?<![一-鿿])市(?:委|政府|[一-鿿]{1,10}(?:局|委)|机关)"
        ),
    ),
    (
        "县",
        "县旗乡镇村区",
        re.compile(
            r"[一-鿿]{1,4}(?:县|旗|(?<!城)乡(?!村|镇)|(?<![城乡])镇(?!化)|(?<![农乡])村)(?!级|超|支书|民|集体|振兴)|[一-鿿]{2}区(?=[一-鿿]{0,6}(?:局|上线|推|出台|印发|政府|启动|试点))|该区"
        ),
    ),
)
_STATED: dict[str, Level] = {"境外": "国际"}
"""What the extractor of bodies calls otherwise than we do."""
_FIRM = re.compile(r"公司|集团|股份|投资建设|基地")
_OWN_DOING = ("企业动态", "项目")
_OF_FIRMS = ("企业动态", "财报", "融资")
"""Types that only a company's doing has."""


def level(title: str, body: str, doc_type: str, entities: Sequence[Entity]) -> Level | None:
    """The level of who acts; None where nothing says it."""
    lead = body[:LEAD_LENGTH]
    firm = any(entity.type == "company" and (entity.field == "title" or entity.start < LEAD_LENGTH) for entity in entities)
    if doc_type in _OF_FIRMS:
        return "企业"
    for text in (title, lead):
        found = [
            (match.start(), n, name)
            for n, (name, signs, pattern) in enumerate(_FORMS)
            if (not signs or any(sign in text for sign in signs)) and (match := pattern.search(text))
        ]
        said = [
            (entity.start, -1, known)
            for entity in entities
            if entity.type == "agency" and (text is title) == (entity.field == "title") and entity.start < len(text) and (known := _stated(entity))
        ]
        if text is lead:  # what is abroad often stands there for comparison
            found = [one for one in found if one[2] != "国际" or one[0] < ABROAD_WITHIN]
        if text is title:
            places = [e for e in entities if e.type == "region" and e.field == "title" and not e.inferred and isinstance(e.value, str)]
            # A place that the title begins with is who acts, as 昆山 of 昆山:将新增…; further on it is so only where nothing else says it.
            found += [(e.start, len(_FORMS), _depth(str(e.value))) for e in places if e.start <= 1 or not (found or said)]
        if (found or said) and not (firm and doc_type in _OWN_DOING):
            return min([*found, *said])[2]
    return "企业" if doc_type in _OWN_DOING and (firm or _FIRM.search(lead)) else None


def _depth(code: str) -> Level:
    """What a code of GB/T 2260 names: two digits a province, four a city, six a county."""
    return "省" if code.endswith("0000") else "市" if code.endswith("00") else "县"


def _stated(entity: Entity) -> Level | None:
    """The level that the extractor gives a body, in our words."""
    stated = (entity.canonical or {}).get("level")
    return next((one for one in LEVELS if one == stated), _STATED.get(str(stated)))
