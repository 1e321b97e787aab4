"""A consumer group and a topic in, how far the group has committed and how many members it has out, as its coordinator knows it now.

A broker that has just come back answers before it has loaded its groups, with no offsets and no members: taken at its word, a group that lags would
look like one that nobody is in. Such an answer is an error here, so whoever waits asks again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, GroupLoadInProgressError, NotCoordinatorForGroupError, for_code

from shared.kafka.clients import admin_client
from shared.kafka.fills import holds
from shared.settings import KafkaSettings

T = TypeVar("T")

COMING = (GroupCoordinatorNotAvailableError, GroupLoadInProgressError, NotCoordinatorForGroupError)
"""There is no coordinator yet, or it has just become one."""

COORDINATOR_SECONDS = 15.0
"""A broker on which no group has ever committed makes the 50 partitions of its topic of offsets when it is first asked for a
coordinator: some 100 ms, over 3 s seen on a busy machine."""

EVERY = 0.1
"""Seconds between two tries."""


@dataclass(frozen=True)
class Group:
    """A consumer group at one moment."""

    offsets: Mapping[int, int]
    """What it has committed, by partition of the topic; partitions without a commit are left out"""
    members: int
    exists: bool
    """False where nobody ever joined it or committed in its name"""
    notes: Mapping[int, str] = field(default_factory=dict, compare=False)
    """What was committed beside each offset, by partition; empty strings where nothing was"""

    def about(self, fills: str) -> "Group":
        """Return the group with only those offsets that hold for indices with these fills (shared.kafka.fills). Pure."""
        return replace(self, offsets={each: at for each, at in self.offsets.items() if holds(self.notes.get(each), fills)})

    def behind(self, bounds: Mapping[int, tuple[int, int]]) -> dict[int, int]:
        """Return how many records it has not committed, by partition, of a topic with these bounds (first offset, the one after the last). Pure."""
        return {partition: max(0, end - max(first, self.offsets.get(partition, 0))) for partition, (first, end) in bounds.items()}

    def goes_on(self, bounds: Mapping[int, tuple[int, int]]) -> dict[int, int]:
        """Return the offset by partition at which it goes on in a topic with these bounds. Pure.

        A partition without a commit, or with one beyond its end (the topic was made anew), will be read from its beginning.
        """
        return {
            partition: offset if first <= (offset := self.offsets.get(partition, first)) <= end else first
            for partition, (first, end) in bounds.items()
        }

    def is_past(self, ends: Mapping[int, int]) -> bool:
        """Return whether nothing before these offsets can still be under way: all is committed, or there is no member. Pure."""
        return not self.members or all(self.offsets.get(partition, 0) >= end for partition, end in ends.items())


async def ask_group(settings: KafkaSettings, group: str, topic: str) -> Group:
    """Ask once, by a client that is closed again; raises Unavailable."""
    async with admin_client(settings) as admin:
        return await read_group(admin, group, topic)


async def read_group(admin: AIOKafkaAdminClient, group: str, topic: str) -> Group:
    """Ask through a client that is started; raises KafkaError where the coordinator stays away or goes on loading."""
    return await patiently(lambda: _ask(admin, group, topic))


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask a coordinator again until it has loaded its groups; raises what `ask` raises, and KafkaError where that takes too long."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + COORDINATOR_SECONDS
    while True:
        try:
            return await ask()
        except COMING:
            if loop.time() > deadline:
                raise
        await asyncio.sleep(EVERY)


async def _ask(admin: AIOKafkaAdminClient, group: str, topic: str) -> Group:
    coordinator = await admin.find_coordinator(group)
    (answer,) = await admin.describe_consumer_groups([group], coordinator)
    (described,) = answer.to_object()["groups"]
    if described["error_code"]:
        raise for_code(described["error_code"])(f"the coordinator of {group} can't describe it yet")
    # Second, as aiokafka reads an error of this answer as "no offsets": the description has just shown that the coordinator can answer.
    committed = await admin.list_consumer_group_offsets(group, coordinator)
    known = {place.partition: at for place, at in committed.items() if place.topic == topic and at.offset >= 0}
    return Group(
        {partition: at.offset for partition, at in known.items()},
        len(described["members"]),
        bool(committed) or described["state"] != "Dead",
        {partition: at.metadata or "" for partition, at in known.items()},
    )
