"""What people said of a source, in its digests' items."""

from datetime import UTC, datetime

import pytest

from services.enrich.enrich import enrich
from services.enrich.taxonomy import taxonomies
from shared.records import EnrichedDigest, RawDigest
from shared.registry.edit import TAXONOMIES
from shared.sources import Source

AT = datetime(2026, 2, 8, 1, 0, tzinfo=UTC)

PAGE = """<h2>要闻</h2>
<h3>1、新增零碳工厂10家</h3><p>2月3日发布名单，<a href="/news/12.html">详情</a>，另见<a href="https://other.example/a">报道</a>。</p>
<h3>2、昆山：分布式光伏装机达25万千瓦</h3><p>2月4日，昆山市发布数据，<a href="#top">返回</a>。</p>"""


def of(**said: str) -> EnrichedDigest:
    """The page, enriched with what was said of its source."""
    raw = RawDigest(digest_id="0" * 32, source="test", media_type="text/html", received_at=AT, sha256="0" * 64, revision=1)
    known = Source(source="test", knowledge=3, **said) if said else None
    return enrich(raw, PAGE.encode(), enriched_at=AT, known=known)


def test_the_registry_names_the_taxonomies_that_there_are() -> None:
    """No other is taken."""
    assert sorted(taxonomies()) == sorted(TAXONOMIES)


def test_the_region_is_that_of_items_which_name_none() -> None:
    """The other keeps its own."""
    assert [item.about_regions for item in of().items] == [(), ("320583",)]
    assert [item.about_regions for item in of(region="320500").items] == [("320500",), ("320583",)]


def test_relative_links_lead_to_the_source_s_site() -> None:
    """Whole ones stay, and so do those within the page."""
    links = [[link.url for link in item.links] for item in of(base_url="https://example.org/weekly/").items]
    assert links == [["https://example.org/news/12.html", "https://other.example/a"], ["#top"]]
    assert next(link.url for link in of().items[0].links) == "/news/12.html"


@pytest.mark.parametrize(
    ("name", "topics"),
    [("energy", [["零碳园区与工厂"], ["光伏"]]), ("general", [["未分类"], ["未分类"]])],
)
def test_the_named_taxonomy_classifies(name: str, topics: list[list[str]]) -> None:
    """Whatever would fit."""
    assert [[topic.name for topic in item.topics] for item in of(taxonomy=name).items] == topics


def test_a_taxonomy_that_is_not_there_says_nothing() -> None:
    """It may be of a newer version."""
    assert of(taxonomy="newer").items == of().items
