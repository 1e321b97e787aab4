"""Submissions → the push API or Kafka: what is answered to each, or why it was not taken."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import httpx
import orjson

from services.ingest.accept import Submission, accept
from services.ingest.again.judge import judge
from services.ingest.again.table import Table
from services.ingest.again.take import Taker
from services.ingest.fields import NAMES
from services.ingest.http.lines import NDJSON
from services.ingest.revision import Revisions
from services.ingest.withdraw import Desk
from shared.errors import JianbaoError, Misconfigured, Rejected, Unavailable
from shared.records import RawDigest

AGAIN = (408, 429, 503)
"""Answers after which the same file may be taken: too slow, too much at once, Kafka away."""

UNREACHABLE_AFTER = 1
"""Seconds until the next try when nobody listens: a service that is being restarted is back within some seconds."""


class Answer(NamedTuple):
    """What is said of a digest that was taken."""

    digest_id: str
    revision: int
    status_url: str | None = None
    duplicate_of: str | None = None


class Refused(JianbaoError):
    """ingest's own answer to a digest, as its error's code, message and status."""

    def __init__(self, error: Mapping[str, object]) -> None:
        super().__init__(str(error.get("message")))
        self.error = dict(error)


Result = Answer | Rejected | Refused | Unavailable
"""What became of one of several"""


class Target(Protocol):
    """Where digests go: the API or Kafka."""

    async def put(self, submission: Submission) -> Answer:
        """Return once taken; raises Rejected or Refused, or Unavailable when it is worth trying again."""


class BulkTarget(Target, Protocol):
    """One that takes several at once."""

    async def put_all(self, submissions: Sequence[Submission]) -> list[Result]:
        """Put them all; say of each in its place what `put` would return or raise. Raises what holds for all of them."""


@dataclass(frozen=True)
class Api:
    """The push API at `url`."""

    client: httpx.AsyncClient
    url: str
    key: str | None = None

    async def put(self, submission: Submission) -> Answer:
        """Post the bytes as they are, what is said of them in the query."""
        answer = await self._post(submission.content, submission.media_type or "text/plain", _said(submission), submission.idempotency_key)
        return self._answer(self._json(answer), answer)

    async def put_all(self, submissions: Sequence[Submission]) -> list[Result]:
        """Post one line of JSON for each; Idempotency-Keys are for those that are put alone."""
        results: dict[int, Result] = {}
        lines = []
        for number, submission in enumerate(submissions):
            try:
                said = _said(submission)
            except Rejected as error:
                results[number] = error
                continue
            form = said | {"content_base64": b64encode(submission.content).decode("ascii")}
            lines.append(orjson.dumps(form | ({"media_type": submission.media_type} if submission.media_type else {})))
        if lines:
            answer = await self._post(b"\n".join(lines), NDJSON)
            said_of_each = self._json(answer)
            if not isinstance(said_of_each, list):
                raise _refused(said_of_each, answer, self.url)
            if len(said_of_each) != len(lines):
                raise Refused(_not_ingest(answer, self.url))
            for number, said_of_one in zip([n for n in range(len(submissions)) if n not in results], said_of_each, strict=True):
                try:
                    results[number] = self._answer(said_of_one, answer)
                except (Refused, Unavailable) as error:
                    results[number] = error
        return [results[number] for number in range(len(submissions))]

    async def backlog(self) -> Mapping[str, int] | None:
        """How many digests are waiting, by service; None where ingest does not say. Raises Unavailable."""
        answer = await self._send("GET", "/v1/backlog")
        if answer.status_code in AGAIN:
            raise _refused(self._json(answer), answer, self.url)
        try:
            return {str(name): int(count) for name, count in answer.json()["waiting"].items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    async def _post(self, content: bytes, media_type: str, params: Mapping[str, str] | None = None, sending: str | None = None) -> httpx.Response:
        headers = {"Content-Type": media_type} | ({"Idempotency-Key": sending} if sending else {})
        return await self._send("POST", "/v1/digests", params=params, content=content, headers=headers)

    async def _send(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **request: Any) -> httpx.Response:
        """Raises Unavailable where nobody answers, and Misconfigured where `url` is no address."""
        shown = dict(headers or {}) | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
        try:
            return await self.client.request(method, f"{self.url.rstrip('/')}{path}", headers=shown, **request)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Misconfigured(f"{self.url} is not an address of ingest ({error}); --to takes one such as http://127.0.0.1:8401") from error
        except httpx.TransportError as error:
            raise Unavailable(
                f"ingest at {self.url} does not answer ({type(error).__name__}); start it with `jianbao up`, or name it with --to",
                retry_after=UNREACHABLE_AFTER,
            ) from error

    def _json(self, answer: httpx.Response) -> Any:
        try:
            return answer.json()
        except ValueError:
            return None

    def _answer(self, said: Any, answer: httpx.Response) -> Answer:
        """What is said of one digest; raises as `_refused` returns."""
        if answer.status_code in (202, 207):
            try:
                if "error" not in said:
                    return Answer(said["digest_id"], said["revision"], said["status_url"], said.get("duplicate_of"))
            except (KeyError, TypeError, AttributeError):
                said = None
        raise _refused(said, answer, self.url)


def _said(submission: Submission) -> dict[str, str]:
    """The fields that are given; raises Rejected for what is not UTF-8, as names of files may be that came from another system."""
    said = {name: value for name in NAMES if (value := getattr(submission, name)) is not None}
    for name, value in said.items():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise Rejected(f"bad_{name}", f"{name} is not UTF-8: give it in UTF-8, or rename the file") from error
    return said


def _refused(said: Any, answer: httpx.Response, url: str) -> Refused | Unavailable:
    """An error in an answer, or the answer that is none of ingest's: Unavailable for those of AGAIN."""
    try:
        error = {name: said["error"][name] for name in ("code", "message", "status")}
    except (KeyError, TypeError):
        error = _not_ingest(answer, url)
    if error["status"] in AGAIN:
        after = answer.headers.get("retry-after", "")
        return Unavailable(str(error["message"]), retry_after=int(after) if after.isascii() and after.isdigit() else 5)
    return Refused(error)


def _not_ingest(answer: httpx.Response, url: str) -> dict[str, Any]:
    what = f"{url} answered {answer.status_code} in a form that is not ingest's; is it the right address?"
    return {"code": "not_ingest", "message": what, "status": answer.status_code}


@dataclass(frozen=True)
class Straight:
    """Kafka without the API: for who may write the raw topic."""

    taker: Taker
    revisions: Revisions
    max_bytes: int
    desk: Desk | None = None
    """Where set, asked for each digest's last revision, which the new one is put above whatever clock gave
    it; a taker without memory then writes it also where nothing is new
    """

    async def put(self, submission: Submission) -> Answer:
        """Accept as ingest does and publish; there is no status address."""
        return await self._take(*self._accepted(submission))

    async def put_all(self, submissions: Sequence[Submission]) -> list[Result]:
        """Accept one after another, then publish together."""
        return list(await asyncio.gather(*[self._put_one(submission) for submission in submissions]))

    async def _put_one(self, submission: Submission) -> Result:
        try:
            return await self.put(submission)
        except (Rejected, Unavailable) as error:
            return error

    def _accepted(self, submission: Submission) -> tuple[RawDigest, bytes]:
        return accept(submission, revision=self.revisions.next(), max_bytes=self.max_bytes)

    async def _take(self, raw: RawDigest, content: bytes) -> Answer:
        known = await self.desk.latest([raw.digest_id]) if self.desk is not None else {}
        if (last := known.get(raw.digest_id)) is not None:
            before = Table()
            before.note(last)
            raw = judge(raw, before).raw
            raw = raw.model_copy(update={"revision": max(raw.revision, last.revision + 1)})
        taken = await self.taker.take(raw, content)
        return Answer(taken.digest_id, taken.revision, duplicate_of=taken.digest_id if taken.duplicate else None)
