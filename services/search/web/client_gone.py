"""A reader who has left → what was done for the answer is cancelled, in Elasticsearch too, which ends a search with its connection. Pure ASGI.

Only for GET and HEAD: what changes something is done to its end, whoever waits for it.
"""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class EndsWithClient:
    """Ends the work for an answer that nobody waits for any more."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; a request that only reads is told to the app without a body, as the connection itself is listened to here."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        left, told = asyncio.create_task(_gone(receive)), False

        async def received() -> Message:
            nonlocal told
            if told:
                await asyncio.wait([left])
                return {"type": "http.disconnect"}
            told = True
            return {"type": "http.request", "body": b"", "more_body": False}

        work = asyncio.ensure_future(self._app(scope, received, send))
        try:
            await asyncio.wait([work, left], return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                await work
        finally:
            # Also where the server itself ends us.
            for task in (work, left):
                task.cancel()
            await asyncio.gather(work, left, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
