"""Elasticsearch's bulk and mget as the writer uses them: the fake and the real one pass the same body."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from services.index import batch, indices, mapping, verdicts
from services.index.batch import Operation
from services.index.bulk import FILTER_PATH, Client
from services.index.verdicts import Judgement, Verdict
from shared import elastic
from shared import index_names as names
from shared.settings import ElasticsearchSettings
from tests.fakes.elastic import FakeElastic

Json = dict[str, Any]


class Store:
    """A client with the alias of an items index."""

    def __init__(self, client: Client, alias: str) -> None:
        self.client = client
        self.alias = alias

    async def run(self, *operations: Operation, alias: str | None = None) -> list[Judgement]:
        """Judgements on operations in one request."""
        answer = await self.client.bulk(
            index=alias or self.alias,
            operations=[operation.lines for operation in operations],
            require_alias=True,
            include_source_on_error=False,
            filter_path=FILTER_PATH,
        )
        return verdicts.judgements(operations, answer.body)

    async def verdicts(self, *operations: Operation) -> list[Verdict]:
        """Verdicts on operations in one request."""
        return [judgement.verdict for judgement in await self.run(*operations)]

    async def get(self, *ids: str, fields: Sequence[str] = ("item_id",)) -> list[Json | None]:
        """Documents by id."""
        answer = await self.client.mget(index=self.alias, ids=ids, source_includes=fields)
        return [doc["_source"] if doc["found"] else None for doc in answer.body["docs"]]

    async def place(self, id: str) -> tuple[int, int]:
        """Where a document stands in its shard's history."""
        answer = await self.client.mget(index=self.alias, ids=[id], source_includes=())
        (doc,) = answer.body["docs"]
        return doc["_seq_no"], doc["_primary_term"]


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.connected)])
async def store(request: pytest.FixtureRequest, namespace: str) -> AsyncIterator[Store]:
    """Both in turn; the real one with a fresh index."""
    if request.param == "fake":
        yield Store(FakeElastic(), "items")
        return
    client = elastic.connect(ElasticsearchSettings(url=request.getfixturevalue("engines").elasticsearch_url))
    index, alias = names.index(namespace, "items"), names.alias(namespace, "items")
    try:
        # Of the items alone: making an index is what these tests take their time for.
        await indices.create(client, index, "items", alias=alias, settings=mapping.settings("items", shards=1, replicas=0))
        yield Store(client, alias)
        await client.indices.delete(index=index)
    finally:
        await client.close()


def _put(id: str, version: int, **fields: Any) -> Operation:
    return batch.indexing(0, id, version, {"item_id": id, **fields})


async def test_what_was_put_is_read_at_once(store: Store) -> None:
    """By id, in real time, without a refresh; None for what isn't there; only the fields asked for."""
    assert await store.verdicts(_put("a", 1, subject="昆山", body="甲")) == [Verdict.DONE]
    assert await store.get("b", "a", fields=("item_id", "subject")) == [None, {"item_id": "a", "subject": "昆山"}]


async def test_equal_version_replaces_lower_is_stale(store: Store) -> None:
    """external_gte."""
    assert await store.verdicts(_put("a", 5, subject="一"), _put("a", 5, subject="二"), _put("a", 4, subject="三")) == [
        Verdict.DONE,
        Verdict.DONE,
        Verdict.STALE,
    ]
    assert await store.get("a", fields=("subject",)) == [{"subject": "二"}]


async def test_deletion_keeps_the_version_rule(store: Store) -> None:
    """Older deletions are stale; of what isn't there they are done, and may be repeated."""
    assert await store.verdicts(_put("a", 5)) == [Verdict.DONE]
    assert await store.verdicts(batch.deleting(0, "a", 4)) == [Verdict.STALE]
    assert await store.verdicts(batch.deleting(0, "a", 5), batch.deleting(0, "a", 5), batch.deleting(0, "never", 1)) == [Verdict.DONE] * 3
    assert await store.get("a") == [None]


async def test_a_deleted_document_remembers_its_version_for_a_while(store: Store) -> None:
    """What is older than the deletion does not come back."""
    await store.run(_put("a", 5), batch.deleting(0, "a", 6))
    assert await store.verdicts(_put("a", 5)) == [Verdict.STALE]
    assert await store.verdicts(_put("a", 7)) == [Verdict.DONE]


async def test_replacing_takes_the_place_of_what_was_read_only(store: Store) -> None:
    """Nothing there: created once. Something there: replaced once, by whoever read it last, whatever else may be written in the same request."""
    first = [batch.replacing(0, "a", None, {"item_id": "a", "subject": subject}) for subject in "甲乙"]
    assert await store.verdicts(*first) == [Verdict.DONE, Verdict.STALE]
    place = await store.place("a")
    second = [batch.replacing(0, "a", place, {"item_id": "a", "subject": subject}) for subject in "丙丁"]
    assert await store.verdicts(*second, _put("b", 1)) == [Verdict.DONE, Verdict.STALE, Verdict.DONE]
    assert await store.get("a", fields=("subject",)) == [{"subject": "丙"}]
    assert await store.place("a") != place


async def test_replacing_what_is_gone_is_stale(store: Store) -> None:
    """It is not made anew."""
    await store.run(_put("a", 1))
    place = await store.place("a")
    await store.run(batch.deleting(0, "a", 2))
    assert await store.verdicts(batch.replacing(0, "a", place, {"item_id": "a"})) == [Verdict.STALE]


async def test_poison_is_judged_alone(store: Store) -> None:
    """A date that is none and a field that nobody knows are refused, their neighbours are not; the reason quotes no text."""
    found = await store.run(_put("a", 1), _put("b", 1, published_on="昆山昨日"), _put("c", 1, mood="good"), _put("d", 1, published_on="2026-02-06"))
    assert [judgement.verdict for judgement in found] == [Verdict.DONE, Verdict.POISON, Verdict.POISON, Verdict.DONE]
    assert [judgement.error for judgement in found[1:3]] == ["document_parsing_exception", "strict_dynamic_mapping_exception"]
    assert "published_on" in found[1].reason
    assert "昆山" not in found[1].reason
    assert await store.get("a", "b", "c", "d") == [{"item_id": "a"}, None, None, {"item_id": "d"}]


async def test_a_missing_alias_is_an_operators_matter(store: Store) -> None:
    """And is not made by writing to it."""
    for _ in range(2):
        (judgement,) = await store.run(_put("a", 1), alias="t-nobody-made-this")
        assert (judgement.verdict, judgement.error) == (Verdict.OPERATOR, "index_not_found_exception")


async def test_reading_a_missing_alias_says_so(store: Store) -> None:
    """Each document carries the error; that is not "not found"."""
    answer = await store.client.mget(index="t-nobody-made-this", ids=["a"], source_includes=["item_id"])
    assert [doc["error"]["type"] for doc in answer.body["docs"]] == ["index_not_found_exception"]


async def test_one_bad_id_spoils_the_request(store: Store) -> None:
    """Over 512 bytes: 400 for the whole, and nothing of it is done."""
    from elasticsearch import ApiError

    with pytest.raises(ApiError) as caught:
        await store.run(_put("a", 1), _put("x" * 513, 1))
    assert caught.value.meta.status == 400
    assert verdicts.judge_request(400, caught.value.body, operations=2).verdict is Verdict.SPLIT
