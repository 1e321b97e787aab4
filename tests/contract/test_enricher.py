"""What makes previews for ingest: enrich asked over HTTP, with real children, and its stand-in, held to the same."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from services.enrich.preview.previews import Previews
from services.enrich.preview.route import route
from services.enrich.stream.pool import DigestPool
from services.ingest.accept import Submission, accept
from services.ingest.preview.enricher import Enricher, HttpEnricher
from shared.errors import Rejected
from shared.health.guard import Guard
from shared.records import EnrichedDigest, read_enriched
from shared.settings import HealthSettings
from tests.fakes.enricher import FakeEnricher

TEXT = "双碳周报\n1、昆山:将新增零碳工厂10家\n2月3日,昆山市人民政府发布《行动方案》。\n2、太仓:建成码头\n2月4日,太仓市建成码头。"


@pytest.fixture(params=["fake", "http"])
async def enricher(request: pytest.FixtureRequest) -> AsyncIterator[Enricher]:
    """One of both."""
    if request.param == "fake":
        yield FakeEnricher()
        return
    pool = DigestPool(processes=1, seconds=30, max_record_bytes=2**24)
    app = Starlette(routes=[route(Previews(pool), Guard("127.0.0.1", HealthSettings()))])
    async with HttpEnricher("http://127.0.0.1:8403", transport=httpx.ASGITransport(app)) as made:
        yield made
    await pool.close()


async def enriched(enricher: Enricher, content: bytes, **said: str) -> EnrichedDigest:
    """Of a submission that ingest accepts."""
    raw, _ = accept(Submission(content, source="周报", **said), revision=1770343200123, max_bytes=2**20)
    return read_enriched(await enricher.enriched(raw, content))


async def test_a_digest_is_enriched_as_it_was_accepted(enricher: Enricher) -> None:
    """With its identity, what was said of it, and its items."""
    found = await enriched(enricher, TEXT.encode("gb18030"), title="第6期", file_name="周报2026-02-06.txt")
    assert [item.title for item in found.items] == ["昆山:将新增零碳工厂10家", "太仓:建成码头"]
    assert (found.source, found.title, str(found.published_on), found.revision) == ("周报", "第6期", "2026-02-06", 1770343200123)
    assert found.digest_id == (await enriched(enricher, TEXT.encode(), title="第7期")).digest_id


async def test_what_can_not_be_read_is_rejected_and_the_next_is_enriched(enricher: Enricher) -> None:
    """With the kind that its dead letter would have."""
    with pytest.raises(Rejected) as refused:
        await enriched(enricher, b"%PDF-1.4 nothing of it")
    assert refused.value.kind == "undecodable"
    assert (await enriched(enricher, TEXT.encode())).items
