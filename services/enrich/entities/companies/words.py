"""The words and patterns that the rules for companies' names share. Pure."""

import re

from services.enrich.entities.lexicon import lexicon
from services.enrich.entities.words import any_of, pairs_of

STRONG_ENDS = lexicon("companies", "strong_ends")
"""Ends that make a name by themselves, unless one of `GOES_ON` follows."""
GOES_ON = lexicon("companies", "goes_on")
WEAK_ENDS = lexicon("companies", "weak_ends")
"""Ends that make a name where a company would stand: before what companies do, or at the end of a list's part."""
WORDY_ENDS = lexicon("companies", "wordy_ends")
"""Ends that are ordinary words: a name only right before what companies do."""
GENERIC = set(STRONG_ENDS) | set(WEAK_ENDS) | set(WORDY_ENDS) | set(lexicon("companies", "generic"))
GENERIC_ONLY = re.compile(rf"(?:{any_of(GENERIC)})*$")
NOT_NAME = set(lexicon("companies", "not_name"))
NO_PART = tuple(word for word in NOT_NAME if len(word) > 1)
"""What no name begins or ends with."""
BREAK = re.compile(
    r"[,，。;；:：!?、！？\n|丨/\"“”‘’》《•▶ ]|的|了|在|由|对|被|向|从|于|是|将|获|与|和|及|给|为|"
    r"按照|根据|受理|公告|通过|发布|收购|入股|联合|携手|持有|旗下|确定|其中|包括|例如|委托|支持|推动|"
    r"投资|引进|依托|组织|指导|"
    r"称|担任|出任|兼任|辞任|辞去|任职|不再|据|到|至|让|使|把|会同|采购|起诉|授予|成为|关于|同意|批准|核准|来自|以|名为|位于|服务|签约|"
    r"企业|公司|\d年|\d月|\d日|\d家|负责人|获得|完成|新建成|建成|当日|今日|昨日|昨晚|近日|日前|目前|"
    r"宣布|表示|显示|龙头|巨头|独角兽|股东|平台|厂商|机构|全资|标的|主体|单位|"
    r"成立|设立|组建|掏出|参股|增资|转让|披露|提供|要求|严控|建立|出具|选择|推荐|重点|两家|多家|一家|三家|抛售|申请|询问|出售|减持|增持|清仓|买入|卖出|配合|鼓励|积极|协助|过|曾|需|如|等|盘中|早盘|午后|尾盘|盘后|盘前|仅(?!仅)|就有|(?<!基)因(?![特赛素此为而])|导致|保荐人|保荐机构|其中|截至|此外|另外|同时|另有|已有|还有|只有|讨论|今年|去年|评级|前身|"
    r"国产|合资|曾经|作为|分别|跟投|领投|参投|老牌|知名|当天|当晚|此前|随后|(?<![一-鿿])原(?=[一-鿿]{3})|" + any_of(lexicon("companies", "before"))
)
"""What no name has in it, and names begin behind; `before` is what stood right before well-known names in 11 million characters (measured)."""
ACTS = (
    "发布|宣布|推出|获|完成|签约|签署|启动|表示|称|公告|披露|实现|回应|拟|将|正式|投产|建成|上市|"
    "收购|入股|旗下|首|近日|成立|开启|携手|联合|计划|中标|出具|的助力|两家|[一二三四五六七八九十]家|"
    "持有|自研|斥资|股价|涨|跌|以[0-9]|以近|以超|以约|紧随|领跑|领涨|领跌|居首|位居"
)
PAUSES = "与|在|等|、|，|,|。|；|和|及|\\(|\\)|一期|二期|\\d{1,2}月"


COUNTRIES = ["中国", *lexicon("agencies", "countries")]
ANY_OF_A_COUNTRY = re.compile(rf"(?:{any_of(COUNTRIES)})")
COUNTRY_PAIRS = pairs_of(COUNTRIES)
