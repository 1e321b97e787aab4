"""Which taxonomy a digest is classified by: its source's, else the one that fits its items."""

import json
import random

import pytest

from scripts.classes_score import FOLDER
from services.enrich import taxonomy
from services.enrich.fit import fitting
from services.enrich.taxonomy import compiled_by_name, parse

Items = list[tuple[str | None, str]]
ENERGY: Items = [("江岭省印发碳市场配额方案", "覆盖水泥企业。"), ("屋顶光伏并网", ""), (None, "国家统计局：CPI同比上涨0.4%。")]
NEWS: Items = [("两国总统通电话", "双方谈及停火。"), ("高考报名人数公布", ""), ("绿电交易首单落地", ""), (None, "警方：嫌疑人已被刑拘。")]


def items(name: str) -> Items:
    """Title and body of the invented items."""
    rows = (json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines())
    return [(row["title"], row["body"]) for row in rows]


@pytest.mark.parametrize(("digest", "name"), [(ENERGY, "energy"), (NEWS, "news"), ([], "energy"), ([(None, "春天来了。")], "energy")])
def test_most_items_decide(digest: Items, name: str) -> None:
    """With as many for either, or none, the first by name."""
    assert fitting("some-source", digest) is compiled_by_name(name)


@pytest.mark.parametrize(("file", "name"), [("items.jsonl", "energy"), ("news.jsonl", "news")])
def test_eight_items_are_enough_to_tell(file: str, name: str) -> None:
    """Whichever eight of the labelled ones."""
    every = items(file)
    assert all(fitting(None, random.Random(seed).sample(every, 8)) is compiled_by_name(name) for seed in range(20))


def test_a_topic_that_both_have_tells_nothing() -> None:
    """Artificial intelligence is a topic of either taxonomy, so news of it fits neither more."""
    assert fitting(None, [("大模型与算力", "人工智能"), ("欧盟提高碳关税", "涉及碳边境调节机制。")]) is compiled_by_name("energy")


def test_a_source_that_a_taxonomy_names_has_that_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its items say."""
    found = {
        "energy": parse("energy", 'sources = ["*"]\n[topics."碳市场"]\nwords = ["碳市场"]\n'),
        "news": parse("news", 'sources = ["*", "cctv"]\n[topics."国际"]\nwords = ["总统"]\n'),
    }
    monkeypatch.setattr(taxonomy, "taxonomies", lambda: found)
    clear()
    try:
        names = {source: set(fitting(source, [("碳市场", "")]).first) for source in ("cctv", "other")}
    finally:
        clear()
    assert names == {"cctv": {"国际"}, "other": {"碳市场"}}


def clear() -> None:
    """Forget compiled taxonomies."""
    taxonomy.compiled_by_name.cache_clear()
    taxonomy.alone.cache_clear()
