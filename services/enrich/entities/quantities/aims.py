"""The words around a quantity in, whether it is something that somebody sets out to reach out. Pure.

    到2030年，风光总装机28亿千瓦以上      a time by which, and what is reached then
    力争、计划、拟、确保 … 新增500座       words of intent, in its clause or in one before it
    将新建电站20座                       将 right before a word for making or reaching

What is expected by those who watch (预期、预测、有望), was so before (由50%、前值), is a property (60千瓦以上功率), a list's count (等15项) or a
span of time (有效期90天) is none, however near such words stand. Written from 208 quantities of real digests that were marked by hand.
"""

import re

_CLAUSE = re.compile(r"[,，;；:：]")

MAKES = (
    r"新增|新建|新设|新制定|改建|扩建|改造|建成|建设|建立|建造|打造|构建|创建|培育|培养|完成|实现|形成|推广|布局|布设|部署|投放|引进|引育|落地|"
    r"营造|治理|修复|淘汰|压减|替代|认定|遴选|开工|推进|推动"
)
_MAKES = re.compile(MAKES)
_REACHES = re.compile(
    rf"{MAKES}|减排|减产|扩招|裁员|达产|投产|投运|达到?|超过?|突破|增加|增长|增至|增|扩大|提[高升]|升至|翻[一两]番|降至|降到|下降|降低|降|减少|减至|缩短|控制在|保持在|稳定在|"
    r"不(?:低|高|少|多|大|小)于|不超过?|不足|覆盖|占比?|以上"
)
_PLANS = ("计划", "拟")
_INTENT = re.compile(
    r"力争|(?<!多)争取(?![\d一两几]|$)|努力(?=实现|达到|完成|使)|预期目标|(?<!目标)(?<!打击)目标(?:(?:提[升高]|上调|下调|降低)[至到]|为|是|值?[为是]|到|达|定[为在]|设[为定在]|维持在|[:：])|"
    r"(?<![的新该项两个动作展订阅原期减表农模发])(?<![A-Za-z] )计划(?![的书署中内外和与、。，,：:)）”》]|经济|项目|用户|会员|订阅|$)|"
    r"规划(?=到|总(?!面积|人口|长)|[新建装投产期容改至约达]|$|明确|提出|布局|完成|实施)|(?<![模虚比])拟(?![合态人定对将以大中向]|规定|明确|出台|议|每|强制|同意|纳入|转让|派|购回|南芥|发布|公布|表彰|授予)|"
    r"(?<![也都就还只可需不])要(?:力争|达到|实现|完成|突破)|"
    r"(?:提出|明确|要求|设定|定下)(?:了)?(?:要|将)?(?:力争|实现|达到|建成|新增|突破|完成)"
)
_WILL = re.compile(rf"(?<![即必可就或])将(?:再|新|力争|累计|全部|陆续|分别|同步|重点|着力|努力){{0,2}}(?={MAKES}|投入|投资)")
_SAID = re.compile(r"提出|明确|要求|部署")
_UP_TO_NOW = re.compile(r"截[至止]")
_SHALL = re.compile(r"将|要|拟|须")
_PROPOSES = re.compile(
    r"提出|明确|要求|部署|定下|确定|制定|印发|出台|目标|任务|推进|推动|建设|实施|规划|计划|方案|还将|将(?:继续|全面|全力|深入|着力|重点|进一步)"
)
_EXPECTS = re.compile(
    r"预期(?!目标)|预测|预估|预报|预计|料将?|研判|有望|可能|或将?(?=[达超涨跌增减破升降])|前值|初值|终值|市场预|分析师|机构(?=认为|称|预)|概率|"
    r"推测|白皮书|意味|相当于|辟谣|否认|不会|取消|拒绝|报告》?(?:称|指出|认为)|估[算计]|测算|推算|不太|如果|假如|倘若|只要|台风|届时|将会|估值|高盛(?:认为|预)|研报|速度|可以?(?=节|减|增|达|提|实现|新增|带动|供|输|满足)|每年可|研究员|专家|(?:报告|研究|数据|结果|统计|调查|白皮书)》?显示"
)
_DONE = re.compile(
    r"已|完成了|实现了|建成了|同比|环比|达到了|增长了|下降了|提高了|累计(?!新)|去年|上年|目前|当前|截至|截止|此前|上调|下调|修正|收盘|涨|跌|如今|就[达有超]|(?<![为除出确定布示])了(?!解|望)|"
    r"首次|今年前|[前至]\s?\d{1,2}\s?个?月|[立建设成养育持现到增造开化]了|共(?:有|吸引|收到|接待|建|发布|推出|签约|评定)|现有|以来|原有|看好|财年|财季|下达|获批|连续|新高|纪录|[较比](?:上年|去年|同期|日常|平时|原|现)|比计划|完成(?:年度|全年)计划|超额|梳理形成|排查出|年同期"
)
_SECURES = re.compile(r"(?<!为)(?<!为了)确保(?P<what>(?![了着])[^,，]*)$")
"""确保产量稳定在1亿吨 sets out to reach, 确保3万亩小麦过冬 looks after what is there."""
_CONTINUES = re.compile(r"^(?:以|从而|使|让|后者|前者|其|从)|可以?|设计|效率|成本|性能|带宽|分别")
"""What is no further aim behind one: what it is for, what it brings, which of two has it."""
_ENSURES = re.compile(r"(?<!为)(?<!为了)确保(?![^,，]{0,12}(?:前提|基础|同时))")
_FOLLOWS = re.compile(r"(?:投[产用运]|[建落]成|投入(?:使用|运[行营])|通车|达产|竣工|完工|启用|上市|贯通)[^,，]{0,4}后")
"""What comes of a work once it is there is expected, not set out for."""
_WHICH = re.compile(r"(?:容量|功率|面积|[总全]长|产值|投资|收入|规模|价值|人口|营收|重)(?:达到?|超过?|约|近|为|在)*$")
"""总投资10亿元以上的项目 only says which."""
_BEARS = re.compile(r"涉|惠及|受益|容纳|[上下]限|可停|用于|最[高多]|能够|每(?:所|个|名|户|家|村|县|校)[^,，]{0,14}(?:至少|最少)")
"""Whom it concerns, what it holds, what each must have."""
_ACCORDING = re.compile(
    r"规定[,，:：]|不得|禁止|(?<![数依证占])据(?!报道|悉|了解|介绍|此|[^,，]{0,24}(?:规划|计划|方案|布局|安排|部署|要求|意见|通知|纲要|目标|协议|办法))[^,，]{2,24}[,，]"
)
"""Whoever counts the world's people plans nothing: 根据世界卫生组织,2025年将达到17%."""
_PAYS = re.compile(
    r"支付|赔偿|计提|减值|授予|行权|派$|自有资金|注册资本|出资|募集|[申自]购|认缴|闲置|授信|担保|征收|学费|附加费|索赔|罚|和解|收取|售价|拟售|定价|价格|票价|单价|年薪|月薪|薪酬|年终奖|出售|卖出|收购|回购|解禁|分红|增[持资]|减持|募资|认购|拟?融|筹|斥资|债|注资|发行|发售|"
    r"贷款|派现|红利|股权|降价|降幅|中选|集采|造价|关税|税率|补贴|补助|奖励|给予|优惠|面额|费率|扣除|[减免]征|应纳税|最高可|每[股份套]|目标价|罚款"
)
_BEFORE = re.compile(
    r"(?:[从由](?!事|于)[^,，。至到]{0,12}|的|等|现有|原有?的?|超过去年的?|[高低]于[^,，]{0,12}|上述|这|第|前|每|分|另外|其[他余]|首批|(?:省|市|区|县|国|境)内|[”》]规划|依托[^,，]*|(?:实现|完成)对[^,，]*|比[^,，]{1,12}[高低多少快慢]|\(约?[占合]?)$"
)
_PROPERTY = re.compile(
    r"(?:左右|以上|以下|以内)?\s*(?:功率|级(?!别)|版|型|制|时间|期|规格|口径|车型|手机|人群|人口|居民|老人|用户|机组|换装|指标涵盖|积分|代金券|税目|"
    r"[^,，。;；、“”《]{0,10}(?:措施|举措|(?<!解决)方案|倡议|清单|条款|抗议|示威)|的?部分|(?:交易|工作)日|[家个座项条]?[^,，。;；]{0,6}(?<!目标)中[,，])"
)
_AT = re.compile(
    r"的(?:价格|罚款|关联收购|报价)|[^,，。;；]{0,12}(?:收购|竞购|自购|申购|套期|理财|现金管理|融资|征收|加征|关税|罚款|债|股权|股份|股票|持仓|资产)|[^。;；]{0,60}组成的|或以上的|[“\"《]"
)
"""What follows the price, the thing or the share of a deal, or a list's count."""
_GOAL = re.compile(
    r"(?:左右|以上)?(?:(?:这一|的)?(?:总体|预期|发展|年度|既定|规划)?任务(?!时间|书|组)|(?:这一|的)?(?:[^,，。;；:：、“”\d]{0,12}的)?[^,，。;；:：、“”\d的]{0,6}目标(?![水附价客群市人]))"
)
_HITS = re.compile(r"命中|打击|击中|摧毁|识别|袭|瞄准|探测|定位|海上")
"""What is aimed at with arms and lenses."""
_REACHED = re.compile(r"完成|实现|达成|超额|购")
"""3家企业完成目标 counts who has."""
_EARLY = re.compile(r"提前|超额|(?:已经?|顺利|如期|圆满)(?:完成|实现|达成)|(?:超过|突破|超出)(?:原?计划的?|原定的?)?$")
"""A goal that is reached is none any more."""
_OVER = re.compile(r"[^,，。;；]{0,12}(?:目标|任务)(?:已经?|早已|提前|超额|如期|全部|均|顺利|圆满)+(?:完成|实现|达成|成为)(?!了?\d)")
_HOPED = re.compile(r"有望|预测|料将?|回购|分红|派息|[增减]持")
_KEPT = re.compile(r"[^。;；]{0,20}(?:已|提前)[^。;；,，]{0,6}(?:完成|实现|达成)")
_PROPERTIES = re.compile(r"(?:射程|航程|续航|时速|速度|口径|高度|直径|厚度|重量|分辨率)(?:约|可?达到?|为|高达|超过?)*$")
_RUNS = re.compile(r"加开|增开|开行|停运|起降|航班|执行|安排旅客列车")
_RUN = re.compile(r"[列班趟对]|架次?|班次|航班|[\u4e00-\u9fff]?次")
"""今天加开列车100列 is a timetable."""
_CLASS = re.compile(r"(?:的)?(?:企业|集群|品牌|产业链?)")
_MEASURED = re.compile(r"[元吨件]$")
"""10家产值超50亿元企业 are so many firms of that size."""
_SIZED = re.compile(r"(?:投资|产值|营收|收入)$")
_MANKIND = re.compile(r"全球|人类|世界|病例|患者|死亡")
_COUNTED = re.compile(r"[个处座枚项]$")
"""18个目标 were hit, not set."""
_SPAN_UNIT = re.compile(
    r"^(?:个?(?:天|日|周岁?|月|年|岁|小时|分钟?|秒|工作日|学时|世纪)|周岁|个?基点|BP|bp|GB|TB|MB|(?:毫|厘|微)?[米mM]|mm|cm|英?寸|nm|纳米|公斤|千克|吨级|g|克)$"
)
_SPAN_OF = re.compile(r"(?:时间|时长|寿命|周期|年限|里程|全长|总长|长度|产能|产量)")


def aimed(*, before: str, after: str, unit: str, indicator: str, bounded: bool, by: int | None, running: bool, planned: bool) -> bool:
    """Return whether a quantity is aimed at.

    `before` is its sentence up to it and `after` some characters behind it. `by` is the place in `before` where a time ends by
    which something is to be reached, if its sentence names one; `running` says that this time is one that has begun already;
    `planned` says that its item tells of a plan at all.
    """
    before = before.rstrip()
    clause = _CLAUSE.split(before)[-1]
    earlier = before[: len(before) - len(clause)]
    if _GOAL.match(after) and not _INTENT.search(clause) and (_EARLY.search(clause) or _OVER.match(after)):
        return False
    if (goal := _GOAL.match(after)) and not (
        _DONE.search(clause[-12:])
        or _SPAN_UNIT.match(unit)
        or _HITS.search(clause + goal[0])
        or _BEARS.search(clause)
        or _HOPED.search(clause)
        or _REACHED.search(goal[0])
    ):
        return not _COUNTED.search(unit) or after.startswith("的")
    if (
        _PROPERTY.match(after)
        or _AT.match(after)
        or _BEFORE.search(before)
        or (_SPAN_UNIT.match(unit) and not _SPAN_OF.search(clause[-16:] + indicator))
    ):
        return False
    if (
        _PROPERTIES.search(clause)
        or unit.endswith("级")
        or (bounded and _MEASURED.search(unit) and _CLASS.match(after))
        or (bounded and _SIZED.search(clause) and re.match(r"(?!左右)[\u4e00-\u9fff]", after))
    ):
        return False
    if _RUN.fullmatch(unit) and _RUNS.search(clause) and "年" not in clause:
        return False
    if _EXPECTS.search(clause) or _PAYS.search(clause) or _DONE.search(clause):
        return False
    if any(_says(clause, word) for word in _INTENT.finditer(clause)):
        return not (clause.endswith("拟") and re.match("[买购]", after))
    if secured := _SECURES.search(clause):
        if not secured["what"] and clause.endswith("将确保"):
            return True
        return _BEARS.search(clause) is None and not after.startswith("的") and (bounded or _REACHES.search(secured["what"]) is not None)
    will = _WILL.search(clause)
    if not (bounded or will or _REACHES.search(clause)) or _EXPECTS.search(earlier) or _UP_TO_NOW.search(earlier):
        return False
    if _FOLLOWS.search(before) or _BEARS.search(clause) or _ACCORDING.search(before):
        return False
    if will:
        return True
    if after.startswith("的") and _WHICH.search(clause):
        return False
    if (
        by is not None
        and planned
        and not _KEPT.match(after)
        and not (_MANKIND.search(clause) and not _PROPOSES.search(earlier))
        and not _DONE.search(before if running else before[max(0, by - 2 - len(_CLAUSE.split(before[:by])[-1])) :])
    ):
        said = before[max(by, len(earlier)) :]
        if running:
            shall = _SHALL.search(before[by:]) or _SAID.search(before)
            if shall and _PROPOSES.search(before) and _REACHES.search(said):
                return True
        elif bounded or _REACHES.search(said):
            return True
    words = [*_INTENT.finditer(earlier), *_ENSURES.finditer(earlier)]
    if _MAKES.match(clause):
        words = sorted([*words, *_WILL.finditer(earlier)], key=lambda word: word.start())
    return (
        bool(words)
        and _CONTINUES.search(clause) is None
        and before.count("(") <= before.count(")")
        and _REACHES.search(clause) is not None
        and not _PAYS.search(earlier[words[-1].start() :])
        and not _DONE.search(_CLAUSE.split(earlier[: words[-1].start()])[-1] + earlier[words[-1].end() :])
    )


def _says(clause: str, word: re.Match[str]) -> bool:
    """Whether a word of intent says so of what follows, not only which it is: 拟进行分红的公司超过370家, 目标是飞到“风力为地面3倍”的高处."""
    rest = clause[word.end() :]
    if rest.count("“") > rest.count("”"):
        return False
    return word[0] not in _PLANS or re.search(r"[^\W\d]的(?!目标)[^,，]*(?:超过?|达到?|共|有|约|近)$", rest) is None
