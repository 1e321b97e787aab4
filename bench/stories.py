"""An index in which one story was told very often in, how long folded searches take and whether the service answers meanwhile out.

Three collections, each with some thousand other items: `copies` of one wording that differ in how many hours ago they were published; `numbers`, the
same text with another number each, so that each is a story of its own which looks like all others; `reworded`, the same story in words that differ
here and there. Items are written with bulk, not enriched. One size at a time; the index is deleted before the next.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

import httpx
from elasticsearch import AsyncElasticsearch
from elasticsearch.helpers import async_bulk

from bench import search_index
from bench.progress import Bar
from bench.search import percentile
from services.index import document, indices
from shared import index_names as names
from shared.elastic import connect
from shared.settings import ElasticsearchSettings
from tests.pipeline import Pipeline
from tests.search_corpus import digest

SIZES = (10_000, 100_000)
KINDS = ("copies", "numbers", "reworded")
OTHERS = 2_000
"""Items of other stories beside, two tellings each"""
REQUESTS = 60
"""Of each way: enough for a 95th percentile"""
PAGES = 10
"""As far as pages are turned"""
PROBE_SECONDS = 0.05

TITLE = "昆山:将新增(近)零碳工厂10家"
BODY = (
    "2月2日,昆山市人民政府印发《昆山市制造业绿色低碳发展行动方案》。方案提出,到2026年,全市新增(近)零碳工厂10家以上,新增分布式光伏装机容量25万千瓦以上,"
    "培育绿色工厂50家。支持企业开展产品碳足迹核算,鼓励龙头企业带动供应链协同降碳,完善碳排放统计核算体系。"
)
WORDS = ("支持", "鼓励", "培育", "完善", "提出", "新增", "核算", "带动", "开展", "印发", "协同", "统计")
OTHER_WORDS = ("推动", "引导", "建立", "健全", "要求", "增加", "测算", "牵引", "组织", "出台", "共同", "计量")

Json = dict[str, Any]


def body(kind: str, number: int) -> str:
    """The text of the `number`th telling."""
    if kind == "numbers":
        return BODY.replace("25万千瓦", f"{26 + number}万千瓦")
    if kind == "reworded":
        for at, (word, other) in enumerate(zip(WORDS, OTHER_WORDS, strict=True)):
            if number >> at & 1:
                return BODY.replace(word, other) + f"(来源{chr(0x4E00 + number % 20_000)}报)"
        return BODY
    return f"{BODY}({number % 200 + 1}小时前)"


def documents(kind: str, size: int) -> Iterator[Json]:
    """The items: `size` tellings over fifty sources and sixty days, and OTHERS."""
    made: dict[str, Json] = {}
    for number in range(size):
        text = body(kind, number)
        if text not in made:
            made[text] = _item(TITLE, text)
        yield made[text] | _facts(number)
    for number in range(OTHERS):
        text = "".join(chr(0x4E00 + (number // 2 * 7919 + at * at * 31 + at * 17) % 3000) for at in range(150))
        yield _item(f"零碳工厂{text[:8]}", text) | _facts(size + number)


def _item(title: str, text: str) -> Json:
    read = document.read(digest([(title, "要闻", text)]).to_json())
    return next(iter(read.items.values()))


def _facts(number: int) -> Json:
    day = date(2026, 2, 1) + timedelta(days=number % 60)
    return {"item_id": f"{number:032x}", "digest_id": f"{number // 20:032x}", "source": f"来源{number % 50}", "published_on": day.isoformat()}


async def fill(client: AsyncElasticsearch, namespace: str, kind: str, size: int) -> None:
    """Make the index; searchable at once."""
    await indices.ensure(client, namespace=namespace)
    alias = names.alias(namespace, "items")
    actions = ({"_index": alias, "_id": one["item_id"], "_source": one} for one in documents(kind, size))
    await async_bulk(client, actions, chunk_size=1000)
    await client.indices.refresh(index=alias)


def measure(
    pipeline: Pipeline, elasticsearch: ElasticsearchSettings, bar: Bar, *, kinds: tuple[str, ...] = KINDS, sizes: tuple[int, ...] = SIZES
) -> Json:
    """Figures by kind and size, in ms; only the search service of the pipeline runs."""
    figures: Json = {}
    for kind in kinds:
        for size in sizes:
            bar.say(f"folding {size:,} tellings: {kind}")
            figures[f"{kind} {size}"] = asyncio.run(_one(pipeline, elasticsearch, kind, size))
    return figures


async def _one(pipeline: Pipeline, elasticsearch: ElasticsearchSettings, kind: str, size: int) -> Json:
    client = connect(elasticsearch)
    try:
        await fill(client, pipeline.namespace, kind, size)
        await asyncio.to_thread(pipeline.start, "search")
        try:
            return await _asked(pipeline.url("search"))
        finally:
            await asyncio.to_thread(pipeline.terminate, "search")
    finally:
        await search_index.remove(client, pipeline.namespace)
        # What was searched for is kept too.
        for index in (await client.indices.get(index=f"{names.queries(pipeline.namespace)}-*", features="aliases")).body:
            await client.indices.delete(index=index, ignore_unavailable=True)
        await client.close()


async def _asked(url: str) -> Json:
    ways: dict[str, Json] = {
        "plain": {"q": "零碳工厂", "facets": "none"},
        "folded": {"q": "零碳工厂", "facets": "none", "fold": "true"},
        "folded by date": {"facets": "none", "fold": "true"},
        "folded, 100": {"q": "零碳工厂", "facets": "none", "fold": "true", "size": 100},
    }
    figures: Json = {}
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=120) as client:
        for name, parameters in ways.items():
            async with _probed(url) as probes:
                seconds = [await _timed(client, "/api/search", parameters) for _ in range(REQUESTS)]
            figures[name] = _figures(seconds, probes)
        async with _probed(url) as probes:
            seconds = [await _timed(client, "/", {"q": "零碳工厂"}) for _ in range(REQUESTS)]
        figures["page"] = _figures(seconds, probes)
        async with _probed(url) as probes:
            seconds = [took async for took in _turned(client, ways["folded"])]
        figures["next pages"] = _figures(seconds, probes)
    return figures


async def _timed(client: httpx.AsyncClient, path: str, parameters: Json) -> float:
    began = time.perf_counter()
    (await client.get(path, params=parameters)).raise_for_status()
    return time.perf_counter() - began


async def _turned(client: httpx.AsyncClient, parameters: Json) -> AsyncIterator[float]:
    """Page after page, from the second on."""
    cursor = (await client.get("/api/search", params=parameters)).json()["next"]
    for _ in range(PAGES):
        if cursor is None:
            return
        began = time.perf_counter()
        answer = await client.get("/api/search", params=parameters | {"cursor": cursor})
        yield time.perf_counter() - began
        cursor = answer.raise_for_status().json()["next"]


@asynccontextmanager
async def _probed(url: str) -> AsyncIterator[list[float]]:
    """How long /healthz takes, asked again and again while the block runs."""
    seconds: list[float] = []

    async def probe() -> None:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=120) as client:
            while True:
                seconds.append(await _timed(client, "/healthz", {}))
                await asyncio.sleep(PROBE_SECONDS)

    task = asyncio.create_task(probe())
    try:
        yield seconds
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _figures(seconds: list[float], probes: list[float]) -> Json:
    shares = {f"p{share}_ms": percentile(seconds, share) for share in (50, 95)}
    return shares | {"healthz_p95_ms": percentile(probes, 95), "healthz_max_ms": round(1000 * max(probes, default=0.0), 1)}


def rows(figures: Json) -> list[tuple[str, str, str]]:
    """For the table: what, figure, ratio."""
    return [
        (
            f"stories, {of}: {way}",
            f"p50 {each['p50_ms']:g} ms, p95 {each['p95_ms']:g} ms; /healthz p95 {each['healthz_p95_ms']:g} ms",
            f"{each['p50_ms'] / ways['plain']['p50_ms']:.1f} of plain",
        )
        for of, ways in figures.items()
        for way, each in ways.items()
    ]
