"""A digest of places, bodies and firms under many names, split and enriched for real, for the tests of names on a real Elasticsearch."""

import hashlib
from collections.abc import Sequence
from datetime import date

from services.enrich.enrich import enrich
from shared.ids import digest_id
from shared.records import EnrichedDigest, RawDigest
from tests.search_corpus import RECEIVED

STORIES = (
    ("苏州市出台储能补贴办法", "苏州市人民政府印发《苏州市新型储能补贴管理办法》,单个项目补贴不超过500万元。"),
    ("昆山:新建充电站", "昆山市今年新建充电站20座。"),
    ("南京鼓楼:推进供热改造", "南京市鼓楼区推进供热改造。"),
    ("徐州鼓楼:建设公园", "徐州市鼓楼区建设口袋公园。"),
    ("广东:海上风电并网", "广东省能源局表示,海上风电并网容量再创新高。"),
    ("长三角:共建电力市场", "长三角共建电力市场,年内试运行。"),
    ("宁德时代:发布新电池", "宁德时代新能源科技股份有限公司发布新电池,称续航更长。"),
    ("车企签约", "某车企与宁德时代签约。"),
    ("昆山光电:投产", "昆山光电科技股份有限公司二期投产。"),
    ("隆基绿能:签订组件大单", "隆基绿能科技股份有限公司与海外客户签订组件大单。"),
    ("两家机关规范绿证交易", "国家发展改革委、国家能源局联合印发通知,规范绿证交易,支持储能。"),
    ("节能行动部署", "工业和信息化部、国家发展改革委等五部门印发《节能行动方案》。"),
    ("江苏省发展改革委:公布清单", "江苏省发展改革委公布项目清单。"),
    ("太仓市住房城乡建设局:公示", "太仓市住房城乡建设局公示名单。"),
    ("核算有了依据", "核算按照GB/T 32151.1—2015,并参照ISO 14064-1和DB32/T 4000—2021。"),
    ("雄安新区:新校区开工", "雄安新区新校区开工。"),
    ("保定:改造管网", "保定市改造老旧管网。"),
)
"""Title and body of each item."""


HELP_STORIES = (
    ("昆山:将新增(近)零碳工厂10家", "昆山市今年将新增零碳工厂10家,建设零碳园区,推广光伏。"),
    ("低温来袭", "最低气温-5℃,低温持续。"),
    ("碳市场公布方案", "全国碳市场发放配额,绿证交易同步推进,《碳排放权交易管理暂行条例》已施行。"),
    ("氢能:新站投运", "氢能示范站投运。"),
    ("两家机关支持储能", "国家发展改革委、国家能源局联合印发通知,支持储能。"),
    ("产品碳足迹标准发布", "按照GB/T 32151.1核算。"),
    ("项目投产", "项目采用绿电,以直连方式供电。"),
    ("某省:提出目标", "到2030年,全省风电装机达到2000万千瓦以上,非化石能源消费占比达到30%以上。"),
    ("宁德时代:发布新电池", "宁德时代发布新电池。"),
    ("太仓市住房城乡建设局:公示", "太仓市住房城乡建设局公示名单。"),
)
"""What the examples of the help find."""


def known_names(
    stories: Sequence[tuple[str, str]] = STORIES, *, published_on: date = date(2026, 2, 6), source: str = "names-weekly"
) -> EnrichedDigest:
    """The stories as one digest."""
    text = "\n\n".join(["本周要闻", *(f"{number}.{title}\n{body}" for number, (title, body) in enumerate(stories, 1))])
    raw = RawDigest(
        digest_id=digest_id(source, external_id=published_on.isoformat(), content=""),
        source=source,
        media_type="text/plain",
        received_at=RECEIVED,
        published_on=published_on,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        revision=1_770_339_600_000,
    )
    found = enrich(raw, text.encode(), enriched_at=RECEIVED)
    assert [item.title for item in found.items] == [title for title, _ in stories]
    return found
