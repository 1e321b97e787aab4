"""Previews on the worker's port, over ASGI: who may ask, what is answered, how many at once, and who leaves."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from services.enrich.preview.previews import Previews
from services.enrich.preview.route import route
from services.enrich.stream.knowing import KnowingPool, Known
from services.enrich.stream.pool import DigestPool
from services.enrich.stream.process import KNOWN_HEADER, Dead, Enriched, Facts, Headers, Outcome
from shared.errors import Unavailable
from shared.health.guard import Guard
from shared.keys.key import hash_key
from shared.preview.wire import MAX_BODY
from shared.records import read_enriched
from shared.settings import HealthSettings
from shared.sources import Source
from tests.fakes import enrich_hooks
from tests.fakes.raw_records import raw

LOOPBACK = Guard("127.0.0.1", HealthSettings())


def body(text: str, *, source: str = "测试源") -> bytes:
    """Of a request."""
    _, content, headers = raw(text, text, source=source)
    return headers[0][1] + b"\n" + (content or b"")


class FakePool:
    """Gives an outcome once it may."""

    def __init__(self, outcome: Outcome | Exception, may: Awaitable[Any] | None = None) -> None:
        self.asked: list[Headers] = []
        self.begun = asyncio.Event()
        self.ended = 0
        self._outcome, self._may = outcome, may

    async def outcome(self, headers: Headers, content: bytes) -> Outcome:
        """Raises what it was given."""
        self.asked.append(headers)
        self.begun.set()
        try:
            if self._may is not None:
                await self._may
        finally:
            self.ended += 1
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


def client(previews: Previews, guard: Guard = LOOPBACK, url: str = "http://127.0.0.1:8403") -> httpx.AsyncClient:
    """Of an app that makes previews."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=[route(previews, guard)])), base_url=url)


MADE = Enriched(b"", b'{"a": 1}', 1, Facts(received_at=None))  # type: ignore[arg-type]  # counted by nobody


async def test_the_enriched_record_is_the_answer_by_what_is_known_of_the_source() -> None:
    """As for digests of the topic."""
    pool, known = FakePool(MADE), Known()
    known.add("测试源".encode(), Source(source="测试源", knowledge=7).to_json())
    async with client(Previews(KnowingPool(pool, known))) as api:
        answer = await api.post("/preview", content=body("标题\n正文"))
        await api.post("/preview", content=body("标题\n正文", source="别的"))
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, MADE.value, "application/json")
    assert [KNOWN_HEADER in dict(headers) for headers in pool.asked] == [True, False]


@pytest.mark.parametrize(
    ("outcome", "content", "status", "code"),
    [
        (Dead("too_slow", "took too long"), body("a"), 422, "too_slow"),
        (Unavailable("no children", retry_after=9), body("a"), 503, "unavailable"),
        (MADE, b"no line", 422, "unknown_form"),
        (MADE, b"x" * (MAX_BODY + 1), 413, "too_large"),
    ],
)
async def test_what_can_not_be_previewed_is_told(outcome: Outcome | Exception, content: bytes, status: int, code: str) -> None:
    """In the one shape of errors."""
    async with client(Previews(FakePool(outcome))) as api:
        answer = await api.post("/preview", content=content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.headers.get("retry-after") == ("9" if status == 503 else None)


GUARDED = Guard("0.0.0.0", HealthSettings(keys=(hash_key("secret"),), hosts=("enrich",)))


@pytest.mark.parametrize(
    ("guard", "url", "headers", "status"),
    [
        (LOOPBACK, "http://127.0.0.1:8403", {}, 200),
        (LOOPBACK, "http://rebound.example:8403", {}, 403),
        (LOOPBACK, "http://127.0.0.1:8403", {"Origin": "http://127.0.0.1:8403"}, 403),
        (GUARDED, "http://enrich:8403", {}, 401),
        (GUARDED, "http://enrich:8403", {"Authorization": "Bearer other"}, 401),
        (GUARDED, "http://enrich:8403", {"Authorization": "Bearer secret"}, 200),
        (GUARDED, "http://10.0.0.7:8403", {}, 401),
    ],
)
async def test_who_may_ask(guard: Guard, url: str, headers: dict[str, str], status: int) -> None:
    """On loopback this machine's programs, beyond it whoever has a health key; no page."""
    pool = FakePool(MADE)
    async with client(Previews(pool), guard, url) as api:
        answer = await api.post("/preview", content=body("a"), headers=headers)
    assert (answer.status_code, len(pool.asked)) == (status, int(status == 200))


async def test_more_than_there_are_places_for_are_sent_away_and_one_is_made_at_a_time() -> None:
    """With a Retry-After; places come back."""
    may = asyncio.get_running_loop().create_future()
    pool = FakePool(MADE, may)
    previews = Previews(pool, most=2)
    async with client(previews) as api:
        waiting = [asyncio.create_task(api.post("/preview", content=body("a")))]
        await pool.begun.wait()
        waiting.append(asyncio.create_task(api.post("/preview", content=body("b"))))
        await asyncio.sleep(0)
        refused = await api.post("/preview", content=body("c"))
        assert (refused.status_code, refused.headers["retry-after"], len(pool.asked)) == (503, "3", 1)
        may.set_result(None)
        assert [(await one).status_code for one in waiting] == [200, 200]
        assert (await api.post("/preview", content=body("d"))).status_code == 200


async def test_nobody_waits_for_long_behind_others() -> None:
    """A slow digest is no reason to keep a reader."""
    may = asyncio.get_running_loop().create_future()
    pool = FakePool(MADE, may)
    async with client(Previews(pool, wait_seconds=0.01)) as api:
        slow = asyncio.create_task(api.post("/preview", content=body("a")))
        await pool.begun.wait()
        assert (await api.post("/preview", content=body("b"))).status_code == 503
        may.set_result(None)
        assert (await slow).status_code == 200


async def test_who_leaves_gives_the_child_free() -> None:
    """The work is cancelled, which ends the child's."""
    pool = FakePool(MADE, asyncio.get_running_loop().create_future())
    previews = Previews(pool)
    told = [{"type": "http.request", "body": body("a"), "more_body": False}, {"type": "http.disconnect"}]
    sent: list[Any] = []

    async def receive() -> Any:
        if len(told) == 1:
            await pool.begun.wait()
        return told.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/preview", "headers": [(b"host", b"127.0.0.1")], "query_string": b""}
    await Starlette(routes=[route(previews, LOOPBACK)])(scope, receive, send)
    assert (sent[0]["status"], pool.ended, previews._asked) == (499, 1, 0)


async def test_a_digest_that_kills_or_blocks_the_child_is_a_plain_error_and_the_next_is_made() -> None:
    """In real children, with the limits of real digests; the child has the lowest priority."""
    pool = DigestPool(processes=1, seconds=2.0, max_record_bytes=2**20, function="tests.fakes.enrich_hooks:enrich", nice=19)
    try:
        async with client(Previews(pool)) as api:
            codes = []
            for text in (enrich_hooks.CRASHES, enrich_hooks.HANGS, enrich_hooks.REJECTS):
                answer = await api.post("/preview", content=body(text), timeout=60)
                codes.append((answer.status_code, answer.json()["error"]["code"]))
            assert codes == [(422, "crashed"), (422, "too_slow"), (422, "unsupported")]
            answer = await api.post("/preview", content=body(f"{enrich_hooks.NICENESS}\n正文"), timeout=60)
            assert read_enriched(answer.content).items[0].body == "19"
    finally:
        await pool.close()
