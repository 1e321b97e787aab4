"""The push API with a fake publisher."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.fakes.publisher import FakePublisher
from tests.push_api import client


@pytest.fixture
def publisher() -> FakePublisher:
    """Kafka is there."""
    return FakePublisher()


@pytest.fixture
async def api(publisher: FakePublisher) -> AsyncIterator[httpx.AsyncClient]:
    """A service on loopback, open."""
    async with client(publisher) as made:
        yield made
