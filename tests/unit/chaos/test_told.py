"""What a round broke against what the health report said, both made up."""

from typing import cast

import pytest

from tests.chaos.schedule import Fault, FaultKind
from tests.chaos.told import Broken, Told
from tests.chaos.world import World


def broken(target: str, kind: FaultKind, began: float, ended: float) -> Broken:
    """A fault of this round."""
    return Broken(Fault(began, target, kind, ended - began), began, ended)


def told(*faults: Broken, seen: tuple[tuple[float, str], ...] = ()) -> Told:
    """A round that is over."""
    return Told(cast(World, None), list(faults), [(at, frozenset({key})) for at, key in seen])


@pytest.mark.parametrize(
    ("faults", "seen", "missed"),
    [
        ([broken("Kafka", "kill", 0, 12)], [(5.0, "engine_away/kafka")], 0),
        ([broken("Kafka", "kill", 0, 12)], [], 1),
        ([broken("Kafka", "kill", 0, 12)], [(5.0, "engine_away/elasticsearch")], 1),
        ([broken("Kafka", "kill", 10, 22)], [(5.0, "engine_away/kafka")], 1),  # before it was broken
        ([broken("Kafka", "kill", 0, 5)], [], 0),  # too short
        ([broken("enrich-0", "stop", 0, 17)], [], 1),
        ([broken("enrich-0", "stop", 0, 17)], [(9.0, "service_hangs/enrich")], 0),
        ([broken("enrich-1", "stop", 0, 17)], [], 0),  # nobody asks the second worker
        ([broken("child-0", "stop", 0, 17)], [], 0),
        ([broken("monitor", "stop", 0, 12)], [(4.0, "monitor_away/monitor")], 0),
        ([broken("monitor", "stop", 0, 12)], [], 1),
        ([broken("Kafka", "kill", 0, 12), broken("monitor", "stop", 1, 9)], [], 0),  # there was nobody to say so
    ],
)
def test_what_lasts_must_be_told(faults: list[Broken], seen: list[tuple[float, str]], missed: int) -> None:
    """While it lasts, where there is a monitor to tell it."""
    assert len(told(*faults, seen=tuple(seen)).missed()) == missed


def test_a_round_says_what_was_told() -> None:
    """And after how long."""
    found = told(broken("Kafka", "kill", 2, 14), broken("search", "stop", 1, 3), seen=((5.5, "engine_away/kafka"),))
    assert str(found) == "service_hangs/search not told within 2.0 s; engine_away/kafka told after 3.5 s"
