"""The main job: the sample digest goes in, its items are found."""

import pytest

from tests.pipeline import PORTS, Pipeline
from tests.variants import ITEMS, SAMPLE

pytestmark = pytest.mark.connected


def test_the_sample_is_found(pipeline: Pipeline) -> None:
    """Fed by HTTP, the sample's nine items are there and a Chinese query finds the one that it should."""
    receipt = pipeline.feed(SAMPLE.read_text("utf-8"), published_on="2026-02-06")
    pipeline.wait_searchable(receipt)
    assert pipeline.items_by_digest() == {receipt.digest_id: ITEMS}
    assert "昆山:将新增(近)零碳工厂10家" in [hit["title"] for hit in pipeline.search("零碳工厂")]


def test_services_stop_cleanly(pipeline: Pipeline) -> None:
    """SIGTERM ends each with status 0, though it is in the middle of its work."""
    pipeline.feed(SAMPLE.read_text("utf-8"))
    assert {service: pipeline.terminate(service) for service in PORTS} == dict.fromkeys(PORTS, 0)
