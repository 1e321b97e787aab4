"""Fed again, to services on a real Kafka: one digest with its title and day, over forms, instances, kills and topics made anew."""

import asyncio
import base64
import hashlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from aiokafka.admin import NewPartitions

from services.ingest.erasure import withdrawal
from services.ingest.publish import KafkaPublisher
from shared import ids
from shared.kafka.clients import admin_client
from shared.kafka.sender import Message, Sender
from shared.records import DIGEST_HEADER, RawDigest
from shared.settings import KafkaSettings
from shared.topics import Topics
from tests.engines import RunningEngines
from tests.integration.ingest.test_service import PARTITIONS, raw_records, service, wait_for
from tests.kafka_topics import recreate

pytestmark = pytest.mark.connected

TEXT = "江苏要闻\n1、昆山:将新增(近)零碳工厂10家。\n2月3日,昆山市发布《行动方案》。\n"
WIDE = TEXT.replace("10", "１０").replace(":", "：").replace("(", "（").replace(")", "）").replace(",", "，")
GIVEN = {"source": "a", "external_id": "12", "title": "双碳周报", "published_on": "2026-02-06"}


async def fed(client: httpx.AsyncClient, text: str = TEXT, **said: str) -> dict[str, Any]:
    """The answer to a digest fed as JSON."""
    answer = await client.post("/v1/digests", json={"source": "a", "text": text} | said)
    assert answer.status_code == 202, answer.text
    said_of_it: dict[str, Any] = answer.json()
    return said_of_it


@pytest.fixture
async def publisher(engines: RunningEngines, namespace: str) -> AsyncIterator[KafkaPublisher]:
    """Somebody else who writes the raw topic, and remembers nothing."""
    settings = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=PARTITIONS)
    async with KafkaPublisher(settings, Topics(namespace), ack_timeout=10) as made:
        await made.connected(timeout=30)
        yield made


@dataclass(frozen=True)
class Pair:
    """Two instances of the service, and what they wrote."""

    one: httpx.AsyncClient
    other: httpx.AsyncClient
    engines: RunningEngines
    namespace: str

    async def written(self, source: str) -> list[RawDigest]:
        """Of a source, by revision."""
        return [raw for raw, _ in await raw_records(self.engines, self.namespace) if raw.source == source]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(engines: RunningEngines) -> AsyncIterator[Pair]:
    """For tests that leave them running; each has sources of its own."""
    namespace = f"t-{uuid4().hex[:12]}"
    async with service(engines, namespace) as (_, one), service(engines, namespace) as (_, other):
        yield Pair(one, other, engines, namespace)


@pytest.mark.asyncio(loop_scope="module")
async def test_the_same_in_every_form_is_a_duplicate(pair: Pair) -> None:
    """By JSON, body and form, in any charset, width and white space, under another file name; one record is written."""
    plain, client = {"Content-Type": "text/plain"}, pair.one
    first = await fed(client, **GIVEN)
    answers = [
        await client.post("/v1/digests", json={"source": "a", "text": TEXT}),
        await client.post("/v1/digests", json={"text": TEXT} | GIVEN),
        await client.post(
            "/v1/digests",
            json={"source": "a", "content_base64": base64.b64encode(TEXT.encode("gb18030")).decode()},
        ),
        await client.post("/v1/digests", params={"source": "a"}, content=b"\xef\xbb\xbf" + TEXT.encode(), headers=plain),
        await client.post(
            "/v1/digests",
            params={"source": "a"},
            content=TEXT.replace("\n", "\r\n").encode("utf-16"),
            headers=plain,
        ),
        await client.post(
            "/v1/digests",
            params={"source": "a"},
            content=WIDE.replace("\n", "\r\u3000").encode(),
            headers=plain,
        ),
        await client.post("/v1/digests", data={"source": "a"}, files={"file": ("2026-03-01.txt", TEXT.strip().encode())}),
    ]
    assert [(answer.status_code, answer.json().get("duplicate_of")) for answer in answers] == [(202, first["digest_id"])] * len(answers)
    assert [answer.json()["revision"] for answer in answers] == [first["revision"]] * len(answers)
    [raw] = await pair.written("a")
    assert (raw.title, raw.published_on) == ("双碳周报", date(2026, 2, 6))


@pytest.mark.asyncio(loop_scope="module")
async def test_a_new_title_or_day_is_a_revision_of_the_same_digest(pair: Pair) -> None:
    """What is not given again is kept; other content is a digest of its own, and so is another source's."""
    first = await fed(pair.one, **GIVEN | {"source": "b"})
    titled = await fed(pair.other, WIDE, source="b", title="双碳周报(更正)")
    dated = await fed(pair.one, source="b", published_on="2026-02-07")
    again = await fed(pair.other, source="b")
    others = [
        await fed(pair.one, TEXT.replace("10家", "11家"), source="b"),
        await fed(pair.one, source="c"),
        await fed(pair.one, source="b", external_id="13"),
    ]
    assert [answer["digest_id"] for answer in (titled, dated, again)] == [first["digest_id"]] * 3
    assert [answer.get("duplicate_of") for answer in (titled, dated, again, *others)] == [
        None,
        None,
        first["digest_id"],
        None,
        None,
        None,
    ]
    assert len({answer["digest_id"] for answer in (first, *others)}) == 4
    records = [raw for raw in await pair.written("b") if raw.digest_id == first["digest_id"]]
    assert [(raw.title, str(raw.published_on)) for raw in records] == [
        ("双碳周报", "2026-02-06"),
        ("双碳周报(更正)", "2026-02-06"),
        ("双碳周报(更正)", "2026-02-07"),
    ]


async def test_it_is_known_after_a_kill_and_to_another_instance(engines: RunningEngines, namespace: str, publisher: KafkaPublisher) -> None:
    """And so is an older build's record, by its SHA-256; what was withdrawn elsewhere comes back when it is fed again."""
    content = TEXT.replace("昆山", "太仓").encode()
    old = RawDigest(
        digest_id=ids.digest_id("a", external_id="old", content=""),
        source="a",
        media_type="text/plain",
        charset="utf-8",
        title="旧周报",
        external_id="old",
        received_at=datetime.now(UTC),
        sha256=hashlib.sha256(content).hexdigest(),
        revision=time.time_ns() // 1_000_000,
    )
    await publisher.publish(old, content)
    async with service(engines, namespace) as (one, client), service(engines, namespace) as (_, other):
        first = await fed(client, **GIVEN)
        one.kill()
        assert (await fed(other))["duplicate_of"] == first["digest_id"]
        assert (await fed(other, content.decode()))["duplicate_of"] == old.digest_id
        async with service(engines, namespace) as (_, again):
            assert (await fed(again))["duplicate_of"] == first["digest_id"]
            [raw] = [raw for raw, _ in await raw_records(engines, namespace) if raw.digest_id == first["digest_id"]]
            await publisher.publish(withdrawal(raw, revision=first["revision"] + 1), b"")
            back = await fed(again, external_id="12")
            assert "duplicate_of" not in back
            assert back["digest_id"] == first["digest_id"]
            assert (await fed(other, external_id="12"))["duplicate_of"] == first["digest_id"]


@pytest.mark.asyncio(loop_scope="module")
async def test_at_once_by_two_instances_it_is_one_digest_with_all_that_was_given(pair: Pair) -> None:
    """Five digests, with a title and a day by one and without by the other: the last revision of each has both."""
    for number in range(5):
        text = f"{TEXT}{number}\n"
        await asyncio.gather(
            fed(pair.other, text, source="d"),
            fed(pair.one, text, source="d", title="周报", published_on="2026-02-06"),
            fed(pair.one, text, source="d"),
            fed(pair.other, text, source="d"),
        )
    assert ["duplicate_of" in await fed(each, f"{TEXT}{number}", source="d") for each in (pair.one, pair.other) for number in range(5)] == [True] * 10
    last = {raw.digest_id: (raw.title, str(raw.published_on)) for raw in await pair.written("d")}
    assert list(last.values()) == [("周报", "2026-02-06")] * 5


async def test_a_topic_made_anew_knows_nothing(engines: RunningEngines, namespace: str) -> None:
    """What is fed again then is written again, as the archive has lost it; the running service notices by itself."""
    async with service(engines, namespace) as (_, client):
        await fed(client)
        assert "duplicate_of" in await fed(client)
        await recreate(
            KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=PARTITIONS),
            Topics(namespace),
        )

        async def written() -> bool:
            answer = await client.post("/v1/digests", json={"source": "a", "text": TEXT})
            return answer.status_code == 202 and "duplicate_of" not in answer.json()

        await wait_for(written)

        async def known() -> bool:
            return "duplicate_of" in await fed(client)

        await wait_for(known)
    assert TEXT.encode() in [content for _, content in await raw_records(engines, namespace)]


async def test_a_withdrawal_in_an_added_partition_is_noticed(engines: RunningEngines, namespace: str) -> None:
    """What is fed again then is written, by a service that has not read that partition yet."""
    settings = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers, partitions=PARTITIONS)
    async with service(engines, namespace) as (_, client):
        first = await fed(client)
        assert "duplicate_of" in await fed(client)
        [(raw, _)] = await raw_records(engines, namespace)
        async with admin_client(settings) as admin:
            await admin.create_partitions({Topics(namespace).raw.name: NewPartitions(PARTITIONS + 1)})
        async with Sender(settings) as sender:
            taken = withdrawal(raw, revision=first["revision"] + 1)
            key, headers = raw.digest_id.encode(), [(DIGEST_HEADER, taken.to_json())]
            await sender.deliver([Message(Topics(namespace).raw.name, key, b"", headers, partition=PARTITIONS)])
        back = await fed(client)
        assert "duplicate_of" not in back
        assert back["digest_id"] == first["digest_id"]

        async def known() -> bool:
            return "duplicate_of" in await fed(client)

        await wait_for(known)
