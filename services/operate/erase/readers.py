"""A consumer group → how far it has got, after a wait until it is past what lies in its topic now."""

import asyncio
from collections.abc import Mapping

from shared.errors import Unavailable
from shared.kafka.groups import ask_group
from shared.kafka.scan import Scanner
from shared.settings import KafkaSettings

EVERY = 0.5
"""Seconds between looks: enrich commits once a second."""


async def past(settings: KafkaSettings, scanner: Scanner, group: str, topic: str, *, seconds: float) -> Mapping[int, int]:
    """Return the group's offsets once all that the topic holds now is read and done; {} where the group never read.

    Raises Unavailable when that takes longer than `seconds`.
    """
    bounds = await scanner.bounds(topic)
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = await ask_group(settings, group, topic)
        behind = sum(found.behind(bounds).values()) if found.exists else 0
        if not behind:
            return found.offsets
        if asyncio.get_running_loop().time() > deadline:
            raise Unavailable(
                f"{group} is {behind} records behind in {topic}: something of the digest may still be on its way. "
                "Nothing was deleted. Start it, or wait until it is done, and run the same again; --wait says how long to wait"
            )
        await asyncio.sleep(EVERY)
