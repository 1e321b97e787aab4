"""Services that were killed or stopped and are started again: nothing is lost, nothing is there twice, and what is received again replaces."""

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack

import pytest

from shared.settings import KafkaSettings
from tests.kafka_topics import recreate
from tests.pipeline import FLOW, Pipeline, Receipt, wait_for
from tests.sizes import size
from tests.variants import ITEMS, SAMPLE, variant

pytestmark = pytest.mark.connected

DIGESTS = size("JIANBAO_KILL_DIGESTS", short=60, long=300)
"""60 meet every service's death with digests before, in and behind it, in about a minute; 300 are the full proof."""

FEEDERS = 4
"""Digests on their way at once: when ingest dies some of them are between Kafka's acknowledgement and their 202."""

CAUGHT_UP_SECONDS = 180
"""For all that piled up behind the dead; on a quiet machine it is a tenth of it."""


def test_every_digest_that_got_its_202_is_there_once(pipeline: Pipeline) -> None:
    """Each of the four services is killed in its turn amid its share of the digests, and started again while more come in."""
    before = pipeline.items_by_digest()
    fed: list[Receipt] = []
    with ThreadPoolExecutor(FEEDERS) as feeders, ExitStack() as on_failure:
        on_failure.callback(feeders.shutdown, wait=False, cancel_futures=True)
        for place, service in enumerate(FLOW):
            share = range(DIGESTS * place // len(FLOW), DIGESTS * (place + 1) // len(FLOW))
            waiting = [feeders.submit(pipeline.feed_until_taken, variant(n)) for n in share]
            wait(waiting, return_when=FIRST_COMPLETED)
            pipeline.kill(service)
            pipeline.start(service)
            fed += [future.result() for future in waiting]

    fresh = {receipt.digest_id: ITEMS for receipt in fed}
    assert len(fresh) == DIGESTS
    expected = before | fresh
    wait_for(lambda: pipeline.items_by_digest() == expected, f"{DIGESTS} digests with {ITEMS} items each", seconds=CAUGHT_UP_SECONDS)
    # What is redelivered after a kill may still be under way: it must change nothing.
    for receipt in fed:
        pipeline.wait_searchable(receipt)
    assert pipeline.items_by_digest() == expected


REVISED = "修订周报"
"""A source of its own."""

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


def _feed(pipeline: Pipeline, text: str) -> str:
    receipt = pipeline.feed_until_taken(text, source=REVISED, external_id="2026-06", published_on="2026-02-06")
    pipeline.wait_searchable(receipt)
    return receipt.digest_id


async def test_three_times_the_same_then_a_changed_one(pipeline: Pipeline) -> None:
    """Three times under one external id: nine items. Topics lost, one sentence changed, one item removed: eight, and only the new sentence.

    The promise is for services that are stopped while somebody deletes topics under them, and started again afterwards:
    a consumer of a deleted topic keeps an offset in memory that means nothing any more.
    """
    before = pipeline.items_by_digest()
    sample = SAMPLE.read_text("utf-8")
    digest = _feed(pipeline, sample)
    assert [_feed(pipeline, sample) for _ in range(2)] == [digest] * 2
    assert pipeline.items_by_digest() == before | {digest: ITEMS}

    for service in FLOW:
        assert pipeline.terminate(service) == 0
    await recreate(KafkaSettings(bootstrap_servers=pipeline.kafka), pipeline.topics)
    pipeline.start()

    assert _feed(pipeline, _edited(sample)) == digest
    assert pipeline.items_by_digest() == before | {digest: ITEMS - 1}
    assert [hit["title"] for hit in pipeline.search(f'"{NEW}"', source=REVISED)] == ["昆山:推动零碳园区、工厂建设"]
    assert pipeline.search(f'"{OLD}"', source=REVISED) == []
    assert REMOVED not in [hit["title"] for hit in pipeline.search(REMOVED, source=REVISED)]
