"""The indexers' group as Kafka knows it: how far it has committed, and whether anybody is in it."""

from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.errors import Unavailable
from shared.kafka import client_options
from shared.settings import KafkaSettings

_MEMBERS = 5
"""Place in a group's description: error, group, state, protocol type, protocol, members, …"""


class Group:
    """Asked anew each time, by a client of its own: some ten times in a rebuild."""

    def __init__(self, settings: KafkaSettings, group: str, topic: str) -> None:
        self._settings = settings
        self._group = group
        self._topic = topic

    async def committed(self) -> dict[int, int]:
        """Offset by partition up to which indexers have answered for everything; partitions without one are left out. Raises Unavailable."""
        committed, _ = await self._ask()
        return committed

    async def is_past(self, ends: Mapping[int, int]) -> bool:
        """Whether nothing before these offsets can still be under way: all is committed, or there is no member."""
        committed, members = await self._ask()
        return not members or all(committed.get(partition, 0) >= end for partition, end in ends.items())

    async def _ask(self) -> tuple[dict[int, int], int]:
        try:
            admin = AIOKafkaAdminClient(**client_options(self._settings))
            try:
                await admin.start()
                offsets = await admin.list_consumer_group_offsets(self._group)
                answers = await admin.describe_consumer_groups([self._group])
            finally:
                await admin.close()
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka at {self._settings.bootstrap_servers} does not answer: {error or type(error).__name__}") from error
        committed = {place.partition: known.offset for place, known in offsets.items() if place.topic == self._topic and known.offset >= 0}
        return committed, sum(len(group[_MEMBERS]) for answer in answers for group in answer.groups)
