"""Records that nothing can be done with end in the dead topic with their bytes, and hold nothing up; and what an operator does about
them, by command, API and page, on the four services as processes. Each test leaves no letter that asks for attention.
"""

import asyncio
import json
import threading
from collections.abc import Collection
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.dead_letters.headers import DeadLetter, from_record
from shared.kafka.clients import client_options, producer_options
from shared.records import DIGEST_HEADER, read_enriched
from shared.settings import KafkaSettings
from tests.command import jianbao, jianbao_within
from tests.letters import DIGEST
from tests.pipeline import SEARCHABLE_SECONDS, Pipeline, wait_for
from tests.search_corpus import digest
from tests.variants import ITEMS, variant

pytestmark = pytest.mark.connected


HEADERLESS = b"\xff\xfe\x00not a digest"
UNKNOWN_HEADER = b'{"version": 99, "form": "unknown"}'
NOT_JSON = b"\x00\x9f\x92\x96"
UNKNOWN_JSON = '{"种类": "未知"}'.encode()
KEYS = {b"a", b"b", b"c", b"d"}
"""Of these records alone."""

POISON = b"\xff\xfe\x00not JSON"


def dead(pipeline: Pipeline, *words: str, status: int = 0) -> list[dict[str, Any]]:
    """The lines of `jianbao dead … --json`, whose exit status must be this one."""
    ran = jianbao_within(pipeline, "dead", *words, "--json", environ={"ELASTICSEARCH_URL": pipeline.elasticsearch})
    assert ran.exit_code == status, ran.output
    return [json.loads(line) for line in ran.stdout.splitlines()]


def send(pipeline: Pipeline, topic: str, key: bytes, value: bytes, *headers: tuple[str, bytes]) -> None:
    """A record as no service of ours writes it."""

    async def sending() -> None:
        async with AIOKafkaProducer(**producer_options(KafkaSettings(bootstrap_servers=pipeline.kafka))) as producer:
            await producer.send_and_wait(topic, value, key=key, headers=list(headers))

    asyncio.run(sending())


def open_letters(pipeline: Pipeline) -> set[str]:
    """Places of the letters that nobody did anything about, as the search service knows them."""
    return {each["place"] for each in pipeline.get("search", "/api/dead", state="open")["letters"]}


def listed(pipeline: Pipeline, count: int, *, besides: Collection[str] = ()) -> list[dict[str, Any]]:
    """The list, once so many letters are open that are not these places'.

    The search service is asked for that: a command for each look would take most of a test's time.
    """

    wait_for(lambda: len(open_letters(pipeline) - set(besides)) == count, f"{count} dead letters")
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
    assert len(pipeline.search("零碳工厂", source=MADE.source)) == 1
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


def test_what_retrying_cannot_help(pipeline: Pipeline) -> None:
    """A permanent failure is refused by command and API; forced, it dies again; then somebody discards it."""
    send(pipeline, pipeline.topics.raw.name, DIGEST.encode(), POISON, (DIGEST_HEADER, b'{"version": 99}'))
    (first,) = listed(pipeline, 1)
    (group,) = dead(pipeline, "list", "--groups")
    assert (group["error"], group["hope"], group["retryable"], group["chinese"]["title"]) == ("unknown_form", "no", 0, "记录的格式无法识别")
    assert group["newest"] == pipeline.get("search", "/api/failures")["groups"][0]["sample"]["place"] == first["place"]
    assert "retrying can't help" in dead(pipeline, "retry", first["place"], status=1)[0]["why"]
    with httpx.Client(trust_env=False) as client:
        said = client.post(pipeline.url("search") + "/api/dead/retry", json={"all": True}).json()
    assert (said["count"], said["refused_total"]) == (0, 1)

    dead(pipeline, "retry", "--all", "--force", "--rate", "0")
    (letter,) = listed(pipeline, 1, besides={first["place"]})
    assert letter["tries"] == 1
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
    words = ("retry", "--stage", "index", "--rate", "0", "--force")
    by_command = jianbao(pipeline, "dead", *words, environ={"ELASTICSEARCH_URL": pipeline.elasticsearch})
    other.join()
    assert by_command.returncode == 0, by_command.stdout + by_command.stderr
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


async def _dead_letters(pipeline: Pipeline, count: int) -> list[DeadLetter]:
    """The first `count` dead letters of records with these keys."""
    settings = KafkaSettings(bootstrap_servers=pipeline.kafka)
    options = client_options(settings) | {"auto_offset_reset": "earliest"}
    letters = []
    async with asyncio.timeout(SEARCHABLE_SECONDS), AIOKafkaConsumer(pipeline.topics.dead.name, **options) as consumer:
        async for record in consumer:
            letter = from_record(record.key, record.value, record.headers)
            if letter.record.key in KEYS:
                letters.append(letter)
            if len(letters) == count:
                break
    return letters


async def test_dead_letters_keep_their_bytes(pipeline: Pipeline) -> None:
    """No header, a header of an unknown form, no JSON, JSON of an unknown form: four dead letters, and the digests behind them are found."""
    before = pipeline.items_by_digest()
    raw, enriched = pipeline.topics.raw.name, pipeline.topics.enriched.name
    settings = KafkaSettings(bootstrap_servers=pipeline.kafka)
    async with AIOKafkaProducer(**producer_options(settings)) as producer:
        # Before every digest, whichever partition its id leads it to.
        partitions = await producer.partitions_for(raw)
        for partition in partitions:
            await producer.send_and_wait(raw, HEADERLESS, key=b"a", partition=partition)
            await producer.send_and_wait(raw, b"text", key=b"b", partition=partition, headers=[(DIGEST_HEADER, UNKNOWN_HEADER)])
            await producer.send_and_wait(enriched, NOT_JSON, key=b"c", partition=partition)
            await producer.send_and_wait(enriched, UNKNOWN_JSON, key=b"d", partition=partition)

    receipts = [pipeline.feed(variant(n), source="其他周报") for n in range(12)]
    for receipt in receipts:
        await asyncio.to_thread(pipeline.wait_searchable, receipt)
    assert pipeline.items_by_digest() == before | {receipt.digest_id: ITEMS for receipt in receipts}

    letters = await _dead_letters(pipeline, 4 * len(partitions))
    assert {
        (letter.failure.stage, letter.record.topic, letter.record.partition, letter.record.key, letter.record.value, letter.record.headers)
        for letter in letters
    } == {
        (stage, topic, partition, key, value, headers)
        for partition in partitions
        for stage, topic, key, value, headers in (
            ("enrich", raw, b"a", HEADERLESS, ()),
            ("enrich", raw, b"b", b"text", ((DIGEST_HEADER, UNKNOWN_HEADER),)),
            ("index", enriched, b"c", NOT_JSON, ()),
            ("index", enriched, b"d", UNKNOWN_JSON, ()),
        )
    }

    def count_open() -> int:
        return int(pipeline.get("search", "/api/dead", state="open")["total"])

    await asyncio.to_thread(wait_for, lambda: count_open() == len(letters), "the search service to know all letters")
    discarded = await asyncio.to_thread(jianbao, pipeline, "dead", "discard", "--all", "--reason", "用毕")
    assert discarded.returncode == 0, discarded.stderr
    await asyncio.to_thread(wait_for, lambda: pipeline.get("search", "/api/dead")["total"] == 0, "all letters to be solved")
