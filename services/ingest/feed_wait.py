"""Digests that were fed → what became of each, once it is known: the end of `jianbao feed --wait`.

The search service is asked at each digest's status address until the digest is searchable or will not be.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.ingest.feed import Outcome
from services.ingest.http.addresses import status_url
from shared.keys.request import is_loopback
from shared.terminal import readable, write_json

ASK_AT_ONCE = 8
"""Digests that are asked after at once: each question costs Elasticsearch three small ones."""

EVERY, SLOWEST = 0.3, 2.0
"""Seconds between two questions about a digest, at first and in the end: most are searchable within three."""

ANSWER_SECONDS = 15.0
"""For one answer: longer than search itself waits for Elasticsearch."""

ENDS = ("searchable", "dead", "quarantined", "withdrawn", "superseded")
"""States that stay, as far as feeding goes"""

REFUSED = (401, 403)
"""Answers to a key that may feed but not search: it would be refused the next time too"""


@dataclass(frozen=True)
class Ended:
    """What became of a digest that was fed."""

    file: str
    digest_id: str
    revision: int
    state: str
    """One of ENDS; `waiting` where the time ran out, `unknown` where search does not tell"""
    message: str
    items: int | None = None
    page: str | None = None
    """Where people see it, once there is anything to see"""

    @property
    def ok(self) -> bool:
        """Whether it went where digests go, or waits there for a person."""
        return self.state in ENDS and self.state != "dead"

    def line(self) -> str:
        """For people: the file, its state, and its items and page, or what is the matter."""
        facts = [f"{self.items} items"] if self.items is not None else [self.message]
        return "  ".join([readable(self.file), self.state, *facts, *([self.page] if self.page else [])])

    def to_dict(self) -> dict[str, object]:
        """The fields that say something, for JSON."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass
class Waiting:
    """Asks after digests for so many seconds in all, from when it begins."""

    client: httpx.AsyncClient
    seconds: float
    key: str | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = field(default_factory=lambda: asyncio.get_running_loop().time)

    async def ends(self, taken: Iterable[Outcome]) -> AsyncIterator[Ended]:
        """What became of each, in order; those without a status address, and those that were refused, are left out."""
        deadline, places = self.clock() + self.seconds, asyncio.Semaphore(ASK_AT_ONCE)

        async def ended(outcome: Outcome) -> Ended:
            async with places:
                return await self._end(outcome, deadline)

        tasks = [asyncio.create_task(ended(outcome)) for outcome in taken if outcome.ok and outcome.status_url]
        try:
            for task in tasks:
                yield await task
        finally:
            for task in tasks:
                task.cancel()

    async def _end(self, outcome: Outcome, deadline: float) -> Ended:
        url, pause = outcome.status_url or "", EVERY
        while True:
            said = await self._ask(url)
            state = str(said.get("state"))
            left = deadline - self.clock()
            if state in ENDS or said.get("final") or left <= 0:
                break
            await self.sleep(min(pause, max(left, 0.0)))
            pause = min(SLOWEST, pause * 1.5)
        there = state in ("searchable", "quarantined", "withdrawn", "superseded")
        return Ended(
            outcome.file,
            outcome.digest_id or "",
            outcome.revision or 0,
            state,
            str(said.get("message")),
            said.get("items"),
            page(url, outcome.digest_id or "") if there else None,
        )

    async def _ask(self, url: str) -> dict[str, Any]:
        """The answer; `unknown` where there is none, with `final` where asking again helps nobody."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            answer = await self.client.get(url, headers=headers)
            said = answer.json()
            if answer.status_code == 200 and isinstance(said.get("state"), str):
                return dict(said)
            message = said["error"]["message"]
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return {"state": "unknown", "message": f"search does not answer at {url} ({type(error).__name__})"}
        except (ValueError, KeyError, TypeError, AttributeError):
            message = f"{url} is not answered as search does"
        return {"state": "unknown", "message": f"{answer.status_code}: {message}", "final": answer.status_code in REFUSED}


async def ended(taken: Sequence[Outcome], *, seconds: float, key: str | None, as_json: bool, search_url: str | None = None) -> int:
    """Write a line for each digest once it is known what became of it; how many died, or were not done in that time.

    `search_url` is where search is, for digests that were fed straight to Kafka.
    """
    fed = [outcome if search_url is None else with_status_url(outcome, search_url) for outcome in taken]
    errors, failed = Console(stderr=True, highlight=False), 0
    # A proxy of the environment must not be asked for this machine's own address.
    direct = all(is_loopback(urlsplit(outcome.status_url or "").hostname or "") for outcome in fed[:1])
    with Progress(TextColumn("processing"), BarColumn(), MofNCompleteColumn(), console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("processing", total=len(fed))
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=not direct) as client:
            async for one in Waiting(client, seconds, key).ends(fed):
                failed += not one.ok
                bar.update(task, advance=1)
                if as_json:
                    write_json(json.dumps(one.to_dict(), ensure_ascii=False))
                else:
                    typer.echo(one.line())
    return failed


def with_status_url(outcome: Outcome, search_url: str) -> Outcome:
    """The same with the status address that ingest would give, where it was fed straight to Kafka."""
    return replace(outcome, status_url=status_url(search_url, outcome.digest_id or "", outcome.revision or 0))


def page(of: str, digest_id: str) -> str:
    """Where people see a digest, by where programs ask for its state."""
    return f"{of.rpartition('/api/digests/')[0]}/digests/{digest_id}"
