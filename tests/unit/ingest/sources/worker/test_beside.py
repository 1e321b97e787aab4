"""A good feed among servers that misbehave: it is fetched while they are waited for, and each shows its error."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from services.ingest.sources.fetch.addresses import Opening, opened
from services.ingest.sources.fetch.fetcher import Fetcher
from services.ingest.sources.fetch.polite import Polite
from services.ingest.sources.worker.schedule import Schedule
from services.ingest.sources.worker.turn import Turns
from services.ingest.sources.worker.web import Web
from shared.registry.entry import Entry, Feed, FetchState
from shared.registry.listing import Listing
from tests.fakes.feeds import Taking, page, rss
from tests.fakes.web_server import Request, answer, web_server
from tests.unit.ingest.sources.worker.test_web import MISBEHAVING

WAITING = {"holds", "drips"}
"""Sources whose servers are waited for as long as limits allow"""


async def test_a_good_feed_is_fetched_beside_bad_ones() -> None:
    """Those that hold their connections open are still waited for when all of it is handed over."""
    let, done = asyncio.Event(), asyncio.Event()
    kept: dict[str, FetchState] = {}
    known, target = Listing(), Taking()
    openings: list[Opening] = []

    async def holds(_request: Request, _writer: asyncio.StreamWriter) -> None:
        await let.wait()

    async def keep(state: FetchState) -> None:
        kept[state.source] = state
        if kept.keys() == known.entries.keys() - WAITING:
            done.set()

    async with AsyncExitStack() as stack:
        for source in (*MISBEHAVING, "holds", "good"):
            web = await stack.enter_async_context(web_server())
            openings += opened([f"127.0.0.1:{web.port}"])
            web.says("/feed", holds if source == "holds" else MISBEHAVING.get(source, (b"",))[0])  # type: ignore[arg-type]
            if source == "good":
                web.says("/feed", answer(rss(web.url, [2, 1]), media_type="application/rss+xml"))
                for number in (1, 2):
                    web.says(f"/a/{number}", answer(page(number)))
            name = source.replace(" ", "-")
            feed = Feed(url=f"{web.url}/feed")
            known.entries[name] = Entry(source=name, edition=1, fetch=feed, changed_at=datetime.now(UTC), by="a@b")
        limits = Fetcher(openings=openings, max_bytes=100_000, seconds=60, silent_seconds=60)
        ways = Web(Polite(await stack.enter_async_context(limits), pause=0))
        turns = Turns(target.put, keep, {Feed: ways})
        running = asyncio.create_task(Schedule(turns.take).run(known))
        async with asyncio.timeout(50):
            await done.wait()
        running.cancel()
        await asyncio.wait([running])
        let.set()
    assert [digest.content for digest in target.taken] == [page(2), page(1)]
    for source in MISBEHAVING.keys() - WAITING:
        state = kept[source.replace(" ", "-")]
        assert state.failures == 1
        assert MISBEHAVING[source][1] in (state.error or "")
