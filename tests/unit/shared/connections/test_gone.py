"""Work for an answer ends with who waits for it."""

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from shared.connections.gone import unless_gone


def request(gone: asyncio.Event) -> Request:
    """Of a client that leaves once the event is set."""

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    return Request({"type": "http"}, receive)


async def test_work_is_done_for_who_waits() -> None:
    """What it gives, and what it raises."""

    async def gives(fails: bool) -> str:
        await asyncio.sleep(0)
        if fails:
            raise KeyError("词")
        return "词"

    assert await unless_gone(request(asyncio.Event()), gives(fails=False)) == "词"
    with pytest.raises(KeyError):
        await unless_gone(request(asyncio.Event()), gives(fails=True))


async def test_work_is_cancelled_for_who_left() -> None:
    """To its end: nothing of it goes on."""
    gone, ended = asyncio.Event(), asyncio.Event()

    async def waits() -> str:
        gone.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return "词"

    assert await unless_gone(request(gone), waits()) is None
    assert ended.is_set()
