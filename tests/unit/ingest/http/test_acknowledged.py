"""What the push API answers while Kafka does not, how much it holds until then, and what it counts."""

import asyncio
from collections.abc import AsyncIterator

import httpx

from services.ingest.app import create_app
from services.ingest.http.room import REQUESTS_IN_MEMORY
from services.ingest.http.submissions import FILES_AT_ONCE
from shared.kafka import canary
from shared.keys.key import hash_key
from shared.settings import IngestSettings
from tests.fakes.publisher import FakePublisher
from tests.push_api import TEXT, client, error


async def test_bodies_beyond_the_memory_are_refused_early() -> None:
    """503 for the one too many while the others wait for Kafka; all are taken later, and another feeder's is taken meanwhile."""
    publisher = FakePublisher()
    publisher.gate = asyncio.Event()
    settings = IngestSettings(max_bytes=20_000, api_keys=(hash_key("k1"), hash_key("k2")))
    async with client(publisher, settings) as api:

        async def feed(key: str) -> httpx.Response:
            headers = {"Content-Type": "text/plain", "X-API-Key": key}
            return await api.post("/v1/digests", params={"source": "a"}, content=b"a" * 20_000, headers=headers)

        waiting = [asyncio.create_task(feed("k1")) for _ in range(REQUESTS_IN_MEMORY * FILES_AT_ONCE // 2)]
        async with asyncio.timeout(5):
            for _ in waiting:
                await publisher.arrived.get()
        refused = await feed("k1")
        assert error(refused) == (503, "unavailable")
        assert refused.headers["retry-after"] == "1"
        another = asyncio.create_task(feed("k2"))
        async with asyncio.timeout(5):
            await publisher.arrived.get()
        publisher.gate.set()
        assert {answer.status_code for answer in await asyncio.gather(*waiting, another)} == {202}
        assert (await feed("k1")).status_code == 202


async def test_what_is_declared_takes_no_room(publisher: FakePublisher) -> None:
    """Large uploads that have hardly begun keep nothing from others, nor from one another."""
    async with client(publisher, IngestSettings(max_bytes=20_000)) as api:
        begun: asyncio.Queue[None] = asyncio.Queue()

        async def hardly() -> AsyncIterator[bytes]:
            yield b"--x"
            await begun.put(None)
            await asyncio.Event().wait()

        headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "160000"}
        slow = [asyncio.create_task(api.post("/v1/digests", content=hardly(), headers=headers)) for _ in range(8)]
        async with asyncio.timeout(5):
            for _ in slow:
                await begun.get()
        answer = await api.post("/v1/digests", params={"source": "a"}, content=b"a" * 100, headers={"Content-Type": "text/plain"})
        assert answer.status_code == 202
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)


async def test_a_feeder_with_too_many_requests_is_told_so_alone() -> None:
    """429 for it, while another key's requests are taken."""
    publisher = FakePublisher()
    publisher.gate = asyncio.Event()
    app = create_app(IngestSettings(api_keys=(hash_key("k1"), hash_key("k2"))), publisher, connections=16)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8401") as api:

        async def feed(key: str) -> httpx.Response:
            return await api.post("/v1/digests", json={"source": "a", "text": TEXT}, headers={"X-API-Key": key})

        waiting = [asyncio.create_task(feed("k1")) for _ in range(4)]
        async with asyncio.timeout(5):
            for _ in waiting:
                await publisher.arrived.get()
        refused = await feed("k1")
        assert error(refused) == (429, "too_many_requests")
        assert refused.headers["retry-after"] == "1"
        waiting.append(asyncio.create_task(feed("k2")))
        async with asyncio.timeout(5):
            await publisher.arrived.get()
        publisher.gate.set()
        assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {202}


async def test_202_waits_for_the_acknowledgement() -> None:
    """While Kafka has not said that it has the digest there is no answer."""
    publisher = FakePublisher()
    publisher.gate = asyncio.Event()
    async with client(publisher) as api:
        answer = asyncio.create_task(api.post("/v1/digests", json={"source": "a", "text": TEXT}))
        async with asyncio.timeout(5):
            await publisher.arrived.get()
        done, _ = await asyncio.wait([answer], timeout=0.05)
        assert not done
        publisher.gate.set()
        assert (await answer).status_code == 202


async def test_503_with_retry_after_while_kafka_is_away() -> None:
    """Alive, but not ready, and it says so; for one digest and for several."""
    publisher = FakePublisher(away=True)
    async with client(publisher) as api:
        answer = await api.post("/v1/digests", json={"source": "a", "text": TEXT})
        assert error(answer) == (503, "unavailable")
        assert answer.headers["retry-after"] == "7"
        files = [("file", (f"{n}.txt", b"a", "text/plain")) for n in range(2)]
        several = await api.post("/v1/digests", data={"source": "a"}, files=files)
        assert several.status_code == 207
        assert [result["error"]["status"] for result in several.json()] == [503, 503]
        assert int(several.headers["retry-after"]) > 0
        assert (await api.get("/healthz")).status_code == 200
        ready = await api.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["checks"][0]["name"] == "kafka"
        publisher.away = False
        assert (await api.get("/readyz")).status_code == 200
        assert (await api.post("/v1/digests", json={"source": "a", "text": TEXT})).status_code == 202


async def counters(api: httpx.AsyncClient) -> dict[str, float]:
    """The metrics by name with labels."""
    lines = (await api.get("/metrics")).text.splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}


async def test_counters_balance(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """received = sent + discarded; what is refused is counted by status."""
    before = await counters(api)
    await api.post("/v1/digests", json={"source": "a", "text": TEXT})
    await api.post("/v1/digests", json={"source": "a b", "text": TEXT})
    publisher.away = True
    await api.post("/v1/digests", json={"source": "a", "text": TEXT})
    after = await counters(api)
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown['jianbao_received_total{stage="ingest"}'] == 2
    assert grown['jianbao_sent_total{stage="ingest"}'] == 1
    assert grown['jianbao_discarded_total{reason="unavailable",stage="ingest"}'] == 1
    assert grown['jianbao_ingest_refused_total{status="422"}'] == 1
    assert grown['jianbao_ingest_refused_total{status="503"}'] == 1


async def test_the_monitors_own_digest_is_counted_nowhere(api: httpx.AsyncClient) -> None:
    """A feeder that stays away shows in the figures, though a canary comes every minute."""
    before = await counters(api)
    answer = await api.post("/v1/digests", json={"source": canary.SOURCE, "external_id": canary.EXTERNAL_ID, "text": TEXT})
    assert answer.status_code == 202
    after = await counters(api)
    stage = 'stage="ingest"'
    assert [name for name in after if stage in name and "_created" not in name and after[name] != before.get(name, 0)] == []
