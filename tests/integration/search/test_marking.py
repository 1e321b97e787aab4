"""What Elasticsearch finds is what we mark, and what it does not find is not marked."""

from collections.abc import AsyncIterator

import pytest
from elasticsearch import AsyncElasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.index import mapping
from services.search.answer.match_highlight import mark, needles
from services.search.query.clauses import Clauses
from services.search.query.language.nodes import Near, Node, Phrase, Wildcard, Word
from shared import elastic
from shared.settings import ElasticsearchSettings
from shared.text.folding import compact, fold
from tests.engines import RunningEngines

pytestmark = pytest.mark.connected

BODIES = (
    "昆山:将新增(近)零碳工厂10家。2月2日,昆山市人民政府印发《行动方案》,新增分布式光伏装机容量25万千瓦以上。\n依据GB/T 32151.1—2015。",
    "臺灣碳達峰方案，減排CO₂　５万吨，Ⅱ类水质；二〇三〇年⑩推进，m³、℃、½。零碳园区、工厂。",
    "碳市场的配额与碳市场;配额碳 市\n场🟡𠮷野家 e\u0301\ufe0fx。零零碳碳零碳零零碳碳碳",
    "ＩＳＯ 14067，Apple碳足迹为32%,3215?*[a]〔2026〕1号",
)
TEXT = "".join(BODIES)


@pytest.fixture
async def client(engines: RunningEngines, namespace: str) -> AsyncIterator[AsyncElasticsearch]:
    """A client with an index of our analysis, an item of each body in it."""
    client = elastic.connect(ElasticsearchSettings(url=engines.elasticsearch_url))
    fields = {"properties": {name: mapping.ITEM_PROPERTIES[name] for name in ("title", "body")}}
    try:
        await client.indices.create(index=namespace, settings={"index": {"analysis": mapping.ANALYSIS}}, mappings=fields)
        for number, body in enumerate(BODIES):
            await client.index(index=namespace, id=str(number), document={"title": body[5:15], "body": body})
        await client.indices.refresh(index=namespace)
        yield client
    finally:
        await client.indices.delete(index=namespace, ignore_unavailable=True)
        await client.close()


def _piece(least: int, most: int) -> st.SearchStrategy[str]:
    """Cut from the bodies, or of their characters."""
    cut = st.builds(lambda at, length: TEXT[at : at + length], st.integers(0, len(TEXT) - most), st.integers(least, most))
    return st.one_of(cut, cut, st.text(TEXT, min_size=least, max_size=4)).filter(str.strip)


NODES: st.SearchStrategy[Node] = st.one_of(
    st.builds(lambda text: Phrase(text, 0, 1), _piece(1, 12)),
    st.builds(lambda text: Word(text, 0, 1), _piece(1, 8)),
    # Not the same part twice: Lucene counts the gaps of repeated intervals otherwise.
    st.builds(lambda one, other, distance: Near((one, other), distance, 0, 1), _piece(1, 3), _piece(1, 3), st.integers(0, 30)).filter(
        lambda near: compact(fold(near.parts[0])) != compact(fold(near.parts[1]))
    ),
    st.builds(lambda one, wild, other: Wildcard(one + wild + other, 0, 1), _piece(1, 3), st.sampled_from(["*", "?", "??"]), _piece(1, 3)),
)


async def test_what_is_found_is_marked(client: AsyncElasticsearch, namespace: str) -> None:
    """Of any phrase, word, proximity, wildcard."""
    nodes: list[Node] = []

    @settings(max_examples=400, database=None, suppress_health_check=list(HealthCheck))
    @given(NODES)
    def gather(node: Node) -> None:
        nodes.append(node)

    gather()
    for node in nodes:
        answer = await client.search(index=namespace, query=Clauses().of(node))
        found = {hit["_id"] for hit in answer.body["hits"]["hits"]}
        query = needles(node, lambda _text, _exact: ())
        marks = {str(number): mark(body[5:15], body, query) for number, body in enumerate(BODIES)}
        assert found == {number for number, marked in marks.items() if marked.title or marked.body}, node
