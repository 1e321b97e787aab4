"""What is fed again, by the API: in every form it is answered as the digest that it is."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.ingest.app import create_app
from shared.settings import IngestSettings
from tests.fakes.memory import FakeMemory
from tests.fakes.publisher import FakePublisher

NOW = 1770343200123
TEXT = "昆山:将新增零碳工厂\n10家。"


@pytest.fixture
def publisher() -> FakePublisher:
    """Kafka is there."""
    return FakePublisher()


@pytest.fixture
async def remembering(publisher: FakePublisher) -> AsyncIterator[httpx.AsyncClient]:
    """A service that knows what it was fed."""
    app = create_app(IngestSettings(max_bytes=10_000), publisher, memory=FakeMemory(publisher), now_ms=lambda: NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8401") as made:
        yield made


def error(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an error, its shape checked."""
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "status"}
    assert body["error"]["status"] == answer.status_code
    assert body["error"]["message"]
    return answer.status_code, body["error"]["code"]


async def test_a_duplicate_is_answered_with_the_digest_that_it_is(remembering: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """In every form, 202 with its identity, revision and address; among several files each by itself."""
    first = (await remembering.post("/v1/digests", json={"source": "a", "text": TEXT, "title": "周报", "external_id": "12"})).json()
    wanted = first | {"duplicate_of": first["digest_id"]}
    sent = TEXT.replace("\n", "\r\n").encode("gb18030")
    answers = [
        await remembering.post("/v1/digests", json={"source": "a", "text": TEXT}),
        await remembering.post("/v1/digests", params={"source": "a"}, content=sent, headers={"Content-Type": "text/plain"}),
        await remembering.post("/v1/digests", data={"source": "a"}, files={"file": ("b.txt", sent)}),
    ]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(202, wanted)] * 3
    assert answers[0].headers["location"] == first["status_url"]
    files = [("file", ("c.txt", sent)), ("file", ("d.txt", "太仓".encode())), ("file", ("e.txt", "太仓\n".encode()))]
    several = (await remembering.post("/v1/digests", data={"source": "a"}, files=files)).json()
    assert [result.get("duplicate_of") for result in several] == [first["digest_id"], None, several[1]["digest_id"]]
    assert [content for _, content in publisher.published] == [TEXT.encode(), "太仓".encode()]


async def test_an_idempotency_key_is_for_one_digest(remembering: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """With the same content it is a duplicate, whatever its identity is now; with other content it is refused and nothing is written."""
    headers = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
    first = await remembering.post("/v1/digests", json={"source": "a", "text": TEXT, "external_id": "1"}, headers=headers)
    again = await remembering.post("/v1/digests", json={"source": "a", "text": TEXT, "external_id": "2"}, headers=headers)
    assert again.json()["duplicate_of"] == first.json()["digest_id"]
    plain = headers | {"Content-Type": "text/plain"}
    for other in (
        await remembering.post("/v1/digests", json={"source": "a", "text": "太仓"}, headers=headers),
        await remembering.post("/v1/digests", params={"source": "a"}, content="太仓".encode(), headers=plain),
        await remembering.post("/v1/digests", data={"source": "a"}, files={"file": ("a.txt", "太仓".encode())}, headers=headers),
    ):
        assert error(other) == (422, "idempotency_key_reused")
    long = await remembering.post("/v1/digests", json={"source": "a", "text": "太仓"}, headers={"Idempotency-Key": "x" * 256})
    assert error(long) == (422, "bad_idempotency_key")
    assert len(publisher.published) == 1
