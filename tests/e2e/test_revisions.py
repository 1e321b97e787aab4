"""A digest that is received again replaces what it was, also after the topics were lost and made anew."""

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from shared.kafka.clients import client_options, ensure_topics
from shared.settings import KafkaSettings
from tests.pipeline import FLOW, Pipeline
from tests.variants import ITEMS, SAMPLE

pytestmark = pytest.mark.connected

OLD = "提供一站式绿电绿证服务"
NEW = "设立企业碳管理咨询专窗"
REMOVED = "百甲科技:获产品碳足迹核查声明"


def _edited(text: str) -> str:
    """The sample with one sentence changed and one item removed, in the contents list too."""
    lines = [line for line in text.splitlines() if REMOVED not in line and not line.startswith("近日,徐州中煤百甲")]
    edited = "\n".join(lines)
    assert OLD in edited
    assert REMOVED not in edited
    return edited.replace(OLD, NEW)


async def _recreate_topics(pipeline: Pipeline) -> None:
    """Delete all three topics and make them anew: offsets start over."""
    settings = KafkaSettings(bootstrap_servers=pipeline.kafka)
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        await admin.delete_topics([topic.name for topic in pipeline.topics.all])
    finally:
        await admin.close()
    # Deleting is done in the background: until it is, a topic counts as existing.
    missing = {topic.name for topic in pipeline.topics.all}
    while missing:
        missing -= set(await ensure_topics(settings, pipeline.topics.all))


def _feed(pipeline: Pipeline, text: str) -> str:
    receipt = pipeline.feed_until_taken(text, external_id="2026-06", published_on="2026-02-06")
    pipeline.wait_searchable(receipt)
    return receipt.digest_id


async def test_three_times_the_same_then_a_changed_one(pipeline: Pipeline) -> None:
    """Three times under one external id: nine items. Topics lost, one sentence changed, one item removed: eight, and only the new sentence.

    The promise is for services that are stopped while somebody deletes topics under them, and started again afterwards:
    a consumer of a deleted topic keeps an offset in memory that means nothing any more.
    """
    sample = SAMPLE.read_text("utf-8")
    digests = {_feed(pipeline, sample) for _ in range(3)}
    assert [pipeline.items_by_digest()] == [{digest: ITEMS} for digest in digests]

    for service in FLOW:
        assert pipeline.terminate(service) == 0
    await _recreate_topics(pipeline)
    pipeline.start()

    assert _feed(pipeline, _edited(sample)) in digests
    assert list(pipeline.items_by_digest().values()) == [ITEMS - 1]
    assert [hit["title"] for hit in pipeline.search(f'"{NEW}"')] == ["昆山:推动零碳园区、工厂建设"]
    assert pipeline.search(f'"{OLD}"') == []
    assert REMOVED not in [hit["title"] for hit in pipeline.search(REMOVED)]
