"""Several digests in one request, a line of JSON each."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator

import httpx
import pytest

from services.ingest.app import create_app
from services.ingest.http.lines import MAX_LINES, NDJSON
from shared.keys.key import hash_key
from shared.settings import IngestSettings
from tests.fakes.memory import FakeMemory
from tests.fakes.publisher import FakePublisher

NOW = 1770343200123


@pytest.fixture
def publisher() -> FakePublisher:
    """Kafka is there."""
    return FakePublisher()


@pytest.fixture
async def api(publisher: FakePublisher) -> AsyncIterator[httpx.AsyncClient]:
    """A service on loopback, open, that knows what was fed."""
    app = create_app(IngestSettings(max_bytes=10_000), publisher, memory=FakeMemory(publisher), now_ms=lambda: NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8401") as client:
        yield client


async def post(api: httpx.AsyncClient, *lines: object) -> httpx.Response:
    """Send lines; what is no text is made JSON."""
    body = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return await api.post("/v1/digests", content=body.encode(), headers={"Content-Type": f"{NDJSON}; charset=utf-8"})


async def test_each_line_is_a_digest(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """Answered in its place, as one alone is."""
    bytes_ = "常州".encode("gb18030")
    answer = await post(
        api,
        {"source": "a", "text": "昆山", "title": "周报"},
        "",
        {"source": "b", "content_base64": b64encode(bytes_).decode(), "media_type": "text/html", "external_id": "12"},
        {"source": "a", "text": "昆山 "},
    )
    assert answer.status_code == 202
    first, second, third = answer.json()
    assert [each["revision"] for each in (first, second, third)] == [NOW, NOW + 1, NOW]
    assert (third["duplicate_of"], "duplicate_of" in first, first["status_url"]) == (
        first["digest_id"],
        False,
        f"http://127.0.0.1:8402/api/digests/{first['digest_id']}/status?revision={NOW}",
    )
    written = {raw.source: (raw.digest_id, raw.title, raw.media_type, content) for raw, content in publisher.published}
    assert written == {
        "a": (first["digest_id"], "周报", "text/plain", "昆山".encode()),
        "b": (second["digest_id"], None, "text/html", bytes_),
    }


async def test_a_bad_line_stops_no_other(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """207, and each says why."""
    lines = ["{", {"source": "a"}, {"text": "昆山"}, [], {"source": "a", "text": "x" * 10_001}, {"source": "a", "text": "昆山"}]
    answer = await post(api, *lines)
    assert answer.status_code == 207
    codes = [each.get("error", {}).get("code") for each in answer.json()]
    assert codes == ["bad_json", "content_missing", "source_missing", "bad_json", "too_large", None]
    assert len(publisher.published) == 1


async def test_lines_of_one_identity_keep_their_order(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """The last one holds, also where one between them waits for another of its content."""
    lines = [{"source": "a", "text": f"第{number % 3}版", "external_id": "12" if number % 4 else "13"} for number in range(12)]
    answers = (await post(api, *lines)).json()
    by_identity: dict[str, list[int]] = {}
    for answer in answers:
        by_identity.setdefault(answer["digest_id"], []).append(answer["revision"])
    assert all(revisions == sorted(revisions) for revisions in by_identity.values())
    last = max((raw.revision, content.decode()) for raw, content in publisher.published if raw.external_id == "12")
    assert last[1] == "第2版"


async def test_kafka_away_is_said_of_each_with_when_to_come_again(api: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """As of several files of a form."""
    publisher.away = True
    answer = await post(api, {"source": "a", "text": "昆山"}, {"source": "a", "text": "常州"})
    assert (answer.status_code, answer.headers["retry-after"]) == (207, "5")
    assert [each["error"]["status"] for each in answer.json()] == [503, 503]


@pytest.mark.parametrize(("lines", "code"), [([""], "content_missing"), (["{}"] * (MAX_LINES + 1), "too_many_lines")])
async def test_none_and_too_many_are_refused(api: httpx.AsyncClient, lines: list[str], code: str) -> None:
    """As a whole."""
    answer = await post(api, *lines)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


async def test_a_key_feeds_its_sources_alone(publisher: FakePublisher) -> None:
    """Its lines of others are refused."""
    app = create_app(IngestSettings(api_keys=(hash_key("k1"),)), publisher, now_ms=lambda: NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8401") as api:
        assert (await post(api, {"source": "a", "text": "昆山"})).status_code == 401
