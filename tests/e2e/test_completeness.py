"""Green means complete: the whole pipeline with its monitor, from which items and indices are taken by hand."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.stack import state as states
from deploy.stack.found import PLACES
from deploy.stack.services import ServicePorts, for_commands
from deploy.stack.state import Identity, State
from shared import index_names as names
from tests.command import jianbao
from tests.engines import RunningEngines
from tests.pipeline import FLOW, PORTS, Pipeline, Receipt, wait_for
from tests.sizes import LONG
from tests.variants import ITEMS, variant

pytestmark = pytest.mark.connected

DIGESTS = 8


@pytest.fixture(scope="module")
def pipeline(engines: RunningEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """Those that digests go through, and the monitor, for the whole module."""
    made = Pipeline(engines=engines.environ, namespace=f"t-{uuid4().hex[:12]}", logs=tmp_path_factory.mktemp("services"))
    try:
        made.start(*FLOW, "monitor")
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def fed(pipeline: Pipeline) -> tuple[Receipt, ...]:
    """Digests that are searchable, and one that was withdrawn; all is green."""
    receipts = tuple(pipeline.feed(variant(number), external_id=str(number)) for number in range(DIGESTS + 1))
    for receipt in receipts:
        pipeline.wait_searchable(receipt)
    withdrawn = httpx.post(f"{pipeline.url('ingest')}/v1/digests/{receipts[-1].digest_id}/withdraw", json={"reason": "发布方撤稿"}, trust_env=False)
    assert withdrawn.status_code == 202
    wait_for(lambda: pipeline.items_by_digest() == whole(receipts[:-1]), "the withdrawal")
    wait_for(lambda: state(pipeline) == "green", "all to be green")
    return receipts[:-1]


def whole(receipts: tuple[Receipt, ...]) -> dict[str, int]:
    """How many items each has."""
    return {receipt.digest_id: ITEMS for receipt in receipts}


def page(pipeline: Pipeline) -> dict[str, Any]:
    """The pipeline page's JSON."""
    found: dict[str, Any] = pipeline.get("search", "/api/pipeline")
    return found


def state(pipeline: Pipeline) -> str:
    """The colour of the index's content in the health report, or of the whole where no part is known."""
    report = pipeline.get("search", "/api/health/report")
    colour: str = next((part["state"] for part in report["parts"] if part["name"] == "index_content"), report["state"])
    return colour


def test_items_deleted_by_hand_are_told_with_the_command_that_mends_it(pipeline: Pipeline, fed: tuple[Receipt, ...]) -> None:
    """Within a round; the command says what it did, and all is green again."""
    alias = f"{pipeline.elasticsearch}/{names.alias(pipeline.namespace, 'items')}"
    query = {"query": {"term": {"digest_id": fed[0].digest_id}}, "size": 2, "version": True}
    hits = httpx.post(f"{alias}/_search", json=query, trust_env=False).json()["hits"]["hits"]
    for hit in hits:
        # Under its own version: after any other deletion Elasticsearch refuses the same version for a minute, which the command waits for.
        kept = {} if LONG else {"version": hit["_version"], "version_type": "external_gte"}
        httpx.delete(f"{alias}/_doc/{hit['_id']}", params=kept, trust_env=False).raise_for_status()
    wait_for(lambda: page(pipeline)["completeness"]["reason"] == "missing", "what is missing to be found")
    found = page(pipeline)
    assert (found["completeness"]["missing"], found["completeness"]["examples"]) == (1, [fed[0].digest_id])
    wait_for(lambda: state(pipeline) == "red", "the report to say so")
    assert found["completeness"]["command"] in httpx.get(pipeline.url("search") + "/pipeline", trust_env=False).text
    assert httpx.get(pipeline.url("monitor") + "/completeness", trust_env=False).status_code == 503
    _, *words = shlex.split(found["completeness"]["command"])
    ran = jianbao(pipeline, *words, environ={"ELASTICSEARCH_URL": pipeline.elasticsearch})
    assert ran.returncode == 0, ran.stdout + ran.stderr
    wait_for(lambda: state(pipeline) == "green", "all to be green again")
    assert pipeline.items_by_digest() == whole(fed)
    assert httpx.get(pipeline.url("monitor") + "/completeness", trust_env=False).status_code == 200


def test_deleted_indices_are_never_green_until_all_is_there_again(pipeline: Pipeline, fed: tuple[Receipt, ...]) -> None:
    """Deleted while the indexer runs; it is started again, as the page says, and fills them; nothing withdrawn is found meanwhile."""
    for kind in names.KINDS:
        httpx.delete(f"{pipeline.elasticsearch}/{names.index(pipeline.namespace, kind)}", trust_env=False).raise_for_status()
    wait_for(lambda: state(pipeline) != "green", "the page to see it", seconds=30)
    wait_for(lambda: page(pipeline)["completeness"]["reason"] == "no_index", "the monitor to see it", seconds=30)
    assert pipeline.terminate("index") == 0
    pipeline.start("index")
    states = set()

    def is_green() -> bool:
        states.add(found := state(pipeline))
        if found == "green":
            return True
        assert pipeline.items_by_digest().keys() <= whole(fed).keys(), "a withdrawn digest came back"
        return False

    wait_for(is_green, "all to be green again", every=0.05)
    assert pipeline.items_by_digest() == whole(fed), "green, and not complete"
    assert states > {"green"}


def test_without_its_monitor_nothing_is_green(pipeline: Pipeline, fed: tuple[Receipt, ...]) -> None:
    """Nobody knows then whether the index is complete."""
    assert fed
    assert pipeline.terminate("monitor") == 0
    wait_for(lambda: state(pipeline) == "unknown", "the page to see it", seconds=30)
    wait_for(lambda: page(pipeline)["completeness"]["state"] == "unknown", "the figures to say so", seconds=60)
    pipeline.start("monitor")
    wait_for(lambda: state(pipeline) == "green", "all to be green again")


def test_commands_find_a_stack_by_what_was_noted(pipeline: Pipeline, fed: tuple[Receipt, ...], tmp_path: Path) -> None:
    """Without a setting or an option, on whatever ports; its status is what the monitor and the services say."""
    ports = ServicePorts(**{name: int(pipeline.url(name).rpartition(":")[2]) for name in PORTS})
    engines = {"kafka": pipeline.kafka, "elasticsearch": pipeline.elasticsearch}
    me = Identity.of(os.getpid())
    assert me
    noted = State(
        supervisor=me,
        phase="ready",
        addresses=engines | ports.urls,
        environ=for_commands(engines, ports, environ={"JIANBAO_NAMESPACE": pipeline.namespace}),
        data_dir=tmp_path / "data",
        log_dir=tmp_path / "data",
    )
    states.write(tmp_path, noted)
    environ = {name: value for name, value in os.environ.items() if name not in (*PLACES, "JIANBAO_DATA_DIR")} | {"JIANBAO_STATE_DIR": str(tmp_path)}

    def ran(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-c", "from services.cli.main import main; main()", *words]
        environ["PYTHONPATH"] = str(Path(__file__).parents[2])
        return subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    assert json.loads(ran("search", "", "--json").stdout)["total"] == len(fed) * ITEMS
    assert ran("dead", "list").stdout == f"No dead letters in {pipeline.topics.dead.name}.\n"
    status = ran("status", "--json")
    causes = [(cause["code"], cause["part"]) for cause in json.loads(status.stdout)["report"]["causes"]]
    assert (status.returncode, causes) == (1, [("service_down", "fetch")])
    pipeline.start("fetch")
    assert ran("status", "--wait").stdout.startswith("green: everything works, and what was fed is found")
