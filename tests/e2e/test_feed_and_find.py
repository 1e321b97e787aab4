"""The main job: the sample digest goes in, its items are found."""

import pytest

from tests.pipeline import Pipeline
from tests.variants import ITEMS, SAMPLE

pytestmark = pytest.mark.connected


def test_the_sample_is_found(pipeline: Pipeline) -> None:
    """Fed by HTTP, the sample's nine items are there and a Chinese query finds the one that it should."""
    receipt = pipeline.feed(SAMPLE.read_text("utf-8"), published_on="2026-02-06")
    pipeline.wait_searchable(receipt)
    assert pipeline.items_by_digest() == {receipt.digest_id: ITEMS}
    assert "昆山:将新增(近)零碳工厂10家" in [hit["title"] for hit in pipeline.search("零碳工厂")]
