"""Waiting for a broker that is not there."""

import pytest

from deploy.engines.ports import free_ports
from services.enrich.stream.broker import wait_until_there
from shared.settings import KafkaSettings
from shared.topics import Topics


class Enough(Exception):
    """Waited often enough."""


def nowhere() -> KafkaSettings:
    """A port on which nobody listens."""
    return KafkaSettings(bootstrap_servers=f"127.0.0.1:{free_ports(1)[0]}")


async def test_a_broker_that_is_away_is_waited_for() -> None:
    """Again and again, never longer than some seconds."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise Enough

    with pytest.raises(Enough):
        await wait_until_there(nowhere(), Topics(), sleep=sleep)
    assert all(0 < seconds <= 5 for seconds in slept)
