"""One Kafka and one Elasticsearch with TLS and logins for this folder."""

from collections.abc import Iterator

import pytest

from tests.secured_engines import Secured, secured_engines


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    """Both, running."""
    with secured_engines() as found:
        yield found
