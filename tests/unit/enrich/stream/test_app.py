"""The Faust app: settings that lose nothing, and an agent out of which no exception gets."""

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import faust
import pytest

from services.enrich.stream.app import create_app
from services.enrich.stream.buffer import MAX_BYTES, ByteBoundedQueue
from services.enrich.stream.progress import Progress
from shared.dead_letters.headers import SourceRecord
from shared.settings import CommonSettings, EnrichSettings, KafkaSettings


class Died(BaseException):
    """In place of the process's end."""


def app(handle: Callable[[SourceRecord], Awaitable[None]], progress: Progress | None = None, deaths: list[int] | None = None) -> faust.App:
    """The app on a handler; `deaths` collects exit codes."""

    def die(code: int) -> None:
        (deaths if deaths is not None else []).append(code)

    return create_app(
        CommonSettings(namespace="t-1"),
        KafkaSettings(bootstrap_servers="a:1, b:2"),
        EnrichSettings(slot="7", digest_seconds=90, batch=10),
        handle=handle,
        progress=progress or Progress(),
        die=die,
    )


async def nothing(_record: SourceRecord) -> None:
    """Handle nothing."""


def test_settings_that_lose_nothing() -> None:
    """Each of these, left at its default or changed, loses or stalls digests."""
    conf = app(nothing).conf
    assert {
        "group": conf.id,
        "member": conf.consumer_group_instance_id,
        "wait_empty": conf.stream_wait_empty,
        "value": conf.value_serializer,
        "key": conf.key_serializer,
        "from": conf.consumer_auto_offset_reset,
        "guarantee": conf.processing_guarantee.value,
        "standby": conf.table_standby_replicas,
        "brokers": [str(url) for url in conf.broker],
        "web": conf.web_enabled,
        "declare": conf.topic_allow_declare,
        "poll": conf.broker_max_poll_interval,
        "rebalance": conf.broker_rebalance_timeout,
    } == {
        "group": "t-1.enrich",
        "member": "t-1.enrich-7",
        "wait_empty": True,
        "value": "raw",
        "key": "raw",
        "from": "earliest",
        "guarantee": "at_least_once",
        "standby": 0,
        "brokers": ["kafka://a:1", "kafka://b:2"],
        "web": False,
        "declare": False,
        "poll": 1800,
        "rebalance": 90,
    }


def test_one_agent_without_concurrency() -> None:
    """Two would acknowledge past each other."""
    agents = list(app(nothing).agents.values())
    assert [(agent.concurrency, agent.isolated_partitions) for agent in agents] == [(1, False)]


@pytest.mark.parametrize("error", [ValueError("a bug"), Died("cancelled")])
@pytest.mark.parametrize(("stopping", "code"), [(False, 70), (True, 0)])
async def test_a_digest_that_raises_ends_the_process(error: BaseException, stopping: bool, code: int) -> None:
    """Before anything is acknowledged: 70, or 0 where we were told to stop anyway."""
    deaths: list[int] = []

    async def raises(_record: SourceRecord) -> None:
        raise error

    event = await _one_batch(app(raises, Progress(stopping=stopping), deaths))
    assert deaths[0] == code
    assert event.message.refcount == 1


async def test_a_digest_reaches_the_handler_as_a_record() -> None:
    """Bytes and place as Kafka gave them."""
    records: list[SourceRecord] = []

    async def keep(record: SourceRecord) -> None:
        records.append(record)

    event = await _one_batch(app(keep))
    (record,) = records
    assert (record.topic, record.value, record.headers) == ("t-1.digests.raw.v1", b"\xff", (("digest", b"\xfe"),))
    assert event.message.refcount == 0


async def _one_batch(found: faust.App) -> Any:
    """Run the agent's function on a stream of one batch, as Faust would, and as it would give its own reference back; the event."""
    message = faust.types.Message("t-1.digests.raw.v1", 1, 2, 0.0, 0, [("digest", b"\xfe")], b"k", b"\xff", None)
    message.incref()
    event = SimpleNamespace(app=SimpleNamespace(consumer_generation_id=1), message=message, ack=message.decref, value=b"\xff")

    class Stream:
        async def take_events(self, count: int, *, within: float) -> Any:
            try:
                yield [event]
            finally:
                message.decref()

    (agent,) = found.agents.values()
    await agent.fun(Stream())
    return event


def test_the_buffer_is_full_by_bytes_too() -> None:
    """One record over the bound fits, the next waits; taking or clearing makes room."""
    queue = ByteBoundedQueue(maxsize=10, flow_control=app(nothing).flow_control)

    class Message:
        value = b"x" * MAX_BYTES

    event = faust.Event(app(nothing), None, None, None, Message())  # type: ignore[arg-type]  # only its message's value is read
    assert not queue.full()
    queue.force_put_nowait(event)
    assert queue.full()
    queue.get_nowait()
    assert not queue.full()
    queue.force_put_nowait(event)
    queue.clear()
    assert not queue.full()
