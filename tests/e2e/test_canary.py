"""Canaries through all services: found and counted, lost while a stage stands still, and in nobody's numbers."""

import os
import signal
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.kafka import canary
from tests.engines import RunningEngines
from tests.pipeline import FLOW, Pipeline, wait_for
from tests.variants import ITEMS, variant

pytestmark = pytest.mark.connected


def _own(service: str) -> Mapping[str, str]:
    return {"MONITOR_CANARY_SECONDS": "1", "MONITOR_CANARY_LOST_SECONDS": "4"} if service == "monitor" else {}


@pytest.fixture(scope="module")
def pipeline(engines: RunningEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """Those that digests go through, and a monitor that feeds one a second."""
    made = Pipeline(engines=engines.environ, namespace=f"t-{uuid4().hex[:12]}", logs=tmp_path_factory.mktemp("services"), own=_own)
    try:
        made.start(*FLOW, "monitor")
        wait_for(lambda: found(made) >= 2, "canaries to be found")
        yield made
    finally:
        made.close()


def report(pipeline: Pipeline) -> dict[str, Any]:
    """The report on health, as search shows it."""
    said: dict[str, Any] = pipeline.get("search", "/api/health/report")
    return said


def found(pipeline: Pipeline) -> int:
    """Canaries that were found since the monitor started."""
    known = report(pipeline)["canary"]
    return int(known["found"]) if known else 0


def state(pipeline: Pipeline) -> str:
    """Of the canary, in the report."""
    return next((str(part["state"]) for part in report(pipeline)["parts"] if part["name"] == "canary"), "none")


def counts(pipeline: Pipeline) -> list[tuple[int, int]]:
    """What each stage took and gave out, by the page."""
    return [(stage["in"], stage["out"]) for stage in pipeline.get("search", "/api/pipeline")["stages"]]


def test_it_is_in_nobodys_numbers(pipeline: Pipeline) -> None:
    """Beside a digest that was fed, which is counted once, at each stage."""
    receipt = pipeline.feed(variant(1), external_id="1")
    pipeline.wait_searchable(receipt)
    before = found(pipeline)
    wait_for(lambda: found(pipeline) > before + 2, "further canaries")
    assert pipeline.items_by_digest() == {receipt.digest_id: ITEMS}
    wait_for(lambda: pipeline.get("search", "/api/pipeline")["completeness"]["state"] == "green", "the index to be complete")
    told = pipeline.get("search", "/api/pipeline")
    assert (told["completeness"]["digests"], told["index"]["digests"]) == (1, 1)
    assert [source["source"] for source in pipeline.get("search", "/api/sources")["sources"]] == ["双碳周报"]
    assert pipeline.get("search", "/api/digests")["counts"]["searchable"] == 1
    wait_for(lambda: counts(pipeline) == [(1, 1), (1, 1), (1, 1)], "canaries to be taken off all counts")
    page = httpx.get(pipeline.url("search") + "/pipeline", trust_env=False).text
    assert "从送入到检索得到，半数在" in page


def test_it_is_nobody_elses(pipeline: Pipeline) -> None:
    """Its source is refused, and it can't be taken back."""
    with pytest.raises(httpx.HTTPStatusError, match="422"):
        pipeline.feed(variant(2), source=canary.SOURCE)
    url = f"{pipeline.url('ingest')}/v1/digests/{canary.DIGEST_ID}/withdraw"
    assert httpx.post(url, json={"reason": "误送"}, trust_env=False).status_code == 404


@pytest.mark.breaks("canary_lost")
def test_a_stage_that_stands_still_loses_it(pipeline: Pipeline) -> None:
    """Red while it does, and green again once one is found."""
    indexer = pipeline.children["index"].pid
    os.kill(indexer, signal.SIGSTOP)
    try:
        wait_for(lambda: state(pipeline) == "red", "canaries to be lost")
        said = report(pipeline)
        assert [one["because"] for one in said["symptoms"] if one["code"] == "canary_lost"] == ["service_hangs/index"]
    finally:
        os.kill(indexer, signal.SIGCONT)
    wait_for(lambda: state(pipeline) == "green", "a canary to be found again")
    assert report(pipeline)["canary"]["lost"] >= 2


def test_a_monitor_that_starts_again_loses_none(pipeline: Pipeline) -> None:
    """Whatever was under way."""
    pipeline.kill("monitor")
    pipeline.start("monitor")
    wait_for(lambda: found(pipeline) >= 1, "canaries to be found")
    assert report(pipeline)["canary"]["lost"] == 0
