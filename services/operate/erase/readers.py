"""Consumer groups → how far they have got, and a wait until they are past what lies in their topic now."""

import asyncio
from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.errors import Unavailable
from shared.kafka.clients import client_options
from shared.kafka.groups import read_group
from shared.kafka.scan import Scanner
from shared.settings import KafkaSettings

EVERY = 0.5
"""Seconds between looks: enrich commits once a second."""


async def committed(settings: KafkaSettings, group: str, topic: str) -> Mapping[int, int] | None:
    """The group's offsets by partition; None when there is no such group, so that nothing is being read. Raises Unavailable."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    try:
        await admin.start()
        found = await read_group(admin, group, topic)
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka at {settings.bootstrap_servers} does not answer: {error or type(error).__name__}") from error
    finally:
        await admin.close()
    return found.offsets if found.exists else None


async def past(settings: KafkaSettings, scanner: Scanner, group: str, topic: str, *, seconds: float) -> Mapping[int, int]:
    """Return the group's offsets once all that the topic holds now is read and done; {} where the group never read.

    Raises Unavailable when that takes longer than `seconds`.
    """
    ends = {partition: last for partition, (first, last) in (await scanner.bounds(topic)).items() if last > first}
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        places = await committed(settings, group, topic)
        if places is None:
            return {}
        behind = sum(max(0, end - places.get(partition, 0)) for partition, end in ends.items())
        if not behind:
            return places
        if asyncio.get_running_loop().time() > deadline:
            raise Unavailable(
                f"{group} is {behind} records behind in {topic}: something of the digest may still be on its way. "
                "Nothing was deleted. Start it, or wait until it is done, and run the same again; --wait says how long to wait"
            )
        await asyncio.sleep(EVERY)
