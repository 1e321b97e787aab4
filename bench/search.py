"""An index of many items in, how long it takes to search it out: hits with highlights, eight facets, suggestions, pages far down; at two sizes.

Four clients ask one after another without a pause, in the service's own process (as its routes do) and over HTTP; they and Elasticsearch share this
machine's cores, so that each waits for the others. Queries are drawn from the items (bench.search_queries), none of them twice in a row.
"""

import asyncio
import itertools
import statistics
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from elasticsearch import AsyncElasticsearch

from bench import search_corpus, search_index, search_queries, search_variants
from bench.progress import Bar
from bench.search_queries import Query
from services.search.answer.finder import Finder
from services.search.errors import SearchError
from services.search.query.request import SearchRequest
from services.search.query.synonym_file import SynonymFile
from shared.elastic import connect
from shared.settings import ElasticsearchSettings
from tests.pipeline import Pipeline

SIZES = (20_000, 200_000)
CLIENTS = 4
QUERIES = 20_000
"""More than are asked in the time: each is new to Elasticsearch's caches."""

SECONDS = {"hits": 60.0, "facets": 60.0, "suggest": 20.0, "pages": 20.0}
"""For each way at the larger size; at the smaller one, which only shows the growth, a third."""

FACETS = "section,about,topic,doc_type,agency,company,document,region"
COMMON = ("发展", "建设", "项目", "企业")
"""Words of many items, to go far down the pages of."""
PAGE, DEPTH = 100, 12_000

Figures = dict[str, Any]
Ask = Callable[[], Awaitable[tuple[str, bool]]]
"""Asks the next question; says its kind and whether it was taken"""


@dataclass
class Times:
    """Of one kind of question asked in one way."""

    seconds: list[float] = field(default_factory=list)
    by_kind: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: int = 0
    """Queries that could not be read: headlines may hold what means something to the query language"""

    def figures(self, duration: float) -> Figures:
        """In ms."""
        ms = {f"p{share}_ms": percentile(self.seconds, share) for share in (50, 95, 99)}
        kinds = {kind: percentile(seconds, 95) for kind, seconds in self.by_kind.items()} if len(self.by_kind) > 1 else {}
        rate = round(len(self.seconds) / duration, 1)
        return {"requests": len(self.seconds), "per_second": rate, **ms, "refused": self.refused, "p95_ms_by_kind": kinds}


def percentile(seconds: Sequence[float], share: int) -> float:
    """In ms, rounded."""
    if len(seconds) < 2:
        return round(1000 * sum(seconds), 1)
    return round(1000 * statistics.quantiles(seconds, n=100, method="inclusive")[share - 1], 1)


async def clients(ask: Callable[[int], Ask], duration: float) -> Figures:
    """Let the clients ask for so many seconds; `ask` makes one by its number."""
    times = Times()
    end = time.perf_counter() + duration
    cpu = time.process_time()

    async def client(one: Ask) -> None:
        while (began := time.perf_counter()) < end:
            kind, taken = await one()
            took = time.perf_counter() - began
            if taken:
                times.seconds.append(took)
                times.by_kind[kind].append(took)
            else:
                times.refused += 1

    await asyncio.gather(*(client(ask(number)) for number in range(CLIENTS)))
    cpu = time.process_time() - cpu
    return times.figures(duration) | {"own_cpu_ms": round(1000 * cpu / max(1, len(times.seconds)), 2)}


def measure(pipeline: Pipeline, elasticsearch: ElasticsearchSettings, bar: Bar, *, sizes: Sequence[int] = SIZES) -> Figures:
    """Fill, ask and empty the index of the pipeline's namespace, size by size; only the search service of the pipeline runs."""
    found = search_corpus.files()
    if not search_corpus.COLLECTIONS.is_dir():
        bar.say("no collections of digests beside the checkout: items are varied from those of the tests, which are few and short")
    base = search_corpus.base(found, bar)
    figures: Figures = {"base_items": len(base), "collections": search_corpus.COLLECTIONS.is_dir(), "clients": CLIENTS}
    for size in sizes:
        seconds = {name: each if size == max(sizes) else each / 3 for name, each in SECONDS.items()}
        figures[str(size)] = asyncio.run(_filled(pipeline, elasticsearch, base, size, bar))
        drawn = figures[str(size)].pop("drawn")
        asked = search_queries.queries(drawn, QUERIES)
        bar.say(f"searching {size:,} items in one process")
        figures[str(size)]["finder"] = asyncio.run(_in_process(elasticsearch, pipeline.namespace, asked, seconds))
        pipeline.start("search")
        bar.say(f"searching {size:,} items over HTTP")
        prefixes = search_queries.prefixes(drawn, QUERIES)
        figures[str(size)]["http"] = asyncio.run(_over_http(pipeline.url("search"), asked, prefixes, seconds))
        pipeline.terminate("search")
        asyncio.run(_emptied(elasticsearch, pipeline.namespace))
    return figures


async def _filled(pipeline: Pipeline, elasticsearch: ElasticsearchSettings, base: Sequence[bytes], size: int, bar: Bar) -> Figures:
    client = connect(elasticsearch)
    try:
        filled = await search_index.fill(client, pipeline.namespace, search_variants.digests(base, size), size, bar)
    finally:
        await client.close()
    megabytes = {"source_mb": round(filled.source_bytes / 1e6, 1), "index_mb": round(filled.index_bytes / 1e6, 1)}
    return {"items": filled.items, **megabytes, "ratio": round(filled.index_bytes / filled.source_bytes, 2), "drawn": filled.drawn}


async def _emptied(elasticsearch: ElasticsearchSettings, namespace: str) -> None:
    client = connect(elasticsearch)
    try:
        await search_index.remove(client, namespace)
    finally:
        await client.close()


async def _in_process(elasticsearch: ElasticsearchSettings, namespace: str, asked: Sequence[Query], seconds: dict[str, float]) -> Figures:
    client = connect(elasticsearch)
    try:
        return await _finder(client, elasticsearch, namespace, asked, seconds)
    finally:
        await client.close()


async def _finder(
    client: AsyncElasticsearch, elasticsearch: ElasticsearchSettings, namespace: str, asked: Sequence[Query], seconds: dict[str, float]
) -> Figures:
    finder = Finder(client, elasticsearch, SynonymFile(), namespace=namespace, key=b"bench")
    questions = itertools.cycle(asked)

    def asking(call: Callable[[SearchRequest], Awaitable[object]], facets: str) -> Callable[[int], Ask]:
        async def one() -> tuple[str, bool]:
            kind, parameters = next(questions)
            try:
                await call(SearchRequest.model_validate(parameters | {"facets": [facets]}))
            except SearchError as error:
                if error.status >= 500:
                    raise
                return kind, False
            return kind, True

        return lambda number: one

    await clients(asking(finder.search, "none"), 3)  # warm
    hits = await clients(asking(finder.search, "none"), seconds["hits"])
    await clients(asking(finder.facets, FACETS), 3)
    return {"hits": hits, "facets": await clients(asking(finder.facets, FACETS), seconds["facets"])}


async def _over_http(url: str, asked: Sequence[Query], prefixes: Sequence[str], seconds: dict[str, float]) -> Figures:
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
        questions, typed = itertools.cycle(asked), itertools.cycle(prefixes)

        async def get(path: str, kind: str, parameters: dict[str, Any]) -> tuple[str, bool]:
            answer = await client.get(path, params=parameters)
            if answer.status_code >= 500:
                answer.raise_for_status()
            return kind, answer.status_code == 200

        async def hits() -> tuple[str, bool]:
            kind, parameters = next(questions)
            return await get("/api/search", kind, parameters | {"facets": "none"})

        async def facets() -> tuple[str, bool]:
            kind, parameters = next(questions)
            return await get("/api/facets", kind, parameters | {"facets": FACETS})

        async def suggest() -> tuple[str, bool]:
            return await get("/api/suggest", "suggest", {"q": next(typed)})

        figures = {}
        ways: dict[str, Callable[[int], Ask]] = {"hits": lambda n: hits, "facets": lambda n: facets, "suggest": lambda n: suggest}
        ways["pages"] = lambda number: _pages(client, COMMON[number % len(COMMON)])
        for name, ask in ways.items():
            await clients(ask, 3)  # warm
            figures[name] = await clients(ask, seconds[name])
        return figures


def _pages(client: httpx.AsyncClient, word: str) -> Ask:
    """Page after page of the hits of a word, as far as DEPTH, then again from the first."""
    cursors: Iterator[int] = itertools.count()
    place: dict[str, Any] = {}

    async def one() -> tuple[str, bool]:
        nonlocal cursors
        answer = await client.get("/api/search", params={"q": word, "size": PAGE, "facets": "none", **place})
        answer.raise_for_status()
        following = answer.json()["next"]
        place.clear()
        if following and (next(cursors) + 1) * PAGE < DEPTH:
            place["cursor"] = following
        else:
            cursors = itertools.count()
        return "page", True

    return one


def rows(figures: Figures) -> list[tuple[str, str, str]]:
    """For the table: what, figure, ratio."""
    found = []
    asked = {
        ("finder", "hits"): "hits with highlights, in process",
        ("finder", "facets"): "eight facets, in process",
        ("http", "hits"): "hits with highlights, HTTP",
        ("http", "facets"): "eight facets, HTTP",
        ("http", "suggest"): "suggestions, HTTP",
        ("http", "pages"): f"pages of {PAGE} as far as {DEPTH:,}, HTTP",
    }
    for size, at in ((int(name), each) for name, each in figures.items() if name.isdigit()):
        found.append(
            (f"search, {size:,} items: index", f"{at['index_mb']:g} MB, of {at['source_mb']:g} MB of documents", f"{at['ratio']:g} of the source")
        )
        for (way, name), label in asked.items():
            each = at[way][name]
            found.append(
                (
                    f"search, {size:,}: {label}",
                    f"p50 {each['p50_ms']:g} ms, p95 {each['p95_ms']:g} ms, p99 {each['p99_ms']:g} ms, {each['per_second']:g}/s",
                    "",
                )
            )
    return found
