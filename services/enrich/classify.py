"""An item's title, body, section and entities in, its document type and topics out. Pure.

Topics come from `data/taxonomy.toml`, which a domain person can edit; each is given with the words that say it. An item that none fits is 未分类.
The document type is decided by what the item does: the first rule of `_RULES` that fits, title before body.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from services.enrich.entities.fold import fold
from services.enrich.entities.words import Scanner
from shared.records import Entity, Topic

UNKNOWN = "未分类"
MOST = 5
"""Topics of one item at most: beyond that an item is about everything and the topics say nothing."""


class Classes(NamedTuple):
    """What kind of text an item is, and what it is about."""

    doc_type: str
    topics: tuple[Topic, ...]


_LEAD = 160
"""Characters of the body that say what happened; what follows are details of it."""

_DRAFT = re.compile(r"征求意见|公开征集意见|征集.{0,10}意见|反馈意见|意见稿")
_ISSUE = re.compile(r"印发|发布|出台|公布|施行|实施|转发|下发|批复|修订|签署|公示")
_POLICY_KIND = re.compile(
    r"(?:通知|意见|方案|办法|规划|计划|纲要|条例|规定|规则|细则|措施|政策|公告|公示|批复|决定|行动|要点|法|清单|目录|指南|函|通告)(?:\([^()]*\))*$"
)
_REPORT_KIND = re.compile(r"(?:报告|白皮书|蓝皮书|绿皮书|年报|指数|展望)(?:\([^()]*\))*$")
_STANDARD_WORDS = re.compile(r"(?:国家|行业|团体|地方|国际|系列|企业)标准|标准(?:发布|实施|立项|体系)|ISO[ /]?\d")
_EVENT = re.compile(r"(?:论坛|峰会|大会|研讨会|座谈会|博览会|展览会|发布会|培训班|会议|年会|大赛|推介会|沙龙|开幕|闭幕|举办|召开)")
_PROJECT = re.compile(
    r"(?:项目|工程|电站|基地|工厂|机组|线路|生产线|装置|园区|高铁|示范区)[^,，。;；]{0,16}?(?:开工|"
    r"投产|并网|投运|竣工|建成|启动|中标|落地|签约|奠基|投用|贯通|通车|获批|备案|核准|开标|招标)|"
    r"(?:开工|投产|并网|投运|中标|签约|投入运行|正式投产)"
)
_OPINION = re.compile(r"(?:深度|评论|观点|社论|专栏|时评|解读|访谈|专访|署名文章|思考|笔谈|如何看待|为什么|专家(?:表示|认为)|述评|声音)")
_STATISTICS = re.compile(r"(?:同比|环比|增长|下降|累计|总量|突破|统计|数据显示|增加值|装机容量|发电量|用电量|成交量|成交额|产量|指数)")
_COMPANY = re.compile(r"(?:获|完成|发布|签约|收购|入股|回购|上市|公告|融资|合作|投资|推出|净利润|营业收入|净亏损|核查声明|转让|斥资|认证|开源)")


@lru_cache(maxsize=1)
def _taxonomy() -> tuple[Scanner, dict[str, list[tuple[str, bool]]], tuple[str, ...]]:
    """The scan for all words, the (topic, strong) pairs that each word says, and the topics in order."""
    table = tomllib.loads((files("services.enrich.data") / "taxonomy.toml").read_text("utf-8"))["topics"]
    says: dict[str, list[tuple[str, bool]]] = {}
    for topic, words in table.items():
        for word in words["words"]:
            says.setdefault(word, []).append((topic, True))
        for word in words.get("weak", []):
            says.setdefault(word, []).append((topic, False))
    return Scanner(says), says, tuple(table)


def classify(title: str | None, body: str, section: str | None, entities: Sequence[Entity]) -> Classes:
    """The document type (政策, 征求意见, 标准, 企业动态, 报告, 统计数据, 项目, 活动, 观点, 未分类) and the topics, weightiest first."""
    head, text = fold(title or ""), fold(body)
    return Classes(_doc_type(head, text, fold(section or ""), entities), _topics(head, text))


def _topics(title: str, body: str) -> tuple[Topic, ...]:
    scan, says, order = _taxonomy()
    weight: dict[str, float] = {}
    evidence: dict[str, list[str]] = {}
    # A word in the title weighs as three in the body; the same word again adds little, so it is counted three times at most.
    for text, each in ((title, 3.0), (body, 1.0)):
        seen: dict[str, int] = {}
        for hit in scan(text):
            seen[hit.word] = seen.get(hit.word, 0) + 1
            if seen[hit.word] > 3:
                continue
            for topic, strong in says[hit.word]:
                weight[topic] = weight.get(topic, 0.0) + each * (1.0 if strong else 0.4)
                if hit.word not in evidence.setdefault(topic, []):
                    evidence[topic].append(hit.word)
    best = max(weight.values(), default=0.0)
    # A topic stands if it has a strong word's weight, and a fifth of the weightiest one's: a word in passing is no topic.
    kept = sorted((t for t, w in weight.items() if w >= max(1.0, best / 5)), key=lambda t: (-weight[t], order.index(t)))[:MOST]
    return tuple(Topic(name=topic, evidence=tuple(evidence[topic][:8])) for topic in kept) or (Topic(name=UNKNOWN),)


def _doc_type(title: str, body: str, section: str, entities: Sequence[Entity]) -> str:
    lead = body[:_LEAD]
    documents = [e for e in entities if e.type == "document" and (e.field == "title" or e.start < _LEAD)]
    names = [fold(e.value) for e in documents if isinstance(e.value, str)]
    agencies = any(e.type == "agency" and (e.field == "title" or e.start < _LEAD) for e in entities)
    companies = any(e.type == "company" and (e.field == "title" or e.start < _LEAD) for e in entities)
    quantities = sum(e.type == "quantity" for e in entities)
    policies = any(_POLICY_KIND.search(name) for name in names)
    if _DRAFT.search(title) or (_DRAFT.search(lead) and names):
        return "征求意见"
    if re.match(r"(?:深度|评论|观点|专访|社论|时评|解读)\s*[|:丨]", title) or _OPINION.search(section):
        return "观点"
    if policies and (agencies or _POLICY_KIND.search(title)) and not _REPORT_KIND.search(names[0]):
        return "政策"
    if _STANDARD_WORDS.search(title) or (
        any(e.type == "standard" for e in entities) and _STANDARD_WORDS.search(lead) and _ISSUE.search(lead) and not companies
    ):
        return "标准"
    if any(_REPORT_KIND.search(name) for name in names) or re.search(r"(?:报告|白皮书|蓝皮书)(?:发布|显示|$)", title):
        return "报告"
    if _PROJECT.search(title) or (not title and _PROJECT.search(lead)):
        return "项目"
    if re.search(r"论坛|峰会|大会|研讨会|座谈会|博览会|开幕|举办|召开|年会|大赛", title):
        return "活动"
    if companies and not agencies and _COMPANY.search(title or lead):
        return "企业动态"
    if _STATISTICS.search(title or lead) and quantities >= 3:
        return "统计数据"
    if policies or (agencies and _ISSUE.search(title or lead)) or any(e.type == "document_no" for e in entities):
        return "政策"
    if companies:
        return "企业动态"
    if _EVENT.search(lead):
        return "活动"
    if _PROJECT.search(lead):
        return "项目"
    if _OPINION.search(title):
        return "观点"
    return "统计数据" if quantities >= 3 else UNKNOWN
