"""Elasticsearch folds as we do: character by character, with offsets into the text as it was."""

import unicodedata
from collections.abc import AsyncIterator
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.index import mapping
from shared import elastic
from shared.settings import ElasticsearchSettings
from shared.text.folding import TABLE, compact, fold
from tests.engines import RunningEngines

pytestmark = pytest.mark.connected


@pytest.fixture
async def client(engines: RunningEngines, namespace: str) -> AsyncIterator[AsyncElasticsearch]:
    """A client with an index of our analysis and one item's text."""
    client = elastic.connect(ElasticsearchSettings(url=engines.elasticsearch_url))
    fields = {"properties": {"body": mapping.ITEM_PROPERTIES["body"]}}
    try:
        await client.indices.create(index=namespace, settings={"index": {"analysis": mapping.ANALYSIS}}, mappings=fields)
        yield client
    finally:
        await client.indices.delete(index=namespace, ignore_unavailable=True)
        await client.close()


async def _tokens(client: AsyncElasticsearch, index: str, analyzer: str, text: str) -> list[dict[str, Any]]:
    answer = await client.indices.analyze(index=index, analyzer=analyzer, text=text)
    return [token for token in answer.body["tokens"] if isinstance(token, dict)]


def _known(character: str) -> bool:
    """Not of the scripts whose numbers and marks folding takes for letters, as no digest has them: see shared.text.folding."""
    return character < "\U00010000" or unicodedata.category(character)[0] in "LPS" or unicodedata.category(character) == "Nd"


CHARACTERS = st.one_of(
    st.sampled_from([chr(code) for code in TABLE]),
    st.sampled_from("碳达峰2060年GDP增长％ \n\t　“”①Ⅱ⑩½🟡𠮷\u0301\ufe0f\u200b"),
    st.characters(exclude_categories=["Cs", "Cn"]).filter(_known),
)


async def test_characters_as_we_fold_them(client: AsyncElasticsearch, namespace: str) -> None:
    """Of any text; each token stands where its character stands, also beyond the first plane, where folding changes the length in UTF-16."""
    texts: list[str] = []

    @settings(max_examples=300, database=None, suppress_health_check=list(HealthCheck))
    @given(st.text(CHARACTERS, max_size=60))
    def gather(text: str) -> None:
        texts.append(text)

    gather()
    # Every rule once, too.
    rules = [chr(code) for code in TABLE]
    texts += ["".join(rules[at : at + 1000]) for at in range(0, len(rules), 1000)]
    for text in filter(None, texts):
        tokens = await _tokens(client, namespace, "chars", text)
        assert [token["token"] for token in tokens] == list(compact(fold(text))), text
        units = text.encode("utf-16-le", "surrogatepass")
        originals = [units[2 * token["start_offset"] : 2 * token["end_offset"]].decode("utf-16-le") for token in tokens]
        assert [fold(original) for original in originals] == [token["token"] for token in tokens], text


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("碳達峰", ["碳达", "达峰"]),
        ("ＣＯ₂減排", ["co2", "减排"]),
        ("⼆氧化碳", ["二氧", "氧化", "化碳"]),
        ("Ｉ类𠮷野", ["i", "类𠮷", "𠮷野"]),
    ],
)
async def test_pairs_of_folded_characters(client: AsyncElasticsearch, namespace: str, text: str, pairs: list[str]) -> None:
    """Ranking sees what phrases see."""
    assert [token["token"] for token in await _tokens(client, namespace, "bigrams", text)] == pairs


@pytest.mark.parametrize(
    ("body", "phrase", "found"),
    [
        ("臺灣碳達峰方案", "台湾碳达峰", True),
        ("台湾碳达峰方案", "臺灣碳達峰", True),
        ("装机２５％以上", "25%", True),
        ("减排CO₂当量", "co2当量", True),
        ("GB/T 32151.1—2015", "GB/T 32151.1-2015", True),
        ("Ⅱ类水质", "Ⅱ类", True),
        ("Ⅲ类水质", "Ⅱ类", False),
        ("⑩推进", "⑪推进", False),
    ],
)
async def test_phrases_however_they_are_written(client: AsyncElasticsearch, namespace: str, body: str, phrase: str, found: bool) -> None:
    """Either side may be the one in other characters."""
    await client.index(index=namespace, id="1", document={"body": body}, refresh=True)
    answer = await client.count(index=namespace, query={"match_phrase": {"body.chars": phrase}})
    assert (answer.body["count"] == 1) is found
