"""The lag of a group whose broker is not there."""

import pytest

from shared.errors import Unavailable
from shared.kafka.group_lag import GroupLag
from shared.settings import KafkaSettings


async def test_lag_of_a_broker_that_is_away(unused_tcp_port: int) -> None:
    """Says so, twice as well as once, and leaves nothing open."""
    lag = GroupLag(KafkaSettings(bootstrap_servers=f"127.0.0.1:{unused_tcp_port}"), topic="t", group="g")
    for _ in range(2):
        with pytest.raises(Unavailable, match="does not answer"):
            await lag.read()
