"""Queries that had hits → kept in Elasticsearch for three months, one document for each query and day, so that writing it again changes nothing.

    alias `queries` → `queries-2026-11`, `queries-2026-10`, …; a month's index is dropped whole, once all of it is older than KEPT_MONTHS.

A query's popularity is the number of days on which it was asked. Nothing says who asked, and what looks like a secret is not kept. Writing is no
part of answering: it happens in the background, and what fails is counted, logged and let go.
"""

import asyncio
import hashlib
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, AsyncElasticsearch, BadRequestError, NotFoundError

from services.search.suggest.names import Name
from services.search.suggest.term import normal
from shared import index_names as names
from shared import metrics
from shared.log import get
from shared.text.folding import fold

log = get(__name__)

Json = dict[str, Any]

MAX_LENGTH = 60
"""Characters: a longer query is a pasted headline, which nobody types again."""
WAITING = 1_000
"""Queries that wait to be written; further ones are let go."""
FLUSH_SECONDS = 5.0
KEPT_MONTHS = 3
"""Before the running one, so that each day's queries are kept for 90 days at least."""
READ = 5_000
"""Past queries that are suggested, those asked on most days."""

MAPPING: Json = {
    "dynamic": "strict",
    "properties": {"query": {"type": "keyword"}, "day": {"type": "date", "format": "strict_date"}, "hits": {"type": "long", "index": False}},
}

_PARTED = re.compile(r"(?<=\d)[\s-]+(?=\d)|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
"""Within numbers and words that are written apart: 6222 0212 …, 密 码"""

_SECRET = re.compile(
    r"[A-Za-z0-9+/_=.-]{20,}"  # keys, tokens, hashes
    r"|\S+@\S+\.\w"  # addresses
    r"|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{15,19}[\dXx]?(?!\d)"  # telephones, identity and bank cards
    r"|\b(?:sk|pk|ghp|gho|xox[bap]|AKIA)[-_]?[A-Za-z0-9]{8,}"
    r"|passw|pwd|secret|token|api.?key|密码|口令|密钥|身份证",
    re.IGNORECASE,
)


def keepable(q: str) -> str | None:
    """The query as it is kept; None where it is not: too short or long, or looks like a secret."""
    query = normal(q)
    plain = unicodedata.normalize("NFKC", query)
    if _SECRET.search(plain) or _SECRET.search(_PARTED.sub("", plain)):
        return None
    return query if 2 <= len(query) <= MAX_LENGTH and any(map(str.isalnum, query)) else None


def identity(query: str, day: str) -> str:
    """The same for queries that find the same on the same day."""
    return hashlib.blake2b(f"{day}\n{fold(query)}".encode(), digest_size=16).hexdigest()


class Past:
    """The queries of a namespace."""

    def __init__(
        self, elastic: AsyncElasticsearch, *, namespace: str, replicas: int = 0, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._elastic, self._namespace, self._replicas, self._clock = elastic, namespace, replicas, clock
        self._alias = names.queries(namespace)
        self._waiting: dict[tuple[str, str], Json] = {}
        self._month: str | None = None
        self._task: asyncio.Task[None] | None = None

    def note(self, q: str, hits: int) -> None:
        """Keep a query that was answered with so many hits; returns at once."""
        query = keepable(q) if hits > 0 else None
        if query is None or len(self._waiting) >= WAITING:
            return
        day = self._clock().date().isoformat()
        self._waiting.setdefault((day[:7], identity(query, day)), {"query": query, "day": day, "hits": hits})
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._later(), name="past queries")

    async def _later(self) -> None:
        await asyncio.sleep(FLUSH_SECONDS)
        await self.flush()

    async def flush(self) -> None:
        """Write what waits; whatever fails is let go."""
        waiting, self._waiting = self._waiting, {}
        try:
            for month in {month for month, _ in waiting}:
                await self._ensure(month)
            lines: list[Json] = []
            for (month, key), document in waiting.items():
                lines += [{"index": {"_index": names.queries(self._namespace, month), "_id": key}}, document]
            if lines:
                answer = await self._elastic.bulk(operations=lines)
                failed = sum(1 for item in answer["items"] if item["index"].get("error")) if answer["errors"] else 0
                if failed:
                    self._month = None  # look anew whether the index is there
                metrics.past_queries.labels("failed").inc(failed)
                metrics.past_queries.labels("kept").inc(len(waiting) - failed)
        except (ApiError, TransportError) as error:
            self._month = None
            metrics.past_queries.labels("failed").inc(len(waiting))
            log.warning("past queries were not kept", queries=len(waiting), error=type(error).__name__)

    async def _ensure(self, month: str) -> None:
        """This month's index is there behind the alias, and those that are too old are not."""
        if month == self._month:
            return
        index = names.queries(self._namespace, month)
        settings: Json = {"number_of_shards": 1, "number_of_replicas": self._replicas, "refresh_interval": "5s"}
        try:
            await self._elastic.indices.create(index=index, mappings=MAPPING, settings=settings, aliases={self._alias: {}})
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
            await self._elastic.indices.put_alias(index=index, name=self._alias)
        found = (await self._elastic.indices.get_alias(name=self._alias)).body
        for old in outdated(list(found), self._namespace, month):
            await self._elastic.indices.delete(index=old, ignore_unavailable=True)
            log.info("dropped past queries", index=old)
        self._month = month

    async def read(self) -> list[Name]:
        """The queries asked on most days; raises the client's errors."""
        counts = {"queries": {"terms": {"field": "query", "size": READ}}}
        try:
            found = await self._elastic.search(index=self._alias, size=0, track_total_hits=False, aggs=counts)
        except NotFoundError:
            return []
        return [Name("query", bucket["key"], bucket["key"], bucket["doc_count"]) for bucket in found["aggregations"]["queries"]["buckets"]]

    async def close(self) -> None:
        """Write what waits, at the end."""
        if self._task is not None:
            self._task.cancel()
        if self._waiting:
            await self.flush()


def outdated(indices: list[str], namespace: str, month: str) -> list[str]:
    """The indices of months that are more than KEPT_MONTHS before `month`. Pure."""
    years, months = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 - KEPT_MONTHS, 12)
    first = names.queries(namespace, f"{years:04d}-{months + 1:02d}")
    return sorted(index for index in indices if re.fullmatch(re.escape(names.queries(namespace)) + r"-\d{4}-\d{2}", index) and index < first)
