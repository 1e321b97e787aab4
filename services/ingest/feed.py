"""Files and what is said of them → each handed to ingest (or straight to Kafka), one outcome a file.

A file that fails does not stop the others. While ingest is away a file is tried again, honouring Retry-After, for a bounded time.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

import httpx

from services.ingest import media
from services.ingest.accept import Submission, accept, check_size
from services.ingest.again.judge import judge
from services.ingest.again.table import Table
from services.ingest.again.take import Taker
from services.ingest.fields import NAMES, file_name
from services.ingest.revision import Revisions
from services.ingest.sources.mail.pieces import Piece, holds_mail, pieces
from services.ingest.withdraw import Desk
from shared.errors import JianbaoError, Misconfigured, Rejected, Unavailable

STDIN = "-"

AGAIN = (408, 429, 503)
"""Answers after which the same file may be taken: too slow, too much at once, Kafka away."""

RETRY_AFTER_AT_MOST = 30.0
"""Seconds of a Retry-After that are believed."""

UNREACHABLE_AFTER = 1
"""Seconds until the next try when nobody listens: a service that is being restarted is back within some seconds."""


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    file: str
    digest_id: str | None = None
    revision: int | None = None
    status_url: str | None = None
    duplicate_of: str | None = None
    """The digest that it is, where it was fed before and nothing was written"""
    error: dict[str, object] | None = None
    """code, message, status: as ingest answered, or of the same shape"""
    left_out: tuple[str, ...] | None = None
    """Of a mail: names of what is attached to it and no document"""

    @property
    def ok(self) -> bool:
        """Whether the digest was taken."""
        return self.error is None

    def to_dict(self) -> dict[str, object]:
        """The fields that say something, for JSON."""
        return {name: value for name, value in vars(self).items() if value is not None}


class Answer(NamedTuple):
    """What is said of a digest that was taken."""

    digest_id: str
    revision: int
    status_url: str | None = None
    duplicate_of: str | None = None


class Target(Protocol):
    """Where digests go: the API or Kafka."""

    async def put(self, submission: Submission) -> Answer:
        """Return once taken; raises Rejected, or Unavailable when it is worth trying again."""


@dataclass
class Patience:
    """Seconds of waiting that are left; a success brings them back, so that an outage costs them once and not once a file."""

    seconds: float
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    left: float = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.seconds


_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


class Refused(JianbaoError):
    """ingest's own answer to a digest, as its error's code, message and status."""

    def __init__(self, error: Mapping[str, object]) -> None:
        super().__init__(str(error.get("message")))
        self.error = dict(error)


@dataclass(frozen=True)
class Api:
    """The push API at `url`."""

    client: httpx.AsyncClient
    url: str
    key: str | None = None

    async def put(self, submission: Submission) -> Answer:
        """Post the bytes as they are, what is said of them in the query."""
        said = {name: value for name in NAMES if (value := getattr(submission, name)) is not None}
        for name, value in said.items():
            _encodable(name, value)
        headers = {"Content-Type": submission.media_type or "text/plain"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        if submission.idempotency_key:
            headers["Idempotency-Key"] = submission.idempotency_key
        try:
            answer = await self.client.post(
                f"{self.url.rstrip('/')}/v1/digests",
                params=said,
                content=submission.content,
                headers=headers,
            )
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Misconfigured(f"{self.url} is not an address of ingest ({error}); --to takes one such as http://127.0.0.1:8401") from error
        except httpx.TransportError as error:
            raise Unavailable(
                f"ingest at {self.url} does not answer ({type(error).__name__}); start it with `jianbao up`, or name it with --to",
                retry_after=UNREACHABLE_AFTER,
            ) from error
        return _read(answer, self.url)


def is_address(file: str) -> bool:
    """Return whether what is to be fed is a page of the web rather than a file."""
    return _ADDRESS.match(file) is not None


def _encodable(name: str, value: str) -> None:
    """Raise Rejected for what is not UTF-8, as names of files may be that came from another system."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Rejected(f"bad_{name}", f"{name} is not UTF-8: give it in UTF-8, or rename the file") from error


def _read(answer: httpx.Response, url: str) -> Answer:
    """The answer of ingest; raises Unavailable for those of AGAIN, else Refused."""
    try:
        body = answer.json()
        if answer.status_code == 202:
            return Answer(body["digest_id"], body["revision"], body["status_url"], body.get("duplicate_of"))
        error = {name: body["error"][name] for name in ("code", "message", "status")}
    except (ValueError, KeyError, TypeError):
        what = f"{url} answered {answer.status_code} in a form that is not ingest's; is it the right address?"
        error = {"code": "not_ingest", "message": what, "status": answer.status_code}
    if answer.status_code in AGAIN:
        after = answer.headers.get("retry-after", "")
        raise Unavailable(str(error["message"]), retry_after=int(after) if after.isascii() and after.isdigit() else 5)
    raise Refused(error)


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
        raw, content = accept(submission, revision=self.revisions.next(), max_bytes=self.max_bytes)
        known = await self.desk.latest([raw.digest_id]) if self.desk is not None else {}
        if (last := known.get(raw.digest_id)) is not None:
            before = Table()
            before.note(last)
            raw = judge(raw, before).raw
            raw = raw.model_copy(update={"revision": max(raw.revision, last.revision + 1)})
        taken = await self.taker.take(raw, content)
        duplicate_of = taken.digest_id if taken.duplicate else None
        return Answer(taken.digest_id, taken.revision, duplicate_of=duplicate_of)


async def feed(
    files: Iterable[str],
    target: Target,
    *,
    said: Mapping[str, str | None],
    stdin: BinaryIO,
    max_bytes: int,
    media_type: str | None = None,
    id_from_name: bool = False,
    patience: Patience,
    waiting: Callable[[str], None] = lambda reason: None,
    fetch: Callable[[str], Awaitable[Submission]] | None = None,
) -> AsyncIterator[Outcome]:
    """Hand each file to `target`, in order; `waiting` is told why a try is put off, `fetch` gets those that are
    addresses of the web.

    Raises Misconfigured when no file can succeed.
    """
    for file in files:
        if fetch is not None and is_address(file):
            yield await _outcome(file, fetch(file), target, patience, waiting)
            continue
        for piece in _pieces(file, said, stdin, max_bytes, media_type, id_from_name):
            yield await _outcome(piece.name, piece.read, target, patience, waiting, left_out=piece.left_out)


async def _outcome(
    name: str,
    getting: Submission | Rejected | Awaitable[Submission],
    target: Target,
    patience: Patience,
    waiting: Callable[[str], None],
    *,
    left_out: tuple[str, ...] = (),
) -> Outcome:
    """What becomes of one digest; `left_out` is what it came with and what is none."""
    error: dict[str, object]
    try:
        if isinstance(getting, Rejected):
            raise getting
        submission = getting if isinstance(getting, Submission) else await getting
        answer = await _put(submission, target, patience, waiting)
        return Outcome(name, **answer._asdict(), left_out=left_out or None)
    except Refused as refused:
        error = refused.error
    except Rejected as rejected:
        error = {"code": rejected.kind, "message": rejected.message}
    except Unavailable as away:
        error = {"code": "unavailable", "message": str(away), "status": 503}
    return Outcome(name, error=error, left_out=left_out or None)


def _pieces(
    file: str, said: Mapping[str, str | None], stdin: BinaryIO, max_bytes: int, media_type: str | None, id_from_name: bool
) -> Iterable[Piece]:
    """The digests in a file: as many as a mailbox holds, else one."""
    if holds_mail(file, media_type):
        return pieces(file, said=said, stdin=stdin)
    try:
        content = read(file, stdin, max_bytes=max_bytes)
        # A suffix says more than bytes; a pipe has no name.
        name = None if file == STDIN else file_name(Path(file).name)
        shown = media.decide(content, declared=media_type, filename=name)
    except Rejected as refused:
        return [Piece(file, refused)]
    identity = {"external_id": Path(file).name} if id_from_name else {}
    return [Piece(file, Submission(content=content, media_type=media_type or shown, file_name=name, **(dict(said) | identity)))]


def read(file: str, stdin: BinaryIO, *, max_bytes: int) -> bytes:
    """The bytes of a file, or of `stdin` for `-`; raises Rejected with plain words where there are none or too many."""
    if file == STDIN:
        content = stdin.read(max_bytes + 1)
    else:
        path = Path(file)
        if path.is_dir():
            raise Rejected("directory", f"this is a folder; feed the files in it, such as {path}/*.txt")
        try:
            with path.open("rb") as opened:
                content = opened.read(max_bytes + 1)
        except OSError as error:
            raise Rejected("unreadable_file", f"this file can't be read: {error.strerror or error}") from error
    check_size(len(content), max_bytes)
    if not content.strip():
        raise Rejected("empty", "the digest is empty: there is nothing but white space in it")
    return content


async def _put(submission: Submission, target: Target, patience: Patience, waiting: Callable[[str], None]) -> Answer:
    while True:
        try:
            answer = await target.put(submission)
        except Unavailable as error:
            seconds = min(max(float(error.retry_after), 0.1), RETRY_AFTER_AT_MOST)
            if seconds > patience.left:
                patience.left = 0.0
                raise
            waiting(str(error))
            await patience.sleep(seconds)
            patience.left -= seconds
        else:
            patience.left = patience.seconds
            return answer
