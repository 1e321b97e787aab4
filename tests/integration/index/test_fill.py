"""An index that is gone while its group has read on long before: made anew, it fills itself, and nothing withdrawn is ever seen in it again."""

import asyncio

import pytest

from shared import index_names as names
from shared.ids import version
from shared.index_names import Kind
from tests.fakes.digests import enriched
from tests.integration.index.conftest import Bench
from tests.sizes import LONG

pytestmark = pytest.mark.connected

KEPT = [enriched("昆山:甲", "常州:乙", name=str(number)) for number in range(30)]
BEFORE = enriched("杭州:丙", name="withdrawn", revision=1)
WITHDRAWN = enriched(name="withdrawn", revision=2, withdrawn=True)
ALL = sorted(["昆山:甲,第1版。", "常州:乙,第1版。"] * 30)


async def _filled(bench: Bench) -> None:
    await bench.send(*KEPT, BEFORE)
    await bench.send(WITHDRAWN)
    await bench.settled()
    assert await bench.bodies() == ALL


async def _delete(bench: Bench, *kinds: Kind) -> None:
    for kind in kinds:
        await bench.client.indices.delete(index=names.index(bench.namespace, kind))


async def _whole(bench: Bench) -> bool:
    """Whether all is there again; that nothing withdrawn is, is held at every look."""
    bodies = await bench.bodies()
    assert "杭州:丙,第1版。" not in bodies
    return bodies == ALL and (await bench.manifest(WITHDRAWN))["withdrawn"] is True


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("kinds", [("items",), ("items", "digests")] if LONG else [("items",)], ids="+".join)
async def test_a_deleted_index_fills_itself(lasting: Bench, kinds: tuple[Kind, ...]) -> None:
    """After the restart that the indexer itself advises, whichever of the two is gone, and though it is killed on the way."""
    await _filled(lasting)
    assert lasting.stop() == 0
    await _delete(lasting, *kinds)
    lasting.start()
    lasting.kill()
    lasting.start()
    await lasting.until(lambda: _whole(lasting), "all to be there again")
    await lasting.settled()


async def test_deleted_while_two_indexers_run(bench: Bench) -> None:
    """One is started again and makes the index; the other sees it, and each fills its own partitions."""
    await _filled(bench)
    other = bench.pipeline.second("index", slot="1")
    try:
        other.start("index")
        await bench.settled()
        await _delete(bench, "digests")
        await bench.until(lambda: _not_ready(bench), "not ready")
        assert bench.stop() == 0
        bench.start()
        await bench.until(lambda: _whole(bench), "all to be there again")
    finally:
        other.close()


async def _not_ready(bench: Bench) -> bool:
    return not await asyncio.to_thread(bench.pipeline.ready, "index")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_lost_alias_is_put_back_and_what_it_missed_is_filled(lasting: Bench) -> None:
    """Items deleted while the index was without its alias come back too: nobody knows what it missed."""
    await _filled(lasting)
    assert lasting.stop() == 0
    index = names.index(lasting.namespace, "items")
    await lasting.client.indices.delete_alias(index=index, name=names.alias(lasting.namespace, "items"))
    for item in KEPT[0].items:
        # Under its own version: Elasticsearch would refuse the same version for a minute after any other deletion.
        own = version(KEPT[0].revision, KEPT[0].build)
        await lasting.client.delete(index=index, id=item.item_id, version=own, version_type="external_gte", refresh=True)
    lasting.start()
    await lasting.until(lambda: _whole(lasting), "all to be there again")
