"""What is no digest, fed while the services run: held, released, discarded; never in search meanwhile."""

import json
from typing import Any

import httpx
import pytest

from tests.command import jianbao, jianbao_within
from tests.engines import RunningEngines
from tests.pipeline import Pipeline, Receipt, wait_for
from tests.variants import ITEMS, variant

pytestmark = pytest.mark.connected

WORD = "零碳巡检器"


def log(number: int) -> str:
    """Of a program, with a word that a search could find."""
    return "\n".join(f"2026-11-02 08:{number:02}:{second:02},123 INFO [main] a.b.Store - {WORD} wrote segment {second}" for second in range(40))


def held(pipeline: Pipeline) -> dict[str, Any]:
    """What is in quarantine, by digest."""
    return {one["digest_id"]: one for one in pipeline.get("search", "/api/quarantine")["digests"]}


def fed(pipeline: Pipeline, number: int, **fields: str) -> Receipt:
    """A log, held by now."""
    receipt = pipeline.feed_until_taken(log(number), **fields)
    wait_for(lambda: pipeline.status(receipt) == "quarantined", "quarantine")
    return receipt


def test_a_log_is_held_until_a_person_releases_it(pipeline: Pipeline, engines: RunningEngines) -> None:
    """Not found before, found afterwards, and still so when it is fed again under a title or replayed; the index is complete all the while."""
    receipt = fed(pipeline, 1)
    assert pipeline.search(WORD) == []
    assert (held(pipeline)[receipt.digest_id]["code"], WORD in held(pipeline)[receipt.digest_id]["beginning"]) == ("log", True)
    shown = pipeline.get("search", f"/api/digests/{receipt.digest_id}")
    assert (shown["items"], shown["others"], shown["quarantine"]["code"]) == ([], [], "log")

    ours = {"ELASTICSEARCH_URL": engines.elasticsearch_url}
    compared = jianbao_within(pipeline, "reconcile", "--json", environ=ours)
    assert compared.exit_code == 0, compared.output
    with httpx.Client(base_url=pipeline.url("ingest"), trust_env=False, timeout=30) as ingest:
        answer = ingest.post(f"/v1/digests/{receipt.digest_id}/release", json={"reason": "确是简报"})
        assert answer.status_code == 202, answer.text
        again = ingest.post(f"/v1/digests/{receipt.digest_id}/release", json={"reason": "确是简报"})
    released = Receipt(receipt.digest_id, answer.json()["revision"])
    assert (again.json()["released_before"], again.json()["revision"]) == (True, released.revision)
    pipeline.wait_searchable(released)
    assert {hit["digest_id"] for hit in pipeline.search(WORD)} == {receipt.digest_id}
    assert receipt.digest_id not in held(pipeline)

    titled = pipeline.feed(log(1), title="巡检周报")
    assert titled.digest_id == receipt.digest_id
    pipeline.wait_searchable(titled)
    replayed = jianbao(pipeline, "replay", "--digest", receipt.digest_id, "--json", environ=ours)
    assert replayed.returncode == 0, replayed.stderr
    pipeline.wait_caught_up("enrich", "index")
    assert {hit["digest_title"] for hit in pipeline.search(WORD)} == {"巡检周报"}


def test_items_of_an_earlier_revision_leave_search(pipeline: Pipeline) -> None:
    """A digest that is replaced by something that is none; corrected once more, it is there again."""
    first = pipeline.feed_until_taken(variant(3), external_id="replaced")
    pipeline.wait_searchable(first)
    second = fed(pipeline, 3, external_id="replaced")
    assert second.digest_id == first.digest_id
    assert pipeline.items_by_digest().get(first.digest_id, 0) == 0
    back = pipeline.feed(variant(3), external_id="replaced")
    pipeline.wait_searchable(back)
    assert pipeline.items_by_digest()[first.digest_id] == ITEMS


def test_by_command(pipeline: Pipeline, engines: RunningEngines) -> None:
    """Listed, shown and discarded; what is not held any more is told so."""
    receipt = fed(pipeline, 5, source="巡检")
    ours = {"ELASTICSEARCH_URL": engines.elasticsearch_url}
    listed = jianbao_within(pipeline, "quarantine", "list", "--source", "巡检", "--json", environ=ours)
    assert [json.loads(line)["digest_id"] for line in listed.stdout.splitlines()] == [receipt.digest_id]
    shown = jianbao_within(pipeline, "quarantine", "show", receipt.digest_id, environ=ours)
    assert (shown.exit_code, WORD in shown.stdout) == (0, True)
    done = jianbao(pipeline, "quarantine", "discard", receipt.digest_id, "--reason", "误送的日志", "--json", environ=ours)
    assert done.returncode == 0, done.stderr
    gone = Receipt(receipt.digest_id, json.loads(done.stdout)["revision"])
    wait_for(lambda: pipeline.status(gone) == "withdrawn", "the withdrawal")
    assert receipt.digest_id not in held(pipeline)
    missing = jianbao_within(pipeline, "quarantine", "show", receipt.digest_id, environ=ours)
    assert (missing.exit_code, "not in quarantine" in str(missing.exception)) == (1, True)
