"""What was acknowledged outlives the last broker that was in sync: on three brokers of this test's own,
whose default lets one acknowledge alone.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest

from services.ingest.app import create_app
from services.ingest.publish import KafkaPublisher
from shared.kafka.scan import Scanner
from shared.records import DIGEST_HEADER, read_raw
from shared.retry import Backoff
from shared.settings import IngestSettings, KafkaSettings
from shared.topics import Topics
from tests.own_brokers import Brokers, own_brokers
from tests.sizes import size

pytestmark = [
    pytest.mark.connected,
    pytest.mark.skipif(
        not size("JIANBAO_TEST_BROKERS", short=0, long=1),
        reason="three brokers take half a minute: in `make test-long`, or with JIANBAO_TEST_BROKERS=1",
    ),
]

ACK_TIMEOUT = 5.0
TAKEN_SECONDS = 90
"""Until a digest is taken again: a new controller, leaders, and a publisher that connects anew."""


@pytest.fixture
def brokers() -> Iterator[Brokers]:
    """Three that run."""
    with own_brokers() as made:
        made.start()
        yield made


@asynccontextmanager
async def ingest(settings: KafkaSettings) -> AsyncIterator[httpx.AsyncClient]:
    """The service, without a port."""
    backoff = Backoff(first=0.1, longest=0.5)
    publisher = KafkaPublisher(settings, Topics(), ack_timeout=ACK_TIMEOUT, backoff=backoff)
    async with publisher:
        transport = httpx.ASGITransport(create_app(IngestSettings(ack_timeout=ACK_TIMEOUT), publisher))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=60) as client:
            yield client


async def feed(client: httpx.AsyncClient, name: str) -> int:
    """The answer's status."""
    digest = {"source": "a", "text": f"昆山:将新增零碳工厂({name})", "external_id": name}
    return (await client.post("/v1/digests", json=digest)).status_code


async def until_taken(client: httpx.AsyncClient, name: str) -> None:
    """Feed as a feeder does, until 202."""
    async with asyncio.timeout(TAKEN_SECONDS):
        while await feed(client, name) != 202:  # noqa: ASYNC110  # a feeder has no event to wait for
            await asyncio.sleep(0.2)


async def in_topic(settings: KafkaSettings) -> set[str]:
    """External ids in the raw topic."""
    async with Scanner(settings) as scanner:
        headers = [dict(one.record.headers)[DIGEST_HEADER] async for one in scanner.read(Topics().raw.name)]
    return {read_raw(one or b"").external_id or "" for one in headers}


async def test_the_last_broker_in_sync_is_lost_with_its_disk(brokers: Brokers) -> None:
    """Alone it acknowledges nothing, and /readyz says so; without it the two others have all that was
    acknowledged.
    """
    acknowledged = []
    async with ingest(brokers.settings) as client:
        for stopped in (None, 0):
            if stopped is not None:
                brokers.stop(stopped)
            for number in range(10):
                await until_taken(client, name := f"{stopped}-{number}")
                acknowledged.append(name)
        brokers.stop(1)
        assert [await feed(client, f"alone-{number}") for number in range(4)] == [503] * 4
        assert (await client.get("/readyz")).status_code == 503

        brokers.lose(2)
        brokers.start([0, 1])
        await until_taken(client, "afterwards")
        assert {*acknowledged, "afterwards"} <= await in_topic(brokers.settings)
