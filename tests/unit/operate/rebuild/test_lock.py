"""The lock of rebuilds: a document that beats while somebody holds it."""

import asyncio
from typing import Any, cast

from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import AsyncElasticsearch, ConflictError

from services.operate.rebuild.lock import Lock

CONFLICT = ApiResponseMeta(409, "1.1", HttpHeaders(), 0.0, NodeConfig("http", "127.0.0.1", 9200))


class OneDocument:
    """Elasticsearch with one document, which answers for a write some time after it has written."""

    def __init__(self) -> None:
        self.source: dict[str, Any] | None = None
        self.sequence = 0
        self.answers_after = 0.0
        self.written = asyncio.Event()
        self.indices = self

    async def create(self, **_settings: Any) -> None:
        """Make the index."""

    async def index(self, *, document: dict[str, Any], if_seq_no: int | None = None, **_rest: Any) -> dict[str, int]:
        """Write, unless somebody wrote since."""
        if self.source is not None and if_seq_no != self.sequence:
            raise ConflictError("conflict", CONFLICT, {})
        self.source, self.sequence = document, self.sequence + 1
        answer = {"_seq_no": self.sequence, "_primary_term": 1}
        self.written.set()
        await asyncio.sleep(self.answers_after)
        return answer


async def test_a_heartbeat_on_its_way_does_not_leave_the_lock_held() -> None:
    """It ends while Elasticsearch has written a beat and not answered for it yet: the next run begins at once."""
    found = OneDocument()
    lock = Lock(cast(AsyncElasticsearch, found), "t", by="甲", replicas=0, beat=0.01)
    async with lock.held("rebuild"):
        found.answers_after = 0.05
        found.written.clear()
        await found.written.wait()
    assert found.source is not None
    assert found.source["heartbeat_at"] is None
