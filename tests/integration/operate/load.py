"""Searches and writes that go on beside a test, and what they saw: searches that failed, digests that are not as they were sent last."""

import asyncio
import time
from random import Random
from types import TracebackType
from typing import Any, Self

from elasticsearch import AsyncElasticsearch

from services.enrich.enrich import enrich
from services.search.answer.answers import Answers
from services.search.answer.finder import Finder
from services.search.answer.journeys import Journeys
from services.search.query.request import SearchRequest
from services.search.query.synonym_file import SynonymFile
from shared import index_names as names
from shared.ids import digest_id, item_ids
from shared.records import EnrichedDigest, RawDigest
from shared.settings import ElasticsearchSettings
from tests.fakes.digests import RECEIVED
from tests.integration.index.conftest import Bench
from tests.sizes import size
from tests.variants import ITEMS, variant

SEARCHERS = 2

PAGE_SECONDS = 0.15
"""Between two pages: a search with its pages lasts so much longer than what is between two of them that a swap falls into one."""

WRITES_A_SECOND = size("JIANBAO_REBUILD_WRITES", short=8, long=20)
"""Digests, of nine items each. More would measure how fast this machine indexes."""


ENRICHED = 300
"""Digests that are enriched, before anything is measured; their stories come again in later digests and revisions: enriching takes most of
the time.
"""


def again(digest: EnrichedDigest, number: int, revision: int = 1) -> EnrichedDigest:
    """The same stories as another digest's."""
    identity = digest_id("双碳周报", external_id=str(number), content="")
    ids = item_ids(identity, [(item.title, item.body) for item in digest.items])
    items = tuple(item.model_copy(update={"item_id": item_id}) for item, item_id in zip(digest.items, ids, strict=True))
    return digest.model_copy(update={"digest_id": identity, "external_id": str(number), "revision": revision, "items": items})


def made(number: int, revision: int, *, withdrawn: bool = False) -> EnrichedDigest:
    """A digest as the enricher makes it, or its withdrawal."""
    content = variant(number).encode()
    identity = digest_id("双碳周报", external_id=str(number), content="")
    raw = RawDigest(
        digest_id=identity,
        source="双碳周报",
        media_type="text/plain",
        charset="utf-8",
        external_id=str(number),
        received_at=RECEIVED,
        sha256="0" * 64,
        revision=revision,
        withdrawn=withdrawn,
    )
    return enrich(raw, content, enriched_at=RECEIVED)


class _Beside:
    """Work that goes on while it is entered. A step that has begun is ended: a digest that is sent must be known as sent."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self._over = False

    async def __aexit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._over = True
        await asyncio.gather(*self._tasks)


class Searches(_Beside):
    """Searches with pages through the service's own code, one after another."""

    def __init__(self, client: AsyncElasticsearch, settings: ElasticsearchSettings, namespace: str) -> None:
        super().__init__()
        self._client = client
        self._alias = names.alias(namespace, "items")
        self._answers = Answers(client, settings, namespace=namespace, way=Journeys(client, settings, namespace=namespace).way)
        self._finder = Finder(client, settings, SynonymFile(), namespace=namespace, key=b"key")
        self.done = 0
        self.paged_over_a_swap = 0
        self.failures: list[str] = []
        self.slowest = 0.0

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._search(number)) for number in range(SEARCHERS)]
        return self

    async def _live(self) -> str:
        return str(next(iter((await self._client.indices.get_alias(name=self._alias)).body)))

    async def _search(self, number: int) -> None:
        words = ("零碳工厂", "光伏", "能源", "")
        while not self._over:
            try:
                began = time.monotonic()
                first_of = await self._live()
                request = SearchRequest.model_validate({"q": words[(self.done + number) % len(words)], "size": 20})
                answer = await self._finder.search(request)
                seen = [hit.item_id for hit in answer.hits]
                total = answer.total
                self.slowest = max(self.slowest, time.monotonic() - began)
                for _ in range(4):
                    self.done += 1
                    if answer.next is None:
                        break
                    await asyncio.sleep(PAGE_SECONDS)
                    answer = await self._finder.search(request.model_copy(update={"cursor": answer.next}))
                    seen += [hit.item_id for hit in answer.hits]
                    if answer.total != total or len(set(seen)) != len(seen):
                        self.failures.append(f"pages are not of one state: {total} and {answer.total}")
                if seen:
                    await self._answers.item(seen[0])
                self.paged_over_a_swap += first_of != await self._live()
            except Exception as error:
                # An item that a withdrawal took between its search and its look-up is no failure.
                if "no item" not in str(error):
                    self.failures.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(0.02)

    def __str__(self) -> str:
        return f"{self.done} searches, {len(self.failures)} failed, slowest {self.slowest:.2f} s, {self.paged_over_a_swap} paged over a swap"


class Writes(_Beside):
    """Digests sent to the enriched topic, and the last version of each."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self._bench = bench
        self._random = Random(7)
        self._last: dict[str, EnrichedDigest] = {}
        self._revisions: dict[int, int] = {}
        self._bases: list[EnrichedDigest] = []
        self.sent = 0

    async def fill(self, items: int) -> None:
        """Send first revisions of so many items."""
        bases = self._bases = [await asyncio.to_thread(made, number, 1) for number in range(min(ENRICHED, max(1, items // ITEMS)))]
        for number in range(max(1, items // ITEMS)):
            digest = bases[number] if number < ENRICHED else again(bases[number % ENRICHED], number)
            self._revisions[number] = 1
            self._last[digest.digest_id] = digest
        digests = list(self._last.values())
        for start in range(0, len(digests), 200):
            await self._bench.send(*digests[start : start + 200])

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._write())]
        return self

    async def _write(self) -> None:
        known = len(self._revisions)
        while not self._over:
            pick = self._random.random()
            # Half of them to a few digests that change all the time: those are under way when aliases move.
            number = self._random.randrange(5) if pick < 0.5 else self._random.randrange(known) if pick < 0.8 else len(self._revisions)
            await self._send(number, withdrawn=pick < 0.05)
            await asyncio.sleep(1 / WRITES_A_SECOND)

    async def _send(self, number: int, *, withdrawn: bool = False) -> None:
        self._revisions[number] = revision = self._revisions.get(number, 0) + 1
        if withdrawn:
            digest = made(number, revision, withdrawn=True)
        else:
            # Another revision has the stories of another digest: some items go, some stay, some come.
            digest = again(self._bases[(number + 7 * (revision - 1)) % len(self._bases)], number, revision)
        await self._bench.send(digest)
        self._last[digest.digest_id] = digest
        self.sent += 1

    async def differences(self, client: AsyncElasticsearch) -> list[str]:
        """What Elasticsearch holds otherwise than was sent last, digest by digest."""
        alias = names.alias(self._bench.namespace, "items")
        await client.indices.refresh(index=alias)
        held: dict[str, dict[str, int]] = {}
        after: list[Any] | None = None
        while True:
            answer = await client.search(
                index=alias, size=5000, sort=[{"item_id": "asc"}], search_after=after, source_includes=["digest_id", "revision"]
            )
            hits = answer["hits"]["hits"]
            for hit in hits:
                held.setdefault(hit["_source"]["digest_id"], {})[hit["_id"]] = hit["_source"]["revision"]
            if not hits:
                break
            after = hits[-1]["sort"]
        wanted = {identity: {item.item_id: digest.revision for item in digest.items} for identity, digest in self._last.items()}
        return [identity for identity in wanted.keys() | held.keys() if wanted.get(identity, {}) != held.get(identity, {})]

    def __str__(self) -> str:
        return f"{self.sent} digests written meanwhile"
