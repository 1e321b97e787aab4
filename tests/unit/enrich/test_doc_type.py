"""What kind of text an item is: a line for each cue that people would name."""

from datetime import date

import pytest

from services.enrich.doc_type import doc_type
from services.enrich.entities import extract
from services.enrich.entities.fold import fold

TABLE = [
    ("工信部就《绿色工厂评价办法》公开征求意见", "", "征求意见"),
    ("两项碳足迹国家标准发布", "市场监管总局批准发布,明年实施。", "标准"),
    ("河南省人民政府办公厅关于印发节能方案的通知", "", "政策"),
    ("商务部等八部门出台措施支持以旧换新", "", "政策"),
    ("专家:绿证价格仍会走低", "某大学教授认为,供给宽松。", "观点"),
    ("可再生能源发展白皮书发布", "白皮书显示,占比过半。", "报告"),
    ("上半年用电量同比增长5%", "国家统计局数据显示,增速回升。", "统计数据"),
    ("百兆瓦光伏电站并网", "项目总投资3亿元。", "项目"),
    ("碳中和论坛在北京召开", "两百名嘉宾出席。", "活动"),
    ("华能国际三季报净利润翻番", "公司公告称,煤价下降。", "企业动态"),
    ("春天来了", "花开了。", "未分类"),
]


@pytest.mark.parametrize(("title", "body", "kind"), TABLE)
def test_kind(title: str, body: str, kind: str) -> None:
    """Title before body."""
    assert doc_type(fold(title), fold(body), "", extract(title, body, published_on=date(2026, 2, 6))).kind == kind


def test_the_reasons_come_out() -> None:
    """What was found for the kind that was taken."""
    assert doc_type("碳中和论坛在北京召开", "", "", []).reasons == ("论坛",)


def test_the_section_says_opinion() -> None:
    """A column of opinions holds opinions."""
    assert doc_type("储能的冷思考", "", "专家观点", []).kind == "观点"
