"""What pages say in Chinese has Chinese punctuation."""

import importlib
import re
from collections.abc import Iterator

import pytest

from services.search.chinese import refusal
from services.search.errors import SearchError
from services.search.web.rendering import HERE

HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff])[,:;?!()]|[,:;?!()](?=[\u4e00-\u9fff])")
PAGES = ("digest", "digest_not_indexed", "digests", "error", "feed", "feed_done_part", "feed_part", "registered_source", "source")


def errors(kind: type[SearchError] = SearchError) -> Iterator[type[SearchError]]:
    """An error and all that are of its kind."""
    yield kind
    for one in kind.__subclasses__():
        yield from errors(one)


def test_errors_are_told_with_chinese_punctuation() -> None:
    """All of search's, which its app has loaded, and a refusal of ingest's."""
    importlib.import_module("services.search.web.app")
    told = {one.chinese for one in errors()} | {refusal("undecodable", "damaged"), refusal("new")}
    assert [words for words in told if HALF_WIDTH.search(words)] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_chinese_punctuation(page: str) -> None:
    """In the words of the template."""
    text = (HERE / "templates" / f"{page}.html").read_text("utf-8")
    assert HALF_WIDTH.findall(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text)) == []
