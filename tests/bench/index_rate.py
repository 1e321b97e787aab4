"""Running engines in, the indexer's items a second beside raw `_bulk` of the same item bytes out: same index settings, same run.

Each way has its own fresh index. Raw is what Elasticsearch takes with nothing in front of it: lines built beforehand, 1,000 a request, four at once.
The indexer starts from Kafka: it reads, parses, projects, keeps manifests, and commits. Both are run in turn several times, as the machine is never
quiet for long; rates are of all turns together.
"""

import asyncio
import random
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from elasticsearch import AsyncElasticsearch
from prometheus_client import Counter

from services.index import batch, document, indices
from services.index.app import Indexer
from shared import elastic, metrics
from shared import index_names as names
from shared.ids import digest_id, item_ids
from shared.kafka.clients import client_options, ensure_topics, producer_options
from shared.records import EnrichedDigest, Entity, Item, Topic
from shared.settings import CommonSettings, ElasticsearchSettings, IndexSettings, KafkaSettings

RAW_REQUEST = 1000
RAW_IN_FLIGHT = 4

# Words that news of this kind is made of; which come together is left to chance, so that the text is as varied as real text to an analyzer.
_WORDS = re.split(
    r"\s+",
    "零碳园区 绿色工厂 碳足迹 核算 认证 管理 体系 建设 方案 印发 行动 发展 改革 委员会 人民政府 生态环境局 "
    "能源 转型 光伏 储能 微电网 绿电 交易 企业 产品 标准 标识 试点 示范 重点 行业 推动 加快 鼓励 支持 "
    "引导 开展 实施 力争 达峰 目标 强度 下降 新增 装机 容量 万千瓦 节能 改造 项目 数字化 昆山 苏州 常州 "
    "杭州 乐山 甘肃 江苏 浙江 四川 上海 排放 盘查 报告 声明 披露 气候 信息 金融 投资 国际 贸易 出口 "
    "供应链 循环 再生 材料 水泥 钢铁 电解铝",
)
_PLACES = (
    ("昆山", "320583", ("江苏省", "苏州市", "昆山市"), ("320000", "320500", "320583")),
    ("杭州", "330100", ("浙江省", "杭州市"), ("330000", "330100")),
    ("乐山", "511100", ("四川省", "乐山市"), ("510000", "511100")),
)


def text(random_: random.Random, characters: int) -> str:
    """So many characters and a few more, of words that news is made of."""
    pieces: list[str] = []
    length = 0
    while length < characters:
        sentence = "".join(random_.choices(_WORDS, k=random_.randint(4, 12))) + random_.choice("，。，，；")
        if random_.random() < 0.2:
            sentence += f"{random_.randint(2, 900)}{random_.choice('家个%')}"
        pieces.append(sentence)
        length += len(sentence)
    return "".join(pieces)


def digests(count: int, items: int, *, seed: int = 1) -> list[EnrichedDigest]:
    """`count` enriched digests of `items` items of about 1 KB of text (some 330 characters) each, six entities an item."""
    random_ = random.Random(seed)
    start = datetime(2026, 2, 6, 1, 0, tzinfo=UTC)
    made = []
    for number in range(count):
        received = start + timedelta(seconds=number)
        identity = digest_id("bench", external_id=f"{seed}-{number}", content="")
        texts = [(text(random_, 18), text(random_, random_.randint(150, 510))) for _ in range(items)]
        ids = item_ids(identity, texts)
        made.append(
            EnrichedDigest(
                digest_id=identity,
                source="bench",
                media_type="text/plain",
                revision=int(received.timestamp() * 1000),
                build=1,
                title=f"双碳周报第{number}期",
                published_on=received.date(),
                published_on_basis="given",
                received_at=received,
                enriched_at=received,
                sections=("地方动态",),
                items=tuple(_item(random_, ids[at], at + 1, title, body) for at, (title, body) in enumerate(texts)),
            )
        )
    return made


def _item(random_: random.Random, item_id: str, ordinal: int, title: str, body: str) -> Item:
    entities = []
    for _ in range(6):
        name, code, path, codes = random_.choice(_PLACES)
        at = random_.randrange(len(body) - 4)
        kind = random_.choice(("region", "agency", "company"))
        canonical: dict[str, Any] | None = {"name": path[-1], "path": path, "codes": codes} if kind == "region" else None
        value = code if kind == "region" else body[at : at + 4]
        found = {"text": name if kind == "region" else value, "field": "body", "start": at, "end": at + 4}
        entities.append(Entity.model_validate({"type": kind, "value": value, "canonical": canonical, **found}))
    return Item(
        item_id=item_id,
        ordinal=ordinal,
        title=title,
        headline=title,
        section="地方动态",
        section_path=("地方动态",),
        body=body,
        doc_type="政策",
        topics=(Topic(name="碳足迹"), Topic(name="园区")),
        entities=tuple(entities),
    )


@dataclass(frozen=True)
class _Turn:
    items: int
    seconds: float
    cpu: float
    """Seconds of this process, which is the client alone"""


async def measure(
    *,
    kafka: KafkaSettings,
    elasticsearch: ElasticsearchSettings,
    namespace: str,
    count: int = 4000,
    items: int = 10,
    turns: int = 2,
    settings: IndexSettings | None = None,
) -> dict[str, Any]:
    """Rates in items a second and their ratio; indices and topics of `namespace` are removed at the end.

    `count` digests of `items` items, `turns` times each way, raw first; a quarter of them beforehand warms Elasticsearch up.
    """
    made = digests(count, items)
    values = [(digest.digest_id.encode(), digest.to_json()) for digest in made]
    lines = [operation.lines for _, value in values for operation in _operations(value)]
    settings = settings or IndexSettings()
    client = elastic.connect(elasticsearch, connections=RAW_IN_FLIGHT + 2)
    raw: list[_Turn] = []
    indexer: list[_Turn] = []
    try:
        await _raw(client, f"{namespace}-warm", lines[: len(lines) // 4])
        for turn in range(turns):
            raw.append(await _raw(client, f"{namespace}-raw{turn}", lines))
            indexer.append(await _indexer(client, kafka, elasticsearch, settings, f"{namespace}-indexer{turn}", values, len(lines)))
    finally:
        await client.close()
    ways = (("raw", raw), ("indexer", indexer))
    rates = {name: round(sum(turn.items for turn in took) / sum(turn.seconds for turn in took)) for name, took in ways}
    return {
        "digests": count,
        "items": len(lines),
        "item_bytes": round(sum(map(len, lines)) / len(lines)),
        "raw_items_per_second": rates["raw"],
        "indexer_items_per_second": rates["indexer"],
        "ratio": round(rates["indexer"] / rates["raw"], 3),
        "client_cpu_us_per_item": {name: round(sum(turn.cpu for turn in took) / sum(turn.items for turn in took) * 1e6) for name, took in ways},
        "turns": {
            "raw": [round(turn.items / turn.seconds) for turn in raw],
            "indexer": [round(turn.items / turn.seconds) for turn in indexer],
        },
    }


def _operations(value: bytes) -> list[batch.Operation]:
    documents = document.read(value)
    return [batch.indexing(0, item_id, documents.version, item) for item_id, item in documents.items.items()]


async def _raw(client: AsyncElasticsearch, namespace: str, lines: Sequence[bytes]) -> _Turn:
    await indices.ensure(client, namespace=namespace)
    alias = names.alias(namespace, "items")
    places = asyncio.Semaphore(RAW_IN_FLIGHT)

    async def send(part: Any) -> None:
        async with places:
            answer = await client.bulk(index=alias, operations=part, filter_path="errors")
            assert answer.body == {"errors": False}

    began, cpu = time.monotonic(), time.process_time()
    await asyncio.gather(*(send(lines[at : at + RAW_REQUEST]) for at in range(0, len(lines), RAW_REQUEST)))
    took, cpu = time.monotonic() - began, time.process_time() - cpu
    await _remove(client, namespace)
    return _Turn(len(lines), took, cpu)


async def _indexer(
    client: AsyncElasticsearch,
    kafka: KafkaSettings,
    elasticsearch: ElasticsearchSettings,
    settings: IndexSettings,
    namespace: str,
    values: Sequence[tuple[bytes, bytes]],
    items: int,
) -> _Turn:
    common = CommonSettings(namespace=namespace)
    await ensure_topics(kafka, common.topics.all)
    producer = AIOKafkaProducer(**producer_options(kafka, linger_ms=5))
    await producer.start()
    try:
        topic = common.topics.enriched.name
        await asyncio.gather(*[await producer.send(topic, key=key, value=value) for key, value in values])
    finally:
        await producer.stop()
    before = _counted(metrics.received), _counted(metrics.sent)
    stop = asyncio.Event()
    running = asyncio.create_task(Indexer(common, kafka, elasticsearch, settings.model_copy(update={"health_port": 0})).run(stop))
    try:
        # From the first batch on: joining the group is no part of the rate.
        while _counted(metrics.received) == before[0]:
            await _alive(running, 0.002)
        began, cpu = time.monotonic(), time.process_time()
        while _counted(metrics.sent) < before[1] + len(values):
            await _alive(running, 0.01)
        took, cpu = time.monotonic() - began, time.process_time() - cpu
    finally:
        stop.set()
        await running
    await client.indices.refresh(index=names.alias(namespace, "items"))
    found = (await client.count(index=names.alias(namespace, "items"))).body["count"]
    assert found == items, f"{found} items are searchable, {items} were sent"
    await _remove(client, namespace)
    admin = AIOKafkaAdminClient(**client_options(kafka))
    await admin.start()
    try:
        await admin.delete_topics([topic.name for topic in common.topics.all])
    finally:
        await admin.close()
    return _Turn(items, took, cpu)


async def _alive(running: asyncio.Task[None], seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(running), seconds)
    if running.done():
        raise RuntimeError("the indexer ended by itself") from running.exception()


def _counted(counter: Counter) -> float:
    (metric,) = counter.collect()
    return sum(sample.value for sample in metric.samples if sample.name.endswith("_total") and sample.labels.get("stage") == "index")


async def _remove(client: AsyncElasticsearch, namespace: str) -> None:
    for kind in names.KINDS:
        await client.indices.delete(index=names.index(namespace, kind), ignore_unavailable=True)


def main() -> None:
    """Measure on the engines that the environment names and print the figures."""
    import json
    from uuid import uuid4

    namespace = f"bench-{uuid4().hex[:8]}"
    figures = asyncio.run(measure(kafka=KafkaSettings(), elasticsearch=ElasticsearchSettings(), namespace=namespace))
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
