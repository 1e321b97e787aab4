"""The enrich worker on real Kafka: nothing is lost, whatever is in the records and whenever it is killed."""

import asyncio
import signal
from collections.abc import AsyncIterator

import httpx
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from deploy.engines.ports import free_ports
from services.enrich.stream.tried import DEATHS
from shared.kafka.clients import client_options, ensure_topics
from shared.kafka.group_lag import GroupLag
from tests.engines import RunningEngines
from tests.fakes import enrich_hooks
from tests.fakes.gate import Gate
from tests.fakes.raw_records import raw
from tests.integration.enrich.running import Pipeline, family, gone, pipeline, stopped, until

pytestmark = pytest.mark.connected


@pytest.fixture
async def topics(engines: RunningEngines, namespace: str) -> AsyncIterator[Pipeline]:
    """Three empty topics."""
    async with pipeline(engines.environ, namespace) as found:
        yield found


async def test_batch_comes_through_also_of_topics_made_anew_and_sigterm_ends_cleanly(topics: Pipeline) -> None:
    """Digests come out by the group that the design names. The topics are deleted and created again, so that
    offsets start over: the worker that was there all the time takes up the new ones, and forty digests come out,
    each once. SIGTERM then exits 0 with all committed and no child left."""
    await topics.feed([raw(f"第{number}期", f"旧{number}\n") for number in range(4)])
    lag = GroupLag(topics.kafka, topic=topics.topics.raw.name, group=topics.topics.enrich_group)
    assert sum((await lag.read()).values()) == 4
    async with topics.worker() as process:
        assert sorted(digest.items[0].title or "" for digest in await topics.enriched(4)) == ["旧0", "旧1", "旧2", "旧3"]
        await topics.ready()
        await _made_anew(topics)
        await topics.feed([raw(f"第{number}期", f"标题{number}\n正文{number}") for number in range(40)])
        found = await topics.enriched(40)
        assert sorted(digest.items[0].title or "" for digest in found) == sorted(f"标题{number}" for number in range(40))
        children = family(process.pid)
        assert await stopped(process) == 0
    await gone(children)
    assert sum((await lag.read()).values()) == 0
    await lag.close()


async def _made_anew(topics: Pipeline) -> None:
    admin = AIOKafkaAdminClient(**client_options(topics.kafka))
    await admin.start()
    try:
        await admin.delete_topics([topic.name for topic in topics.topics.all])
        await ensure_topics(topics.kafka, topics.topics.all)
    finally:
        await admin.close()


async def test_what_cant_be_enriched_is_dead_with_its_original_bytes_and_costs_only_itself(topics: Pipeline) -> None:
    """Undecodable bytes, header JSON of an unknown form, no header, no value and a raising enrich() are dead
    letters. So is a digest that hangs, also in C (`too_slow`), kills its process twice (`crashed`), exits
    (`enrich_failed`) or wants 8 GiB (`too_much_memory`). Their neighbours, in the same batches, come through and
    have no letter; SIGTERM then exits 0."""
    key, _, _ = raw("好的", "")
    hooks = (enrich_hooks.HANGS, enrich_hooks.HANGS_IN_C, enrich_hooks.CRASHES, enrich_hooks.EXITS, enrich_hooks.GREEDY)
    bad = [
        raw("乱码", b"\xff\xfe\x00\x80"),
        (key, "未知形式".encode(), [("digest", '{"形式": 7}'.encode()), ("traceparent", b"00-1")]),
        (None, b"no header", []),
        (key, None, []),
        raw("异常", f"{enrich_hooks.RAISES}的绝密内容"),
        *(raw(text, text) for text in hooks),
    ]
    errors = [
        *(("undecodable", 1), ("unknown_form", 1), ("no_header", 1), ("no_header", 1), ("enrich_failed", 1)),
        *(("too_slow", 1), ("too_slow", 1), ("crashed", 2), ("enrich_failed", 1), ("too_much_memory", 1)),
    ]
    good = [raw(f"第{number}期", f"标题{number}\n正文") for number in range(len(bad) + 1)]
    await topics.feed([good[0], *(record for pair in zip(bad, good[1:], strict=True) for record in pair)])
    async with topics.worker(ENRICH_DIGEST_SECONDS="1", ENRICH_CHILD_MEMORY_MB="512") as process:
        found, letters = await topics.enriched(len(good)), await topics.dead(len(bad))
        await until(lambda: _is(topics, 'jianbao_dead_total{error="enrich_failed",stage="enrich"}', "2.0"))
        assert await stopped(process) == 0
    assert sorted(digest.items[0].title or "" for digest in found) == sorted(f"标题{number}" for number in range(len(good)))
    said = [
        (letter.failure.error, letter.failure.attempts, letter.record.key, letter.record.value, letter.record.headers)
        for letter in letters
    ]  # fmt: skip
    expected = [
        (error, attempts, key, value, tuple(headers))
        for (error, attempts), (key, value, headers) in zip(errors, bad, strict=True)
    ]  # fmt: skip
    assert sorted(said, key=str) == sorted(expected, key=str)
    assert all(letter.failure.stage == "enrich" and letter.record.topic == topics.topics.raw.name for letter in letters)
    assert not any("绝密" in letter.failure.message for letter in letters)


async def test_kill_9_loses_nothing(topics: Pipeline) -> None:
    """Killed twice in mid-batch, everything is there after the restart, and no child outlives its worker, not even one that hangs in C."""
    names = [f"第{number}期" for number in range(60)]
    await topics.feed([raw(name, f"{name}{enrich_hooks.SLOW if number % 10 == 0 else ''}\n正文") for number, name in enumerate(names)])
    for count in (5, 25):
        async with topics.worker() as process:
            await topics.enriched(count)
            children = family(process.pid)
            process.send_signal(signal.SIGKILL)
        await gone(children)
    await topics.feed([raw("卡", enrich_hooks.HANGS_IN_C)])
    async with topics.worker() as process:
        found = await topics.enriched(60)
        await until(lambda: _is(topics, 'jianbao_received_total{stage="enrich"}', "1.0", at_least=True))
        children = family(process.pid)
        process.send_signal(signal.SIGKILL)
    await gone(children)
    assert {digest.external_id for digest in found} == set(names)


async def test_a_digest_that_hangs_delays_nobody_and_kills_no_worker_after_the_other(topics: Pipeline) -> None:
    """While it hangs, two hundred others come out; once three workers were killed under it, it is a dead letter, as are its bytes again."""
    hanging = raw("卡", enrich_hooks.HANGS_IN_C)
    await topics.killed(hanging, DEATHS - 1)
    await topics.feed([hanging, *(raw(f"第{number}期", f"标题{number}\n正文{number}") for number in range(200))])
    async with topics.worker() as process:
        assert len(await topics.enriched(200)) >= 200
        assert await topics.begun(hanging)
        process.send_signal(signal.SIGKILL)
    await topics.feed([raw("又是", enrich_hooks.HANGS_IN_C)])
    async with topics.worker() as process:
        letters = await topics.dead(2)
        assert await stopped(process) == 0
    assert {(letter.failure.error, letter.failure.attempts) for letter in letters} == {("crashed", DEATHS)}


async def test_limit_of_dead_letters_stops_and_turns_red(topics: Pipeline) -> None:
    """After five dead letters in a row nothing more is consumed or committed, /readyz says why, SIGTERM still works; a fixed worker does the rest."""
    await topics.feed([raw(f"第{number}期", f"{enrich_hooks.REJECTS}{number}") for number in range(30)])
    async with topics.worker(ENRICH_DEAD_LIMIT="5", ENRICH_BATCH="4") as process:
        assert len(await topics.dead(5)) == 5
        await until(lambda: _is(topics, 'jianbao_paused{stage="enrich"}', "1.0"))
        report = await topics.answers("/readyz", 503)
        assert [check["name"] for check in report["checks"] if not check["ok"]] == ["dead_letters"]
        await topics.answers("/healthz", 200)
        assert await stopped(process) == 0
    async with topics.worker():
        letters = await topics.dead(30)
    assert len({letter.record.key for letter in letters}) == 30


async def test_without_kafka_it_waits(topics: Pipeline) -> None:
    """Alive, not ready, and SIGTERM ends it at once."""
    async with topics.worker(KAFKA_BOOTSTRAP_SERVERS=f"127.0.0.1:{free_ports(1)[0]}") as process:
        report = await topics.answers("/readyz", 503)
        assert [check["name"] for check in report["checks"] if not check["ok"]][:2] == ["kafka", "assignment"]  # then for what it waits
        await topics.answers("/healthz", 200)
        assert await stopped(process) == 0


async def test_kafka_goes_away_while_the_worker_starts(topics: Pipeline) -> None:
    """Between its first look at Kafka and Faust's: it waits and begins again, in the same process."""
    gate = Gate(f"http://{topics.kafka.bootstrap_servers}")
    try:
        async with topics.worker(KAFKA_BOOTSTRAP_SERVERS=gate.url.removeprefix("http://")) as process:
            await until(lambda: _kafka_is_seen(topics))
            gate.shut()
            await asyncio.sleep(4)  # Faust gives up within 2 s
            gate.open()
            await topics.feed([raw("后来", "后来的\n正文")])
            found = await topics.enriched(1)
            assert [digest.items[0].title for digest in found] == ["后来的"]
            assert await stopped(process) == 0
    finally:
        gate.close()


async def _kafka_is_seen(topics: Pipeline) -> bool:
    async with httpx.AsyncClient() as client:
        try:
            report = (await client.get(topics.health + "/readyz")).json()
        except httpx.HTTPError:
            return False
    return any(check["name"] == "kafka" and check["ok"] for check in report["checks"])


async def _is(topics: Pipeline, line: str, value: str, *, at_least: bool = False) -> bool:
    try:
        found = await topics.metric(line)
    except Exception:  # not up yet
        return False
    return bool(found) and (float(found) >= float(value) if at_least else found == value)
