"""A spelling of a division and the text around it in, whether it is part of another word or name there out. Pure.

医保定点 is no 保定, 香港中路 and 成都道 are streets, 山东舰 is a ship, 龙泉苑 an estate, 泸州老窖 a firm's brand.
"""

import re

from services.enrich.entities.documents import KINDS
from services.enrich.entities.words import Hit
from shared.names.divisions import WORDS

_STAGES = "平后前柜站讲舞电视广炮灶月阳烛擂吧塔机炕坛看礼几各这该"
"""Before 台: 平台, 后台, 电视台."""
_BETWEEN = {
    "台北": (_STAGES + "国", ""),
    "台中": (_STAGES, "心央国"),
    "台南": (_STAGES, ""),
    "台东": (_STAGES, ""),
    "白山": ("长", ""),
    "资兴": ("投", ""),
    "资中": ("投融合", ""),
    "山东": ("行首华泰衡嵩庐茅", "麓侧坡"),
    "山西": ("中首华泰衡嵩庐茅", "路麓侧坡"),
    "山南": ("首华泰衡嵩庐茅", "麓侧坡"),
    "玉门": ("", "关"),
    "上海": ("", "量外域洋运"),
    "江西": ("长", "岸"),
    "河南": ("黄", "岸"),
    "河北": ("黄", "岸"),
    "西安": ("", "排全"),
    "德州": ("罗伦国", "仪扑"),
    "保定": ("医社环确担低投参劳联", ""),
    "定西": ("稳坚确肯", ""),
    "大连": ("", "锁续接"),
    "海口": ("出入", "径"),
    "界首": ("业世学媒眼", ""),
    "兰州": ("里士尼", ""),
    "达州": ("里苏", ""),
    "永州": ("宁", ""),
    "巴马": ("奥拉", ""),
    "平湖": ("太", ""),
    "威海": ("挪", "域"),
    "华安": ("访来中", "排"),
    "海安": ("", "全置"),
    "大庆": ("盛重", "祝典"),
    "江口": ("珠长", ""),
    "长春": ("最", "节假"),
    "新民": ("最", "调"),
    "南部": ("东西", ""),
    "北部": ("东西", ""),
    "天全": ("一二三四五六七八九十", "国美"),
    "上高": ("", "端速铁"),
    "民权": ("公", "限益利"),
    "台前": ("平阳舞后", ""),
    "台山": ("五", ""),
    "会理": ("协", "事"),
    "德化": ("同", ""),
    "贡山": ("福", ""),
    "商洛": ("产", "克"),
    "连城": ("值", ""),
    "兴城": ("新", ""),
    "天长": ("仰今明", ""),
    "广安": ("", "门"),
    "中山": ("孙", "装陵"),
    "北海": ("", "道"),
    "淮南": ("", "子"),
    "三明": ("", "治"),
    "丽水": ("美秀", "乡"),
    "合肥": ("", "料"),
    "黄石": ("", "公"),
    "普洱": ("", "茶"),
    "新乡": ("创", ""),
    "启东": ("开", "盟"),
    "迁安": ("拆", "置"),
    "衡水": ("均平", ""),
    "平山": ("滦", ""),
    "大安": ("", "略全"),
    "信阳": ("通", ""),
    "江门": ("", "户"),
    "海北": ("", "道"),
    "安定": ("", "位"),
    "北安": ("", "排全"),
    "河池": ("", "塘"),
    "哈密": ("", "瓜"),
    "阿里": ("", "巴"),
    "开封": ("", "装条罐"),
    "吉林": ("丹", ""),
    "海南": ("", "部洋"),
    "大理": ("", "石论由想"),
    "东海": ("", "岸域"),
    "南海": ("", "岸域诸"),
    "太原": ("亚", ""),
    "宁波": ("", "动"),
    "常德": ("非异", ""),
    "长治": ("", "久"),
    "和田": ("", "玉"),
    "安顺": ("", "利序"),
    "平安": ("", "夜"),
    "南通": ("湖河越海", "道"),
    "东营": ("", "业"),
    "石门": ("", "槛"),
}
"""Spellings that arise between two other words: not names behind the first or before the second characters given (线上海量, 三大连锁).

Read in five million characters of news, laws and reports, where jieba divides the text elsewhere.
"""

_WAY = r"(?=\d|[东西南北]?[段侧口]|交[口叉]|沿线|附近|一带|小区|社区|[、,，。;；)]|$|与|和|及)"
"""What stands behind a street's name whose last character begins other words too: 成都道, no 成都|道路."""
_OTHER = re.compile(
    r"[一-鿿]{0,4}(?:大学|学院)|时间|晚报|日报|商报|话(?!题)|菜(?!市|篮)"
    r"|(?:[东西南北中环]{0,2}|[东西南北中][一二三四五六七八九十])(?:路(?![网线桥演径面况段由政边灯人透权侧])|大街|大道|胡同|弄堂|巷(?![战道]))"
    rf"|[街道里]{_WAY}|街(?=站)|[东西南北中]街(?!道|镇)|门(?=[内外]?大街|地铁)"
    r"|城(?=[东西南北中]?[街路巷]|[启招开]|[,，。;；、]|$)|舰(?!艇)|号(?=[^召称码角线院楼令文])"
    r"|[花名雅佳丽]?苑(?!区)|花园|花苑|家园(?!建)|豪庭|公馆|新村|大厦|拉面|烤鸭|热干面|火腿|小面|陈醋|湖(?=景区|水|畔|边)|时代(?=[^,，。;；、的])"
)
"""What makes a short name the beginning of another kind of name: 北京大学, 北京时间, 南京路, 香港中路, 辽宁舰, 龙泉苑, 重庆大厦."""
_KINDS = (*KINDS, "表", "请示", "对策", "分类", "要求", "日报", "时报", "晚报")
MOST = 10
"""Characters between a region's name and the brackets of a film's or book's title."""
_SEATED = re.compile("集群|县城|机场|枢纽|产业园|工业园|抽水蓄能|经开区|高新区")
"""Behind a county's short name that is no ordinary word, what counties have: 和静集群."""
_BUILDING = re.compile(r"(?:小区|广场(?!舞)|公寓|饭店|宾馆|酒店|商场|商厦|医院)")
"""Behind a short name that another region stands before: 黄浦区北京饭店."""
_SUNNY = re.compile("光(?!伏|电|谷|学|纤|储|大)")
_FIRM = re.compile(
    r"(?![省市县区州等与和及、的在将对为是以至到从向由内外境辖重全各多首本一某])[一-鿿•·]{0,7}?"
    r"(?:(?<!子)(?<!市)公司|集团|银行(?!业|卡|间)|农商行|股份|证券|老窖|老酒|老(?![城区街家师人乡村市年旧])[一-鿿](?=[,，。;；、\s]|$)|酒业|控股|城投|交投|产投|(?<=[机轴药酒纸钢船车具表器])厂(?![家商区房]))"
)
_NO_FIRM = re.compile(
    "多家|等地|上市|国有|国企|民营|民企|央企|企业|外资|中小|部分|一些|某|龙头|省属|市属|地方|的|"
    r"[两三四五六七八九十]家|首家|一家|当地|辖区|所有|各|与|和|对|发布|召开|举[行办]|成立|[是为在由被将已拟]"
)


def is_part(text: str, hit: Hit, *, full: bool, other_before: bool) -> bool:
    """Whether the spelling `hit` is part of another word or name; `other_before` says that a region stands a few characters before it.

    `full` spellings, which end in 省, 市, 县 …, are only asked whether other words meet in them.
    """
    before, after = _BETWEEN.get(hit.word, ("", ""))
    if text[hit.start - 1 : hit.start] in tuple(before) or text[hit.end : hit.end + 1] in tuple(after):
        return True
    if full:
        return False
    if _is_work(text, hit):
        return True
    if _OTHER.match(text, hit.end) or (hit.word.endswith("阳") and _SUNNY.match(text, hit.end)):
        return True
    return other_before and _BUILDING.match(text, hit.end) is not None


def _is_work(text: str, hit: Hit) -> bool:
    """Whether `hit` stands in a title of few characters that is of no kind of document: 《南京照相馆》."""
    start = text.rfind("《", max(0, hit.start - MOST), hit.start)
    end = text.find("》", hit.end, hit.end + MOST)
    return start >= 0 and end >= 0 and "》" not in text[start : hit.start] and not text[start + 1 : end].endswith(_KINDS)


def is_seated(text: str, hit: Hit) -> bool:
    """Whether what stands behind a county's short name says that it is one."""
    return hit.word not in WORDS and _SEATED.match(text, hit.end) is not None


def is_firm(text: str, hit: Hit) -> bool:
    """Whether a short name begins what reads as a firm's name (上海船用曲轴公司), be the firm known or not."""
    firm = _FIRM.match(text, hit.end)
    return firm is not None and _NO_FIRM.search(firm[0]) is None
