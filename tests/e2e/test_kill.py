"""kill -9 of any service while digests are being fed loses nothing and doubles nothing."""

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack

import pytest

from tests.pipeline import FLOW, Pipeline, Receipt, wait_for
from tests.sizes import size
from tests.variants import ITEMS, variant

pytestmark = pytest.mark.connected

DIGESTS = size("JIANBAO_KILL_DIGESTS", short=60, long=300)
"""60 meet every service's death with digests before, in and behind it, in about a minute; 300 are the full proof."""

FEEDERS = 4
"""Digests on their way at once: when ingest dies some of them are between Kafka's acknowledgement and their 202."""

CAUGHT_UP_SECONDS = 180
"""For all that piled up behind the dead; on a quiet machine it is a tenth of it."""


def test_every_digest_that_got_its_202_is_there_once(pipeline: Pipeline) -> None:
    """Each of the four services is killed in its turn amid its share of the digests, and started again while more come in."""
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

    expected = {receipt.digest_id: ITEMS for receipt in fed}
    assert len(expected) == DIGESTS
    wait_for(lambda: pipeline.items_by_digest() == expected, f"{DIGESTS} digests with {ITEMS} items each", seconds=CAUGHT_UP_SECONDS)
    # What is redelivered after a kill may still be under way: it must change nothing.
    for receipt in fed:
        pipeline.wait_searchable(receipt)
    assert pipeline.items_by_digest() == expected
