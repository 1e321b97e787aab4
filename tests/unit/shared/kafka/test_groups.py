"""What a coordinator that is away or still loading says of a group."""

from typing import Any, cast

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, GroupLoadInProgressError

from shared.kafka import groups
from shared.kafka.groups import Group, read_group


class Described:
    """An answer of describe_consumer_groups."""

    def __init__(self, error_code: int) -> None:
        self._group: dict[str, Any] = {"error_code": error_code, "state": "Dead" if error_code else "Empty", "members": []}

    def to_object(self) -> dict[str, Any]:
        """As aiokafka's answers give themselves."""
        return {"groups": [self._group]}


class FakeAdmin:
    """A broker that has a coordinator from the `found_at`th question on, which describes groups with this error."""

    def __init__(self, *, found_at: int = 1, error_code: int = 0) -> None:
        self.found_at, self.error_code, self.asked = found_at, error_code, 0

    async def find_coordinator(self, group: str) -> int:
        """The broker's number."""
        self.asked += 1
        if self.asked < self.found_at:
            raise GroupCoordinatorNotAvailableError
        return 1

    async def describe_consumer_groups(self, names: list[str], coordinator: int) -> list[Described]:
        """One answer."""
        return [Described(self.error_code)]

    async def list_consumer_group_offsets(self, group: str, coordinator: int) -> dict[Any, Any]:
        """None, as aiokafka says of any error too."""
        return {}


async def ask(admin: FakeAdmin) -> Group:
    """The group as read through this client."""
    return await read_group(cast(AIOKafkaAdminClient, admin), "enrich", "digests.raw.v1")


async def test_a_coordinator_that_is_loading_is_not_taken_for_an_empty_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kafka's error 14: after a restart, until the groups are read from disk."""
    monkeypatch.setattr(groups, "COORDINATOR_SECONDS", 0)
    with pytest.raises(GroupLoadInProgressError):
        await ask(FakeAdmin(error_code=14))


async def test_a_coordinator_that_comes_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new broker makes its topic of offsets when it is asked first."""
    monkeypatch.setattr(groups, "EVERY", 0)
    assert await ask(FakeAdmin(found_at=3)) == Group({}, 0, exists=True)


async def test_a_coordinator_that_stays_away_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """No group is said to be empty for it."""
    monkeypatch.setattr(groups, "COORDINATOR_SECONDS", 0)
    with pytest.raises(GroupCoordinatorNotAvailableError):
        await ask(FakeAdmin(found_at=1000))


BOUNDS = {0: (10, 20), 1: (10, 20), 2: (10, 20), 3: (10, 20), 4: (20, 20)}
"""First offset and the one after the last by partition"""

PLACES = Group({0: 12, 1: 20, 2: 5, 3: 99}, 1, exists=True)
"""Within, at the end, in what is deleted, beyond a topic that was made anew; and none"""


def test_how_far_a_group_is_behind() -> None:
    """Records that are deleted are in nobody's lag."""
    assert PLACES.behind(BOUNDS) == {0: 8, 1: 0, 2: 10, 3: 0, 4: 0}


def test_where_a_group_goes_on() -> None:
    """From the beginning where it has no place in the topic as it is now."""
    assert PLACES.goes_on(BOUNDS) == {0: 12, 1: 20, 2: 10, 3: 10, 4: 20}


@pytest.mark.parametrize(("offsets", "members", "past"), [({0: 9}, 1, False), ({0: 10}, 1, True), ({}, 1, False), ({}, 0, True)])
def test_nothing_is_under_way_once_all_is_committed_or_nobody_is_there(offsets: dict[int, int], members: int, past: bool) -> None:
    """A partition without a commit counts as one that was not read."""
    assert Group(offsets, members, exists=True).is_past({0: 10}) is past
