"""Leading that ends: nobody else begins before, and what was to be kept is not kept after."""

import asyncio

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from services.ingest.sources.worker.keeping import Keeping
from services.ingest.sources.worker.leader import Leader
from shared.errors import Unavailable
from shared.kafka.sender import Message
from shared.registry.entry import FetchState
from shared.registry.listing import Listing
from shared.settings import CommonSettings, KafkaSettings

HELD = TopicPartition("sources.v1", 0)


class Consumer:
    """Is at the end of the topic, and takes any commit."""

    async def position(self, _partition: TopicPartition) -> int:
        """The end."""
        return 0

    async def commit(self, _offsets: object) -> None:
        """Take it."""


async def test_the_partition_is_given_back_when_all_has_ended() -> None:
    """Also where leading is already being ended for another reason; meanwhile it neither leads nor begins again."""
    led, may_end = asyncio.Event(), asyncio.Event()
    begun = 0

    async def lead(_listing: Listing) -> None:
        nonlocal begun
        begun += 1
        led.set()
        try:
            await asyncio.Event().wait()
        finally:
            await may_end.wait()

    leader = Leader(KafkaSettings(), CommonSettings().topics, lead)
    await leader.assigned({HELD})
    leader._read_anew = False
    await leader._renew(Consumer(), HELD)
    await led.wait()
    leader.require()
    ending, revoked = (asyncio.create_task(one()) for one in (leader.stop, leader.revoked))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not ending.done()
    assert not revoked.done()
    with pytest.raises(Unavailable):
        leader.require()
    leader._held = HELD
    await leader._renew(Consumer(), HELD)
    assert begun == 1
    may_end.set()
    await asyncio.gather(ending, revoked)
    assert not leader.leads


async def test_what_another_leader_may_keep_by_now() -> None:
    """Is not kept by a later try."""
    leads = True
    tries = 0

    class Failing:
        async def deliver(self, _messages: list[Message]) -> None:
            nonlocal leads, tries
            leads, tries = False, tries + 1
            raise KafkaConnectionError

        async def close(self) -> None:
            """Hold nothing."""

    def require() -> None:
        if not leads:
            raise Unavailable("another worker may fetch by now")

    keeping = Keeping(KafkaSettings(), CommonSettings().topics.sources, require)
    keeping._sender = Failing()  # type: ignore[assignment]
    with pytest.raises(Unavailable, match="another worker"):
        await keeping.keep(FetchState(source="a"))
    assert tries == 1
