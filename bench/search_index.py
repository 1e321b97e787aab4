"""Enriched digests in, an index of their items out, made by the indexer's own document and bulk; with how large it grew."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from elasticsearch import AsyncElasticsearch

from bench.progress import Bar
from services.index import batch, document, indices, verdicts
from services.index.bulk import Bulk
from services.index.flow_control.blockers import Blockers
from shared import index_names as names
from shared.settings import IndexSettings

Json = dict[str, Any]

DIGESTS = 100
"""Made at a time, while Elasticsearch takes those before."""

EVERY = 53
"""One item of so many is kept to draw queries from: 3,800 of 200,000."""


SIZES_SECONDS = 10.5
"""Elasticsearch looks at sizes on disk every ten seconds (index.store.stats_refresh_interval)."""


@dataclass(frozen=True)
class Filled:
    """What was put in."""

    items: int
    source_bytes: int
    """Of the documents as they were sent"""
    index_bytes: int
    """On disk, after the segments were merged as they are merged by themselves"""
    drawn: Sequence[Json]
    """Documents to draw queries from"""


async def fill(client: AsyncElasticsearch, namespace: str, digests: Iterator[Json], count: int, bar: Bar) -> Filled:
    """Index `count` items; raises RuntimeError where one is refused."""
    await indices.ensure(client, namespace=namespace)
    alias = names.alias(namespace, "items")
    settings = IndexSettings()
    bulk = Bulk(client, settings.batch_bytes, settings.in_flight, Blockers())
    items = size = 0
    drawn: list[Json] = []
    sending: asyncio.Task[Any] | None = None
    with bar.counting("items indexed", count) as counted:
        while made := await asyncio.to_thread(_documents, digests):
            operations = [batch.indexing(0, one["item_id"], version, one) for version, one in made]
            drawn += [one for at, (_, one) in enumerate(made) if (items + at) % EVERY == 0]
            items += len(operations)
            size += sum(len(operation.lines) for operation in operations)
            await _done(sending)
            sending = asyncio.create_task(bulk.run(alias, operations))
            counted(items)
        await _done(sending)
    return Filled(items, size, await _settled(client, alias), drawn)


def _documents(digests: Iterator[Json]) -> list[tuple[int, Json]]:
    read = [document.documents(digest) for digest in islice(digests, DIGESTS)]
    return [(one.version, item) for one in read for item in one.items.values()]


async def _done(sending: "asyncio.Task[list[verdicts.Judgement]] | None") -> None:
    if sending and (refused := [one for one in await sending if one.verdict is not verdicts.Verdict.DONE]):
        raise RuntimeError(f"Elasticsearch refused {len(refused)} items: {refused[0]}")


async def _settled(client: AsyncElasticsearch, alias: str) -> int:
    """Bytes on disk once all is searchable and no merge runs.

    Segments that were merged lie beside the merged one until the next flush, which comes by itself within minutes: so long an
    index takes up to half as much again.
    """
    while True:
        await client.indices.refresh(index=alias)
        await client.indices.flush(index=alias)
        await asyncio.sleep(SIZES_SECONDS)
        total = (await client.indices.stats(index=alias, metric="store,merge")).body["_all"]["primaries"]
        if not total["merges"]["current"]:
            break
    await client.indices.flush(index=alias)  # what was merged since the last one
    await asyncio.sleep(SIZES_SECONDS)
    total = (await client.indices.stats(index=alias, metric="store")).body["_all"]["primaries"]
    return int(total["store"]["size_in_bytes"])


async def remove(client: AsyncElasticsearch, namespace: str) -> None:
    """Delete the indices of that namespace."""
    for kind in names.KINDS:
        await client.indices.delete(index=names.index(namespace, kind), ignore_unavailable=True)
