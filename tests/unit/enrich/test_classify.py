"""Document types and topics."""

from datetime import date

import pytest

from services.enrich.classify import classify
from services.enrich.entities import extract


def classes(title: str | None, body: str, section: str | None = None) -> tuple[str, list[str]]:
    """Document type and names of the topics."""
    found = classify(title, body, section, extract(title, body, published_on=date(2026, 2, 6)))
    return found.doc_type, [topic.name for topic in found.topics]


@pytest.mark.parametrize(
    ("title", "body", "doc_type", "topic"),
    [
        ("昆山:推动零碳园区建设", "2月2日,昆山市人民政府印发《昆山市2026年优化营商环境行动方案》。", "政策", "零碳园区与工厂"),
        ("算电协同发展指导意见（征求意见稿）公示", "吉林省工信厅公示《指导意见》。", "征求意见", "电力市场与电网"),
        ("炘隆:获温室气体核查声明", "苏州炘隆超净科技有限公司完成了年度企业碳盘查。", "企业动态", "碳核算与核查"),
        ("MSCI:32%的公司已设定净零排放目标", "近日,MSCI发布2025年第四季度转型金融追踪报告。", "报告", "碳达峰碳中和政策"),
        (None, "截至8月底，全国发电装机容量约31.3亿千瓦，同比增长14%。其中风电装机容量约4.7亿千瓦，增长19.9%。", "统计数据", "风电"),
        ("某某储能电站并网", "项目总投资3亿元。", "项目", "储能"),
        ("第六届某某峰会下周举行", "会议将邀请嘉宾。", "活动", "未分类"),
        ("深度 | 从保消纳到强消费", "可再生能源进入新时代。", "观点", "可再生能源"),
    ],
)
def test_type_and_topic(title: str | None, body: str, doc_type: str, topic: str) -> None:
    """What the item does decides its type; the words of the taxonomy its topics."""
    found, topics = classes(title, body)
    assert found == doc_type
    assert topic in topics


def test_a_topic_says_why() -> None:
    """The evidence is the words found."""
    (topic,) = classify(None, "推进碳捕集与CCUS示范", None, []).topics
    assert topic.name == "CCUS"
    assert topic.evidence == ("碳捕集", "CCUS")


def test_nothing_known_is_unclassified() -> None:
    """No guess where no word says anything."""
    assert classes(None, "春天来了。") == ("未分类", ["未分类"])
