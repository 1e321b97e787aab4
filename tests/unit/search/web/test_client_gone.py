"""What is done for a reader who has left is ended."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from services.search.pipeline.monitor import Monitor
from services.search.web.app import create_app
from services.search.web.client_gone import EndsWithClient
from shared.settings import CommonSettings, ElasticsearchSettings, SearchSettings
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource

ID = "0" * 32


def scope(path: str, query: str = "", method: str = "GET") -> dict[str, Any]:
    """Of a request from this machine."""
    about = {"type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(), "root_path": "", "scheme": "http"}
    return about | {"query_string": query.encode(), "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)}


class Connection:
    """What a server tells an app: these messages, and that the client left once it is told to."""

    def __init__(self, messages: Iterable[Message] = ({"type": "http.request", "body": b"", "more_body": False},)) -> None:
        self._messages = list(messages)
        self.left = asyncio.Event()
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        """The next message."""
        if self._messages:
            return self._messages.pop(0)
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Note it."""
        self.sent.append(message)


class Slow:
    """An app, and an Elasticsearch, that never answers; knows when it was asked and when it was ended."""

    def __init__(self) -> None:
        self.asked, self.ended = asyncio.Event(), asyncio.Event()

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Wait for ever."""
        self.asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()

    search = get = mget = count = open_point_in_time = __call__

    def options(self, **kwargs: Any) -> "Slow":
        """As the client's."""
        return self


COSTLY = [
    ("/api/search", "q=碳"),
    ("/api/search", "fold=true"),
    ("/api/facets", "q=碳"),
    ("/search", "q=碳"),
    (f"/api/items/{ID}", ""),
    (f"/api/items/{ID}/similar", ""),
    (f"/items/{ID}", ""),
    ("/api/documents/trail", "name=零碳园区建设方案"),
    ("/documents", "name=零碳园区建设方案"),
    (f"/api/digests/{ID}", ""),
    (f"/api/digests/{ID}/diff", ""),
    (f"/digests/{ID}/diff", ""),
]


@pytest.mark.parametrize(("path", "query"), COSTLY)
async def test_whatever_waits_for_elasticsearch_is_ended(path: str, query: str) -> None:
    """Every page and every answer that searches; what all readers share, as the names to suggest, is read on."""
    elastic, connection = Slow(), Connection()
    app = create_app(
        SearchSettings(), elastic, Monitor(FakeKafkaSource(), FakeIndexSource(), {}),  # type: ignore[arg-type]  # as much of a client as is asked
        common=CommonSettings(), elasticsearch=ElasticsearchSettings(),
    )  # fmt: skip
    serving = asyncio.create_task(app(scope(path, query), connection.receive, connection.send))
    await asyncio.wait_for(elastic.asked.wait(), 10)
    assert not elastic.ended.is_set()
    connection.left.set()
    await asyncio.wait([serving], timeout=10)
    serving.cancel()
    assert elastic.ended.is_set()
    assert connection.sent == []


async def test_what_changes_something_is_done_to_its_end() -> None:
    """A POST whose client has left."""
    app, connection = Slow(), Connection()
    serving = asyncio.create_task(EndsWithClient(app)(scope("/", method="POST"), connection.receive, connection.send))
    await app.asked.wait()
    connection.left.set()
    await asyncio.sleep(0)
    assert not app.ended.is_set()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_answers_and_errors_pass() -> None:
    """And nothing goes on listening."""

    async def answers(scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "http.request"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == "/wrong":
            raise ValueError("ours")

    before, connection = asyncio.all_tasks(), Connection()
    await EndsWithClient(answers)(scope("/"), connection.receive, connection.send)
    assert [message["type"] for message in connection.sent] == ["http.response.start"]
    with pytest.raises(ValueError, match="ours"):
        await EndsWithClient(answers)(scope("/wrong"), connection.receive, connection.send)
    assert asyncio.all_tasks() == before


async def test_a_body_that_nobody_asked_for_is_not_kept() -> None:
    """However long: of a GET the app is told that there is none."""
    seen: list[Message] = []

    async def reads(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(await receive())
        seen.append(await receive())

    parts = [{"type": "http.request", "body": b"x" * 1000, "more_body": True} for _ in range(50)]
    connection = Connection(parts)
    connection.left.set()
    serving = asyncio.create_task(EndsWithClient(reads)(scope("/"), connection.receive, connection.send))
    await asyncio.wait_for(asyncio.gather(serving, return_exceptions=True), 10)
    assert seen[:1] == [{"type": "http.request", "body": b"", "more_body": False}]


async def test_the_server_ends_both() -> None:
    """When it stops."""
    app, connection = Slow(), Connection()
    serving = asyncio.create_task(EndsWithClient(app)(scope("/"), connection.receive, connection.send))
    await app.asked.wait()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert app.ended.is_set()
