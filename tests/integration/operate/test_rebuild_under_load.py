"""`jianbao rebuild` on real engines while searches and writes go on."""

import asyncio
from time import monotonic

import pytest

from tests.integration.operate.load import Searches, Writes
from tests.integration.operate.rebuilding import Site
from tests.sizes import size

pytestmark = pytest.mark.connected


async def test_under_load_nothing_fails_and_nothing_is_lost(site: Site) -> None:
    """An indexer writes new digests, revisions and withdrawals while searches page on, over two swaps: afterwards all is as the topic says."""
    items = size("JIANBAO_REBUILD_ITEMS", short=400, long=50_000)
    writes = Writes(site.bench)
    await writes.fill(items)
    site.bench.start()
    await _until_indexed(site, seconds=60 + items / 50)
    async with Searches(site.client, site.elasticsearch, site.bench.namespace) as searches, writes:
        began = monotonic()
        first = await site.rebuild()
        between = monotonic()
        second = await site.rebuild()
        took = f"{between - began:.0f} s and {monotonic() - between:.0f} s"
    await _until_indexed(site, seconds=60 + writes.sent)
    figures = f"{took}\n{first}\n{second}\n{searches}\n{writes}"
    assert searches.failures == [], figures
    assert min(searches.done, searches.paged_over_a_swap, writes.sent) > 0, figures
    checked = await site.check()
    assert checked.comparison is not None
    assert str(checked.comparison.counts) == "Counter()", figures
    assert await writes.differences(site.client) == [], figures
    reconcile = site.command("reconcile", "--deep")
    output, _ = await asyncio.to_thread(reconcile.communicate)
    # The archive is empty here, as digests go straight to the enriched topic: what counts is the index against that.
    rows = {line.split()[0]: line.split()[1:] for line in output.splitlines() if line.strip().startswith(("manifests", "items"))}
    assert rows == {"manifests": ["·"] * 4, "items": ["·"] * 4}, output
    print(f"\n{output}\n{figures}\nafterwards: {checked.comparison}")
    site.bench.stop()


async def _until_indexed(site: Site, *, seconds: float) -> None:
    deadline = monotonic() + seconds
    while await site.bench.lag():
        assert monotonic() < deadline, f"not indexed after {seconds:.0f} s"
        await asyncio.sleep(0.2)
