"""Where a digest is, and how it came there, read after each step of its way: by API, page and command, on the real services.

Enrich begins with room for short texts alone, so that a longer digest dies, and dies again when it is sent again.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared import index_names as names
from tests.command import jianbao_within
from tests.engines import RunningEngines
from tests.pipeline import FLOW, Pipeline, Receipt, wait_for

pytestmark = pytest.mark.connected

Json = dict[str, Any]

LIMITS = {"enrich": {"ENRICH_MAX_CHARACTERS": "400"}}
"""Of the services as they are started."""

SHORT = "双碳周报\n\n昆山:将新增零碳工厂11家\n昆山市印发方案，推进零碳工厂建设，支持企业购买绿色电力。\n"
LONG = SHORT + "\n太仓:发布绿电方案\n" + "太仓市发布绿电方案，提出推进绿证交易，支持企业购买绿色电力。" * 20
LOG = "\n".join(f"2026-11-02 08:01:{n:02} INFO [main] a.b.C - wrote {n}" for n in range(8))
EXTERNAL, URL = "第6期/甲 & 乙?", "https://example.org/周报/6?a=1&b=%20x#y"


@pytest.fixture(scope="module")
def pipeline(engines: RunningEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """All services of the flow, and the monitor."""
    logs = tmp_path_factory.mktemp("services")
    own = LIMITS
    made = Pipeline(engines=engines.environ, namespace=f"t-{uuid4().hex[:12]}", logs=logs, own=lambda name: own.get(name, {}))
    try:
        made.start(*FLOW, "monitor")
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def dead(pipeline: Pipeline) -> Mapping[str, Receipt]:
    """Digests that died, by what else becomes of them."""
    fed = {
        "retried": pipeline.feed(LONG, external_id=EXTERNAL, title="双碳周报第6期"),
        "taken back": pipeline.feed(LONG + "甲", url=URL + "甲"),
        "revised": pipeline.feed(LONG + "乙", url=URL + "乙"),
    }
    for receipt in fed.values():
        comes_to(pipeline, receipt.digest_id, "dead", ["received", "dead"])
    return fed


def journey(pipeline: Pipeline, name: str) -> Json | None:
    """What the API says now; None where nothing is known."""
    answer = httpx.get(pipeline.url("search") + "/api/journey", params={"id": name}, trust_env=False, timeout=30)
    if answer.status_code == 200:
        found: Json = answer.json()
        return found
    # 503: the ledger's index was made this moment, and its shard does not answer yet.
    assert answer.status_code in (404, 503), answer.text
    return None


def comes_to(pipeline: Pipeline, name: str, where: str, kinds: Sequence[str]) -> Json:
    """The journey once it has come there, with just these steps."""
    seen: list[Json | None] = [None]

    def there() -> bool:
        seen[0] = found = journey(pipeline, name)
        return found is not None and found["where"] == where and [step["kind"] for step in found["steps"]] == list(kinds)

    try:
        wait_for(there, where)
    except TimeoutError:
        raise AssertionError(f"not {where} by {kinds}: {seen[0]}") from None
    assert seen[0] is not None
    return seen[0]


def command(pipeline: Pipeline, name: str, *words: str, status: int = 0) -> str:
    """What `jianbao where` prints, whose exit status must be this one."""
    ran = jianbao_within(pipeline, "where", name, *words)
    assert ran.exit_code == status, ran.output
    return ran.stdout


def retry(pipeline: Pipeline, letter: str) -> None:
    """As an operator does it."""
    environ = {"ELASTICSEARCH_URL": pipeline.elasticsearch}
    ran = jianbao_within(pipeline, "dead", "retry", letter, "--force", "--reason", "再试", environ=environ)
    assert ran.exit_code == 0, ran.output


def page(pipeline: Pipeline, path: str, **params: str) -> str:
    """A page's text."""
    return pipeline.get_bytes("search", path, **params).decode()


def page_of_error(pipeline: Pipeline, path: str) -> str:
    """The text of a page that says that there is nothing."""
    answer = httpx.get(pipeline.url("search") + path, trust_env=False, timeout=30)
    assert answer.status_code == 404
    return answer.text


def post(pipeline: Pipeline, path: str, reason: str) -> None:
    """What a person asks ingest for."""
    answer = httpx.post(pipeline.url("ingest") + path, json={"reason": reason}, trust_env=False, timeout=30)
    assert answer.status_code == 202, answer.text


def test_died_twice_sent_again_and_searchable(pipeline: Pipeline, dead: Mapping[str, Receipt]) -> None:
    """Right at each step, whichever way it is asked for."""
    fed = dead["retried"]
    died = comes_to(pipeline, EXTERNAL, "dead", ["received", "dead"])
    assert (died["title"], died["items"], died["replacing"]) == ("双碳周报第6期", None, False)
    assert "dead: a stage gave up on it" in command(pipeline, EXTERNAL)
    assert pipeline.status(fed) == "dead"
    shown = page(pipeline, f"/digests/{fed.digest_id}")
    assert f'href="/dead/{died["letter"]}"' in shown
    assert f'href="/journey?id={fed.digest_id}"' in shown
    assert "无法处理" in page(pipeline, "/journey", id=EXTERNAL)

    retry(pipeline, died["letter"])
    again = comes_to(pipeline, EXTERNAL, "dead", ["received", "dead", "retried", "received", "dead"])
    assert [(step["letter"], step["attempt"]) for step in again["steps"][2:]] == [
        (died["letter"], None),
        (died["letter"], 1),
        (died["letter"], 1),
    ]
    assert again["letter"] != died["letter"]
    assert "第 1 次重试" in page(pipeline, "/journey", id=fed.digest_id)

    pipeline.terminate("enrich")
    retry(pipeline, again["letter"])
    kinds = [step["kind"] for step in again["steps"]] + ["retried", "received"]
    comes_to(pipeline, fed.digest_id, "received", kinds)
    assert pipeline.status(fed) == "waiting"
    assert json.loads(command(pipeline, fed.digest_id, "--json"))["where"] == "received"
    assert "正在等待处理" in page(pipeline, f"/digests/{fed.digest_id}")

    pipeline.terminate("index")
    LIMITS.pop("enrich")
    pipeline.start("enrich")
    comes_to(pipeline, fed.digest_id, "enriched", [*kinds, "enriched"])
    assert "等待入库" in page(pipeline, f"/digests/{fed.digest_id}")
    pipeline.start("index")
    found = comes_to(pipeline, fed.digest_id, "searchable", [*kinds, "enriched"])
    assert (found["items"], found["letter"]) == (2, None)
    pipeline.wait_searchable(fed)  # a search finds items a second after the index has them
    assert command(pipeline, fed.digest_id).startswith("searchable\n")
    (item, _) = pipeline.get("search", f"/api/digests/{fed.digest_id}")["items"]
    assert journey(pipeline, item["item_id"]) == found


def test_a_dead_digest_that_is_taken_back_or_fed_again(pipeline: Pipeline, dead: Mapping[str, Receipt]) -> None:
    """Taken back, it is withdrawn; fed again in another form, it is searchable; found by its address at each step."""
    taken, revised = dead["taken back"], dead["revised"]
    for one, name in ((taken, "甲"), (revised, "乙")):
        assert comes_to(pipeline, URL + name, "dead", ["received", "dead"])["digest_id"] == one.digest_id
    post(pipeline, f"/v1/digests/{taken.digest_id}/withdraw", "发布方撤稿")
    found = comes_to(pipeline, URL + "甲", "withdrawn", ["received", "dead", "withdrawn", "taken_out"])
    assert (found["steps"][2]["message"], found["letter"]) == ("发布方撤稿", None)
    again = pipeline.feed(SHORT, url=URL + "乙")
    assert again.digest_id == revised.digest_id
    found = comes_to(pipeline, URL + "乙", "searchable", ["received", "dead", "received", "enriched"])
    assert pipeline.status(again) == "searchable"


def test_held_released_and_fed_twice(pipeline: Pipeline) -> None:
    """What is fed again as it was adds no step; the ledger comes back when its index is lost.

    What nobody ever fed is unknown, and the command says so.
    """
    assert journey(pipeline, "0" * 32) is None
    command(pipeline, "0" * 32, status=1)
    assert "没有找到这份简报" in page_of_error(pipeline, f"/digests/{'0' * 32}")
    fed = pipeline.feed(LOG, external_id="日志")
    held = comes_to(pipeline, "日志", "quarantined", ["received", "quarantined"])
    assert "到隔离区决定" in page(pipeline, "/journey", id="日志")
    post(pipeline, f"/v1/digests/{fed.digest_id}/release", "确是简报")
    kinds = ["received", "quarantined", "released", "enriched"]
    found = comes_to(pipeline, fed.digest_id, "searchable", kinds)
    assert found["steps"][2]["message"] == "确是简报"
    twice = httpx.post(
        pipeline.url("ingest") + "/v1/digests",
        json={"source": "双碳周报", "text": LOG, "external_id": "日志"},
        trust_env=False,
    ).json()
    assert twice["digest_id"] == held["digest_id"]
    index = names.ledger(pipeline.namespace)
    httpx.delete(f"{pipeline.elasticsearch}/{index}", trust_env=False, timeout=30).raise_for_status()
    again = comes_to(pipeline, "日志", "searchable", kinds)
    wait_for(lambda: (journey(pipeline, "日志") or {}).get("ledger") == "complete", "the ledger to be whole")
    assert again["steps"] == found["steps"]
