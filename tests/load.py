"""A rate in, digests of ten items fed at that rate until told to stop out, and of each that was taken what must be there.

Load feeds a pipeline as feeders do: a digest that is refused for now is sent again until there is a 202. EnrichedLoad writes what enrich would have
written, where only the indexer is to be seen.
"""

import asyncio
import itertools
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from aiokafka import AIOKafkaProducer

from shared.kafka.clients import producer_options
from shared.settings import KafkaSettings
from tests.bench.index_rate import digests
from tests.pipeline import Pipeline, Receipt

ITEMS = 10
PLACES = ("昆山", "太仓", "常熟", "江阴", "宜兴", "义乌", "慈溪", "晋江", "海宁", "乐山")
BODY = (
    "近日,{place}市生态环境局、市发展改革委联合印发《{place}市零碳工厂建设行动方案》,提出到2030年累计新增零碳工厂{count}家,单位产品碳排放强度较2025年下降18%以上。"
    "方案明确,将推动光伏、储能与微电网一体化应用,新增分布式光伏装机{count}万千瓦,鼓励企业参与绿电交易,引导重点行业开展产品碳足迹核算与认证。"
    "市财政对通过验收的企业给予一次性补助,最高不超过200万元。第{count}期培训班同日开班,来自水泥、钢铁、电解铝等行业的{count}名能源管理负责人参加。"
)

FEEDERS = 8
"""Requests at once: an answer takes some ms, and up to ingest's ack timeout while Kafka is away."""


def digest(n: int) -> str:
    """The `n`th digest, in the sample's form: a contents list, a section, ten titles with a paragraph of some 220 characters each."""
    titles = [f"{place}:将新增零碳工厂{n + 11}家" for place in PLACES]
    lines = ["本周双碳要闻目录", *(f"{number}.{title}" for number, title in enumerate(titles, 1)), "01. 地方动态"]
    for place, title in zip(PLACES, titles, strict=True):
        lines += [title, BODY.format(place=place, count=n + 11)]
    return "\n".join(lines)


class Load:
    """While the block runs, `rate` digests a second; ends once all that was begun is taken."""

    def __init__(self, pipeline: Pipeline, *, rate: float) -> None:
        self._pipeline, self._rate = pipeline, rate
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._fed: list[Future[Receipt]] = []
        self._given_up = False

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._given_up = error is not None  # the test has failed: nobody may ever start what takes the rest
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        with ThreadPoolExecutor(FEEDERS) as feeders:
            began = time.monotonic()
            while not self._stop.wait(max(0.0, began + len(self._fed) / self._rate - time.monotonic())):
                n = len(self._fed)
                self._fed.append(feeders.submit(self._feed, n))
            feeders.shutdown(wait=False, cancel_futures=self._given_up)

    def _feed(self, n: int) -> Receipt:
        """However long it takes: a feeder has no other place to bring its digest to."""
        while True:
            try:
                return self._pipeline.feed_until_taken(digest(n), source="load", external_id=str(n))
            except TimeoutError:
                if self._given_up:
                    raise

    @property
    def taken(self) -> int:
        """How many have their 202."""
        return sum(future.done() for future in self._fed)

    @property
    def expected(self) -> dict[str, list[int]]:
        """By digest the ordinals of its items; raises what a feeder met."""
        return {future.result().digest_id: list(range(1, ITEMS + 1)) for future in self._fed if future.done()}


class EnrichedLoad:
    """While the block runs, `rate` enriched records a second, each of them acknowledged."""

    def __init__(self, kafka: KafkaSettings, topic: str, *, rate: float) -> None:
        self._kafka, self._topic, self._rate = kafka, topic, rate
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._acknowledged: list[str] = []
        self._error: Exception | None = None

    def __enter__(self) -> "EnrichedLoad":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    async def _run(self) -> None:
        try:
            async with AIOKafkaProducer(**producer_options(self._kafka)) as producer:
                began = time.monotonic()
                for second in itertools.count():
                    for n, made in enumerate(digests(max(1, int(self._rate)), ITEMS, seed=second)):
                        await asyncio.sleep(max(0.0, began + second + n / self._rate - time.monotonic()))
                        if self._stop.is_set():
                            return
                        await producer.send_and_wait(self._topic, made.to_json(), key=made.digest_id.encode())
                        self._acknowledged.append(made.digest_id)
        except Exception as error:  # told to whoever asks what was taken
            self._error = error

    @property
    def taken(self) -> int:
        """How many Kafka has acknowledged; raises what went wrong."""
        if self._error is not None:
            raise self._error
        return len(self._acknowledged)

    @property
    def expected(self) -> dict[str, list[int]]:
        """By digest the ordinals of its items."""
        return {digest_id: list(range(1, ITEMS + 1)) for digest_id in self._acknowledged[: self.taken]}
