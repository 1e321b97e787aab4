"""The indexers' group as Kafka knows it: how far it has committed, and whether anybody is in it."""

from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.errors import Unavailable
from shared.kafka.clients import client_options
from shared.kafka.groups import Group, read_group
from shared.settings import KafkaSettings


class Indexers:
    """Asked anew each time, by a client of its own: some ten times in a rebuild."""

    def __init__(self, settings: KafkaSettings, group: str, topic: str) -> None:
        self._settings = settings
        self._group = group
        self._topic = topic

    async def committed(self) -> Mapping[int, int]:
        """Offset by partition up to which indexers have answered for everything; partitions without one are left out. Raises Unavailable."""
        return (await self._ask()).offsets

    async def is_past(self, ends: Mapping[int, int]) -> bool:
        """Whether nothing before these offsets can still be under way: all is committed, or there is no member."""
        group = await self._ask()
        return not group.members or all(group.offsets.get(partition, 0) >= end for partition, end in ends.items())

    async def _ask(self) -> Group:
        try:
            admin = AIOKafkaAdminClient(**client_options(self._settings))
            try:
                await admin.start()
                return await read_group(admin, self._group, self._topic)
            finally:
                await admin.close()
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka at {self._settings.bootstrap_servers} does not answer: {error or type(error).__name__}") from error
