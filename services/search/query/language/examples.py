"""What can be typed → what it finds: the page about the query language and its tests are made from these. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.search.query.language.fields import FIELDS, Kind


@dataclass(frozen=True, slots=True)
class Example:
    """A query that can be read, and what it finds, in Chinese."""

    query: str
    finds: str


EXAMPLES: Mapping[str, Sequence[Example]] = {
    "词语与引号": (
        Example("昆山 零碳工厂", "空格隔开的词都要出现"),
        Example("“昆山:将新增”", "引号内逐字查找,标点也算"),
        Example("昆山:将新增(近)零碳工厂10家", "标题可以整条粘贴:词语中间的冒号、括号都按文字查找"),
        Example("-5℃ 低温", "减号后面是数字时,按负数查找"),
        Example("两部门 储能", "连同两个机关联合印发的条目;三部门、多部门 等同样"),
        Example("CATL", "连同 宁德时代、宁王 等同一事物的其他名称一起查找"),
    ),
    "任选、排除与括号": (
        Example("碳市场 OR 碳交易", "任一出现即可;也可写 碳市场 | 碳交易"),
        Example("碳市场 -广东", "不含“广东”;也可写 碳市场 NOT 广东"),
        Example("(光伏 OR 风电) 昆山", "括号内先算;括号要在词语开头,紧跟在字后面的括号按文字查找"),
        Example("氢能 -(补贴 OR 奖励)", "括号里的都不要"),
    ),
    "字段": (
        Example("地区:昆山 零碳", "只找提到昆山的条目"),
        Example("地区:江苏", "江苏省和它下辖的市、县;全称、简称(粤)、代码、长三角 这样的合称都可以,重名的写上级,如 地区:南京鼓楼"),
        Example("地区:(昆山 OR 常州)", "任一地区"),
        Example("机关:“国家发展改革委” 储能", "全称、简称、英文缩写都可以;值里有空格或标点时加引号"),
        Example("机关:住建局", "不写地名则各地的都找;机关:苏州住建局 只找一地的"),
        Example("企业:宁王", "全称、简称、俗称、英文名、股票代码都可以,答案会说明按什么查找"),
        Example("文件:碳排放权交易管理暂行条例", "写不写书名号都一样"),
        Example("标准:GB/T 32151", "各部分、各年份的都找;空格、斜线、大小写不影响"),
        Example("-类型:政策解读 绿证", "排除一种类型"),
        Example("标题:碳足迹", "只在标题里找"),
        Example("正文:(绿电 直连)", "只在正文里找"),
    ),
    "时间": (
        Example("日期:上周", "上周一至上周日;还可写 今天、昨天、本周、本月、上月、今年、去年"),
        Example("日期:近7天 储能", "今天和之前的六天;还可写 近三个月、最近一周、近半年"),
        Example("日期:2026-01..2026-03", "从一月初到三月末;一边可以不写:2026-01.."),
        Example("日期:2025年第四季度", "还可写 2026、2026年1月、2026-01-05、去年下半年"),
        Example("日期:不详", "没有写明发布日期、也推断不出来的"),
        Example("after:2026-01 零碳园区", "2026 年 1 月 1 日及以后;也可写 起始:2026-01"),
        Example("before:2026-01 零碳园区", "2026 年 1 月 1 日以前,不含当天;含当天写 截至:2026-01-01"),
    ),
    "相近与通配": (
        Example("“碳市场 配额”~10", "两个词都出现,相隔不超过 10 个字,先后不论"),
        Example("碳市场 ~10 配额", "同上"),
        Example("零碳?厂", "? 代表一个字;词尾的问号只是问号"),
        Example("GB/T 32151.*", "* 代表任意几个字,最多 20 个;除它以外至少要有两个字"),
    ),
    "目标": (
        Example("目标:风电", "提出了风电目标的条目"),
        Example("目标:装机>=10GW", "装机目标不低于 10GW,单位不同也会换算"),
        Example("目标:装机>=1000万千瓦@2030", "到 2030 年为止的目标"),
        Example("目标:>=30%", "任何不低于 30% 的目标"),
    ),
}


def field_table() -> Sequence[tuple[Kind, str, Sequence[str]]]:
    """Kind, English name and the other names of every field, facets first."""
    order: list[Kind] = ["facet", "text", "dates", "target"]
    return [(field.kind, field.name, field.names[1:]) for field in sorted(FIELDS.values(), key=lambda one: order.index(one.kind))]
