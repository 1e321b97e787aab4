"""What tells an aim from other amounts, as patterns over folded text: words of intent, named goals, forecasts, deals.

Each speaks of a kind of sentence; `aims` says which are asked in which order. Samples of the kinds are in
tests/data/targets/kinds.jsonl.
"""

import re

PLANS = ("计划", "拟")
"""Words of intent that may also say which: 拟进行分红的公司超过370家."""

# Words that set an aim

MAKES = (
    r"新增|新建|新设|新制定|改建|扩建|改造|建成|建设|建立|建造|打造|构建|创建|培育|培养|完成|实现|形成|"
    r"推广|布局|布设|部署|投放|引进|引育|落地|营造|治理|修复|淘汰|压减|替代|认定|遴选|开工|推进|推动"
)
MAKING = re.compile(MAKES)
REACHES = re.compile(
    rf"{MAKES}|"
    r"减排|减产|扩招|裁员|达产|投产|投运|达到?|超过?|突破|增加|增长|增至|增|扩大|提[高升]|升至|"
    r"翻[一两]番|降至|降到|下降|降低|降|减少|减至|缩短|控制在|保持在|稳定在|不(?:低|高|少|多|大|小)于|"
    r"不超过?|不足|覆盖|占比?|以上"
)
INTENT = re.compile(
    r"力争|(?<!多)争取(?![\d一两几]|[^,，]{0,12}资金|$)|努力(?=实现|达到|完成|使)|预期目标|"
    r"(?<!目标)(?<!打击)目标(?:(?:提[升高]|上调|下调|降低)[至到]|为|是|值?[为是]|到|达|定[为在]|"
    r"设[为定在]|维持在|[:：])|"
    r"(?<![的新该项两个动作展订阅原期减表农模发])(?<![A-Za-z] )计划(?![的书署中内外和与、。，,：:)）”》]|"
    r"经济|项目|用户|会员|订阅|入选|$)|"
    r"规划(?=到|总(?!面积|人口|长)|[新建装投产期容改至约达]|$|明确|提出|布局|完成(?!编制)|实施)|"
    r"(?<![模虚比])拟(?![合态人定对将以大中向]|规定|明确|出台|议|每|强制|同意|纳入|转让|派|购回|南芥|"
    r"发布|公布|表彰|授予)|(?<![也都就还只可需不])要(?:力争|达到|实现|完成|突破)|"
    r"(?:提出|明确|要求|设定|定下)(?:了)?(?:要|将)?(?:力争|实现|达到|建成|新增|突破|完成)"
)
"""Words of intent. 计划 and 拟 only where they are verbs: neither 该计划 nor 拟人."""
WILL = re.compile(
    r"(?<![即必可就或])将(?:再|新|力争|累计|全部|陆续|分别|同步|重点|着力|努力){0,2}"
    rf"(?={MAKES}|投入|投资)"
)
"""将 right before what is made."""
ENSURES = re.compile(r"(?<!为)(?<!为了)确保(?![^,，]{0,12}(?:前提|基础|同时))")
"""No purpose (为确保供电) and no condition (确保安全的前提下)."""
SECURES = re.compile(r"(?<!为)(?<!为了)确保(?P<what>(?![了着])[^,，]*)$")
"""确保产量稳定在1亿吨 sets out to reach, 确保3万亩小麦过冬 looks after what is there."""
SHALL = re.compile(r"将|要|拟|须")
SAID = re.compile(r"提出|明确|要求|部署")
PROPOSES = re.compile(
    r"提出|明确|要求|部署|定下|确定|制定|印发|出台|目标|任务|推进|推动|建设|实施|规划|计划|方案|还将|"
    r"将(?:继续|全面|全力|深入|着力|重点|进一步)"
)
"""What a sentence says of a plan whose time has begun already."""

# Goals that are named as such

GOAL = re.compile(
    r"(?:左右|以上)?(?:(?:这一|的)?(?:总体|预期|发展|年度|既定|规划)?任务(?!时间|书|组)|"
    r"(?:这一|的)?(?:[^,，。;；:：、“”\d]{0,12}的)?[^,，。;；:：、“”\d的]{0,6}目标(?![水附价客群市人]))"
)
"""Behind the amount: 5%左右的增长目标, 1000亿斤任务."""
EARLY = re.compile(r"提前|超额|(?:已经?|顺利|如期|圆满)(?:完成|实现|达成)|(?:超过|突破|超出)(?:原?计划的?|原定的?)?$")
"""A goal that is reached is none any more: 提前实现…目标."""
OVER = re.compile(
    r"[^,，。;；]{0,12}(?:目标|任务)(?:已经?|早已|提前|超额|如期|全部|均|顺利|圆满)+(?:完成|实现|达成|"
    r"成为)(?!了?\d)"
)
"""…的目标已提前完成"""
KEPT = re.compile(r"[^。;；]{0,20}(?:已|提前)[^。;；,，]{0,6}(?:完成|实现|达成)")
"""…,现已提前完成"""
HITS = re.compile(r"命中|打击|击中|摧毁|识别|袭|瞄准|探测|定位|海上")
"""What is aimed at with arms and lenses."""
REACHED = re.compile(r"完成|实现|达成|超额|购")
"""3家企业完成目标 counts who has."""
HOPED = re.compile(r"有望|预测|料将?|回购|分红|派息|[增减]持")
COUNTED = re.compile(r"[个处座枚项]$")
"""18个目标 were hit, not set."""

# Amounts that are none

EXPECTS = re.compile(
    r"预期(?!目标)|预测|预估|预报|预计|料将?|研判|有望|可能|或将?(?=[达超涨跌增减破升降])|前值|初值|"
    r"终值|市场预|分析师|机构(?=认为|称|预)|概率|推测|白皮书|意味|相当于|辟谣|否认|不会|取消|拒绝|"
    r"报告》?(?:称|指出|认为)|估[算计]|测算|推算|不太|如果|假如|倘若|只要|台风|届时|将会|估值|"
    r"高盛(?:认为|预)|研报|速度|可以?(?=节|减|增|达|提|实现|新增|带动|供|输|满足)|每年可|研究员|专家|"
    r"(?:报告|研究|数据|结果|统计|调查|白皮书)》?显示"
)
"""Who expects, supposes or denies it."""
DONE = re.compile(
    r"已|完成了|实现了|建成了|同比|环比|达到了|增长了|下降了|提高了|累计(?!新)|去年|上年|目前|当前|截至|"
    r"截止|此前|上调|下调|修正|收盘|涨|跌|如今|就[达有超]|(?<![为除出确定布示])了(?!解|望)|首次|今年前|"
    r"[前至]\s?\d{1,2}\s?个?月|[立建设成养育持现到增造开化]了|"
    r"共(?:有|吸引|收到|接待|建|发布|推出|签约|评定)|现有|以来|原有|看好|财年|财季|下达|获批|连续|新高|"
    r"纪录|[较比](?:上年|去年|同期|日常|平时|原|现)|比计划|完成(?:年度|全年)计划|超额|梳理形成|排查出|"
    r"年同期"
)
"""Results, and what is compared with them."""
UP_TO_NOW = re.compile(r"截[至止]")
PAYS = re.compile(
    r"支付|赔偿|计提|减值|授予|行权|派$|自有资金|注册资本|出资|募集|[申自]购|认缴|闲置|授信|担保|征收|"
    r"学费|附加费|索赔|罚|和解|收取|售价|拟售|定价|价格|票价|单价|年薪|月薪|薪酬|年终奖|出售|卖出|收购|"
    r"回购|解禁|分红|增[持资]|减持|募资|认购|拟?融|筹|斥资|债|注资|发行|发售|贷款|派现|红利|股权|降价|"
    r"降幅|中选|集采|造价|关税|税率|补贴|补助|奖励|给予|优惠|面额|费率|扣除|[减免]征|应纳税|最高可|"
    r"每[股份套]|目标价|罚款"
)
"""Prices, deals, levies, wages."""
FOLLOWS = re.compile(r"(?:投[产用运]|[建落]成|投入(?:使用|运[行营])|通车|达产|竣工|完工|启用|上市|贯通)[^,，]{0,4}后")
"""What comes of a work once it is there is expected, not set out for."""
CONTINUES = re.compile(r"^(?:以|从而|使|让|后者|前者|其|从)|可以?|设计|效率|成本|性能|带宽|分别")
"""What is no further aim behind one: what it is for, what it brings, which of two has it."""
WHICH = re.compile(r"(?:容量|功率|面积|[总全]长|产值|投资|收入|规模|价值|人口|营收|重)(?:达到?|超过?|约|近|为|在)*$")
"""总投资10亿元以上的项目 only says which."""
BEARS = re.compile(
    r"涉|惠及|受益|容纳|[上下]限|可停|用于|最[高多]|能够|"
    r"每(?:所|个|名|户|家|村|县|校)[^,，]{0,14}(?:至少|最少)"
)
"""Whom it concerns, what it holds, what each must have."""
ACCORDING = re.compile(
    r"规定[,，:：]|不得|禁止|(?<![数依证占])据(?!报道|悉|了解|介绍|此|"
    r"[^,，]{0,24}(?:规划|计划|方案|布局|安排|部署|要求|意见|通知|纲要|目标|协议|办法))[^,，]{2,24}[,，]"
)
"""Rules that others keep to; who counts the world's people plans nothing: 根据世界卫生组织,2025年将达到17%."""
MANKIND = re.compile(r"全球|人类|世界|病例|患者|死亡")

# What stands right before or behind such amounts

BEFORE = re.compile(
    r"(?:[从由](?!事|于)[^,，。至到]{0,12}|的|等|现有|原有?的?|超过去年的?|[高低]于[^,，]{0,12}|上述|这|"
    r"第|前|每|分|另外|其[他余]|首批|(?:省|市|区|县|国|境)内|[”》]规划|依托[^,，]*|"
    r"(?:实现|完成)对[^,，]*|比[^,，]{1,12}[高低多少快慢]|\(约?[占合]?)$"
)
"""Baselines (由50%), comparisons (比全部投资高3%), what is told again in brackets."""
PROPERTY = re.compile(
    r"(?:左右|以上|以下|以内)?\s*(?:功率|级(?!别)|版|型|制|时间|期|规格|口径|车型|手机|人群|人口|居民|"
    r"老人|用户|机组|换装|指标涵盖|积分|代金券|税目|"
    r"[^,，。;；、“”《]{0,10}(?:措施|举措|(?<!解决)方案|倡议|清单|条款|抗议|示威)|的?部分|"
    r"(?:交易|工作)日|[家个座项条]?[^,，。;；]{0,6}(?<!目标)中[,，])"
)
"""60千瓦以上功率, 15项措施, 30个交易日."""
AT = re.compile(
    r"的(?:价格|罚款|关联收购|报价)|[^,，。;；]{0,12}(?:收购|竞购|自购|申购|套期|理财|现金管理|融资|"
    r"征收|加征|关税|罚款|债|股权|股份|股票|持仓|资产)|[^。;；]{0,60}组成的|或以上的|[“\"《]"
)
"""What follows the price, the thing or the share of a deal, or a list's count."""
PROPERTIES = re.compile(r"(?:射程|航程|续航|时速|速度|口径|高度|直径|厚度|重量|分辨率)(?:约|可?达到?|为|高达|超过?)*$")
"""射程为300公里"""
RUNS = re.compile(r"加开|增开|开行|停运|起降|航班|执行|安排旅客列车")
RUN = re.compile(r"[列班趟对]|架次?|班次|航班|[\u4e00-\u9fff]?次")
"""今天加开列车100列 is a timetable."""
CLASS = re.compile(r"(?:的)?(?:企业|集群|品牌|产业链?)")
MEASURED = re.compile(r"[元吨件]$")
"""10家产值超50亿元企业 are so many firms of that size."""
SIZED = re.compile(r"(?:投资|产值|营收|收入)$")
"""投资500万元以上技改项目 too."""
SPAN_UNIT = re.compile(
    r"^(?:个?(?:天|日|周岁?|月|年|岁|小时|分钟?|秒|工作日|学时|世纪)|周岁|个?基点|BP|bp|GB|TB|MB|"
    r"(?:毫|厘|微)?[米mM]|mm|cm|英?寸|nm|纳米|公斤|千克|吨级|g|克)$"
)
"""Spans of time and sizes of single things, unless they are what is measured (SPAN_OF)."""
SPAN_OF = re.compile(r"(?:时间|时长|寿命|周期|年限|里程|全长|总长|长度|产能|产量)")
