"""Topics and document types of general news: the invented labelled items, and the scorer of real ones."""

import io
import json
import tarfile
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from scripts import news_score
from scripts.classes_score import FOLDER, Sets, macro
from scripts.real_items import archives, drawn, items_of
from services.enrich.classify import classify
from services.enrich.entities import extract
from services.enrich.taxonomy import compiled_by_name, taxonomies


@lru_cache(maxsize=1)
def scored() -> tuple[Sets, Sets]:
    """(gold, given) topics and document types of the invented items."""
    topics: Sets = []
    types: Sets = []
    for line in (FOLDER / "news.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        entities = extract(row["title"], row["body"], published_on=date(2026, 8, 24))
        found = classify(row["title"], row["body"], row["section"], entities, lexicon=compiled_by_name("news"))
        topics.append((frozenset(row["topics"]), frozenset(topic.name for topic in found.topics)))
        types.append((frozenset([row["doc_type"]]), frozenset([found.doc_type])))
    return topics, types


def test_invented_items_reach_the_floor() -> None:
    """Reached: macro F1 of topics 0.905, of document types 0.866."""
    topics, types = scored()
    assert macro(topics) >= 0.85
    assert macro(types) >= 0.80


def test_few_invented_items_are_unclassified() -> None:
    """One is of no topic; what is of a topic hardly ever has none."""
    topics, types = scored()
    assert sum(given == {"未分类"} for _, given in topics) <= 3
    assert sum(given == {"未分类"} for _, given in types) <= 5


def test_the_invented_items_have_each_topic_and_most_types() -> None:
    """So that what gates is the whole taxonomy."""
    topics, types = scored()
    news = taxonomies()["news"]
    assert set(news.topics) <= {name for gold, _ in topics for name in gold}
    assert {"公告", "财报", "融资", "发布", "突发事件", "研究", "人事", "漏洞", "教程", "资源", "会见", "案件", "表态", "综述"} <= {
        name for gold, _ in types for name in gold
    }


@pytest.mark.parametrize(
    ("title", "body", "section", "kind"),
    [
        ("海川股份2025年年报：净利润同比扭亏", "", None, "财报"),
        ("星野机器人完成A轮融资", "由三家机构领投。", None, "融资"),
        ("临江一化工厂爆炸", "救援正在进行。", None, "突发事件"),
        ("某路由器存在命令注入漏洞", "", None, "漏洞"),
        ("平凡的一天", "", "观点", "观点"),
        ("平凡的一天", "", None, "未分类"),
    ],
)
def test_general_news_has_types_of_its_own(title: str, body: str, section: str | None, kind: str) -> None:
    """By words in title and lead, else by the section's name."""
    assert classify(title, body, section, [], lexicon=compiled_by_name("news")).doc_type == kind


@pytest.mark.parametrize(("title", "kind"), [("海川股份净利润同比扭亏", "企业动态"), ("星野机器人完成A轮融资", "企业动态")])
def test_digests_on_carbon_keep_the_nine_types(title: str, kind: str) -> None:
    """A type of general news is not given where the taxonomy has none."""
    assert classify(title, "", None, [], lexicon=compiled_by_name("energy")).doc_type == kind


def test_an_untitled_brief_counts_its_first_sentence_once() -> None:
    """Two weak words there are not four."""
    assert classify(None, "双方代表希望协商", None, [], lexicon=compiled_by_name("news")).doc_type == "未分类"


def test_labels_of_real_items_hold_no_text() -> None:
    """Only where an item stands and what was decided of it, in names that the taxonomies have."""
    known = {topic for taxonomy in taxonomies().values() for topic in taxonomy.topics} | {"未分类"}
    rows = news_score.rows("real.jsonl")
    assert all(set(row) == {"part", "archive", "file", "index", "hash", "doc_type", "topics"} for row in rows)
    assert {name for row in rows for name in row["topics"]} <= known
    assert {part: sum(row["part"] == part for row in rows) for part in news_score.PARTS} == {"tuning": 200, "seen": 100, "held-out": 98}


def test_real_items_are_read_from_archives(tmp_path: Path) -> None:
    """Digests of one-line items and such that the splitter parts, each item with its hash."""
    lines = json.dumps({"news": ["警方：嫌疑人已被刑拘。", "某地发生5级地震。"]}).encode()
    with tarfile.open(tmp_path / "daily.tar.gz", "w:gz") as packed:
        for name, content in (("daily/1.json", lines), ("daily/notes.txt", b"x")):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
    ((name, files),) = archives(tmp_path)
    found = items_of("daily/1.json", files["daily/1.json"])
    assert (name, list(files)) == ("daily", ["daily/1.json"])
    assert [item.doc_type for item in found] == ["案件", "突发事件"]
    assert drawn(files, 5, seed=1, without=[found[0].hash]) == [found[1]]


def test_a_digest_of_general_news_is_classified_as_such() -> None:
    """By what its items say together, on the way from bytes to items."""
    digest = (
        "# 早报\n\n## 地震\n\n青屏县发生5.1级地震，消防救援力量赶赴灾区。\n\n"
        "## 高考报名开始\n\n教育部印发通知，高校招生办法不变。\n\n## 警方刑拘三人\n\n三人涉嫌诈骗。\n"
    )
    found = items_of("daily.md", digest.encode())
    assert [(item.doc_type, sorted(item.topics)) for item in found] == [("突发事件", ["天气与灾害"]), ("政策", ["教育"]), ("案件", ["法治"])]
