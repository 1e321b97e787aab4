"""What an operator does about dead letters, by command, API and page, on the four services as processes."""

import asyncio
import json
import threading
from collections.abc import Collection, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from shared.kafka.clients import producer_options
from shared.records import DIGEST_HEADER, read_enriched
from shared.settings import KafkaSettings
from tests.command import jianbao
from tests.engines import RunningEngines
from tests.letters import DIGEST
from tests.pipeline import Pipeline, wait_for
from tests.search_corpus import digest

pytestmark = pytest.mark.connected


@pytest.fixture(scope="module")
def pipeline(engines: RunningEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """All four services for the whole module: each test leaves no letter that asks for attention."""
    made = Pipeline(engines=engines.environ, namespace=f"t-{uuid4().hex[:12]}", logs=tmp_path_factory.mktemp("services"))
    try:
        made.start()
        yield made
    finally:
        made.close()


POISON = b"\xff\xfe\x00not JSON"


def dead(pipeline: Pipeline, *words: str, status: int = 0) -> list[dict[str, Any]]:
    """The lines of `jianbao dead … --json`, whose exit status must be this one."""
    ran = jianbao(pipeline, "dead", *words, "--json", environ={"ELASTICSEARCH_URL": pipeline.elasticsearch})
    assert ran.returncode == status, ran.stdout + ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def send(pipeline: Pipeline, topic: str, key: bytes, value: bytes, *headers: tuple[str, bytes]) -> None:
    """A record as no service of ours writes it."""

    async def sending() -> None:
        async with AIOKafkaProducer(**producer_options(KafkaSettings(bootstrap_servers=pipeline.kafka))) as producer:
            await producer.send_and_wait(topic, value, key=key, headers=list(headers))

    asyncio.run(sending())


def listed(pipeline: Pipeline, count: int, *, besides: Collection[str] = ()) -> list[dict[str, Any]]:
    """The list, once so many letters are open that are not these places'.

    The search service is asked for that: a command for each look would take most of a test's time.
    """

    def there() -> bool:
        open_ = pipeline.get("search", "/api/dead", state="open")["letters"]
        return len({each["place"] for each in open_} - set(besides)) == count

    wait_for(there, f"{count} dead letters")
    return dead(pipeline, "list")


def none_listed(pipeline: Pipeline) -> None:
    """Wait until no letter asks for attention, by the search service, and then by the command."""
    wait_for(lambda: pipeline.get("search", "/api/dead")["total"] == 0, "all letters to be solved")
    assert dead(pipeline, "list") == []


LONG = "栏" * 20_000
"""As one word of an index it would have 60,000 bytes; Elasticsearch takes 32,766."""


MADE = digest([("甲地建成零碳工厂", LONG, "正文一"), ("乙地发布方案", "动态", "正文二")])
"""Its first item is refused"""


def taking(pipeline: Pipeline, characters: int) -> None:
    """Have Elasticsearch index sections up to that length; longer ones it leaves out of the index."""
    word = {"type": "keyword", "ignore_above": characters}
    with httpx.Client(base_url=pipeline.elasticsearch, trust_env=False) as client:
        answer = client.put(f"/{pipeline.namespace}-items/_mapping", json={"properties": {"section": word, "section_path": word}})
        answer.raise_for_status()


def damage(pipeline: Pipeline) -> None:
    """A mapping under which LONG can only be refused."""
    taking(pipeline, 100_000)


def mend(pipeline: Pipeline) -> None:
    """The mapping as it was."""
    taking(pipeline, 8191)


def test_from_poison_to_searchable(pipeline: Pipeline) -> None:
    """Refused items are a letter; sent again while they are refused it dies again, and once mended it leaves every list and is found."""
    damage(pipeline)
    send(pipeline, pipeline.topics.enriched.name, MADE.digest_id.encode(), MADE.to_json())
    (first,) = listed(pipeline, 1)
    assert (first["stage"], first["digest_id"], first["state"], first["source"]) == ("index", MADE.digest_id, "open", MADE.source)
    shown = jianbao(pipeline, "dead", "show", MADE.digest_id, environ={"ELASTICSEARCH_URL": pipeline.elasticsearch})
    assert shown.returncode == 0, shown.stderr
    assert MADE.source in shown.stdout

    assert dead(pipeline, "retry", first["place"], "--dry-run") == [
        {"place": first["place"], "digest_id": MADE.digest_id, "outcome": "would be sent again"}
    ]
    assert dead(pipeline, "retry", first["place"], "--reason", "试一下")[0]["outcome"] == "sent again"
    (second,) = listed(pipeline, 1, besides={first["place"]})
    assert (second["parent"], second["tries"]) == (first["place"], 1)
    assert dead(pipeline, "list", "--state", "superseded")[0]["newer"] == second["place"]

    mend(pipeline)
    assert dead(pipeline, "retry", "--stage", "index", "--reason", "已修复")[0]["place"] == second["place"]
    none_listed(pipeline)
    assert len(pipeline.search("零碳工厂")) == 1
    assert pipeline.items_by_digest()[MADE.digest_id] == 2
    stages = {stage["name"]: stage["dead"] for stage in pipeline.get("search", "/api/pipeline")["stages"]}
    assert stages == {"ingest": 0, "enrich": 0, "index": 0}
    history = pipeline.get("search", f"/api/dead/{second['place']}")["history"]
    assert [(one["action"], one["outcome"], one["reason"]) for one in history] == [
        ("retry", "begun", "试一下"),
        ("retry", "done", "试一下"),
        ("retry", "begun", "已修复"),
        ("retry", "done", "已修复"),
    ]


def test_the_cap_and_discarding(pipeline: Pipeline) -> None:
    """What dies of itself is tried three times and then refused, until somebody forces or discards it."""
    send(pipeline, pipeline.topics.raw.name, DIGEST.encode(), POISON, (DIGEST_HEADER, b'{"version": 99}'))
    seen: set[str] = set()
    for tries in range(3):
        (letter,) = listed(pipeline, 1, besides=seen)
        assert letter["tries"] == tries
        seen.add(letter["place"])
        dead(pipeline, "retry", "--all", "--rate", "0")
    (letter,) = listed(pipeline, 1, besides=seen)
    assert "tried 3 times" in dead(pipeline, "retry", letter["place"], status=1)[0]["why"]
    assert dead(pipeline, "retry", letter["place"], "--force", "--dry-run")[0]["outcome"] == "would be sent again"

    assert dead(pipeline, "discard", letter["place"], "--reason", "不是简报")[0]["outcome"] == "discarded"
    none_listed(pipeline)
    (shown,) = dead(pipeline, "show", letter["place"])
    assert (shown["state"], shown["history"][-1]["reason"], shown["beginning"]) == ("discarded", "不是简报", "\\xff\\xfe\\x00not JSON")
    assert dead(pipeline, "show", "0/999", status=1) == []


def test_two_operators_at_once(pipeline: Pipeline) -> None:
    """One by command, by force, and one by API send the same letters again: each digest is there once, and no letter is left."""
    damage(pipeline)
    digests = [digest([(f"第{n}条要闻", LONG, "正文")], name=f"两人-{n}") for n in range(5)]
    for made in digests:
        send(pipeline, pipeline.topics.enriched.name, made.digest_id.encode(), made.to_json())
    listed(pipeline, 5)
    mend(pipeline)

    answers: list[httpx.Response] = []

    def by_api() -> None:
        with httpx.Client(trust_env=False, timeout=60) as client:
            answers.append(client.post(pipeline.url("search") + "/api/dead/retry", json={"stage": "index", "reason": "同时"}))

    other = threading.Thread(target=by_api)
    other.start()
    dead(pipeline, "retry", "--stage", "index", "--rate", "0", "--force")
    other.join()
    assert answers[0].status_code == 200, answers[0].text
    none_listed(pipeline)
    assert pipeline.items_by_digest().items() >= {made.digest_id: 1 for made in digests}.items()


def test_export(pipeline: Pipeline, tmp_path: Any) -> None:
    """The original bytes with what is known of them, by command and as a download."""
    send(pipeline, pipeline.topics.enriched.name, DIGEST.encode(), POISON)
    (letter,) = listed(pipeline, 1)
    ran = jianbao(pipeline, "dead", "export", "--all", "--to", str(tmp_path), environ={"ELASTICSEARCH_URL": pipeline.elasticsearch})
    assert ran.returncode == 0, ran.stderr
    name = letter["place"].replace("/", "-")
    assert (tmp_path / f"{name}.bin").read_bytes() == POISON
    assert json.loads((tmp_path / f"{name}.json").read_bytes())["error"] == "undecodable"
    with httpx.Client(trust_env=False) as client:
        answer = client.get(pipeline.url("search") + f"/api/dead/{letter['place']}/original")
    assert answer.content == POISON
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.bin"'
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    dead(pipeline, "discard", letter["place"], "--reason", "用毕")
    none_listed(pipeline)


def test_the_corpus_is_readable() -> None:
    """What is sent here is what enrich sends."""
    assert read_enriched(MADE.to_json()) == MADE
