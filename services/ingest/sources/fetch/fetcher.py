"""An address → the document there, within limits of time, bytes and redirects, and from no address that is closed.

The address that is connected to is the one that was checked: the connector resolves names by a resolver that leaves closed addresses out, for
each redirect anew, so that a name which points elsewhere on the second look gains nothing.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from functools import partial
from http.client import responses
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from services.ingest.sources.fetch.addresses import Opening, allowed
from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.fetch.names import Names
from shared.records import MAX_DIGEST_BYTES

AGENT = "jianbao/1 (reads news digests)"
"""What servers and their robots.txt know us by."""
REDIRECTS = 5
REDIRECTING = (301, 302, 303, 307, 308)
LASTING = (400, 401, 403, 404, 405, 410, 451)
"""Answers that will be the same the next time."""
MAX_VALIDATOR = 1000
"""Characters of an ETag or a date that are kept; real ones have under 100."""
SECONDS = 30.0
"""For the whole of one document, redirects included: articles and feeds take well under ten."""
CONNECT_SECONDS = 10.0
SILENT_SECONDS = 10.0
"""Without a byte."""
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it came."""

    url: str
    """After redirects"""
    content: bytes
    media_type: str | None
    """As the server declared it, with its parameters"""
    etag: str | None = None
    modified: str | None = None
    """The Last-Modified header"""
    unchanged: bool = False
    """The server said 304: what was fetched before still holds, and there is no content"""
    moved: str | None = None
    """The address that the server says is the document's for good, where it is another"""


@dataclass(frozen=True, slots=True)
class Redirect:
    """The answer that a document is elsewhere."""

    url: str
    lasting: bool
    """For good, as the server says"""


class OpenResolver(AbstractResolver):
    """Resolve names to those addresses that may be connected to."""

    def __init__(self, inner: AbstractResolver, openings: Iterable[Opening]) -> None:
        self._inner = inner
        self._openings = tuple(openings)

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """Return the open addresses of a host; raise FetchFailed where it has closed ones alone."""
        found = await self._inner.resolve(host, port, family)
        kept = [one for one in found if allowed(one["host"], port, self._openings)]
        if found and not kept:
            raise _closed(host)
        return kept

    async def close(self) -> None:
        """Release the resolver that is asked."""
        await self._inner.close()


class Fetcher:
    """Fetches documents; an async context manager that holds the connections."""

    def __init__(
        self,
        *,
        openings: Iterable[Opening] = (),
        resolver: AbstractResolver | None = None,
        max_bytes: int = MAX_DIGEST_BYTES,
        seconds: float = SECONDS,
        silent_seconds: float = SILENT_SECONDS,
        agent: str = AGENT,
        tls: ssl.SSLContext | bool = True,
    ) -> None:
        self._openings = tuple(openings)
        self._resolver = resolver
        self._max_bytes = max_bytes
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=silent_seconds)
        self._seconds = seconds
        self._tls = tls
        # No packing that unpacks a thousandfold at once: what gzip makes of one chunk is bounded.
        self._headers = {"User-Agent": agent, "Accept-Encoding": "gzip, deflate"}

    async def __aenter__(self) -> Self:
        resolver = OpenResolver(self._resolver or Names(), self._openings)
        connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, limit_per_host=2, ssl=self._tls)
        # No proxy of the environment and no cookies: the one would connect for us, the others would carry one feeder's to another.
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            headers=self._headers,
        )
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._session.close()

    async def get(self, url: str, *, etag: str | None = None, modified: str | None = None, max_bytes: int | None = None) -> Fetched:
        """Return the document at `url`, wherever it leads.

        With the `etag` or `modified` of an earlier answer the server may say that it is unchanged.

        Raises FetchFailed.
        """
        hop = partial(self.hop, etag=etag, modified=modified, max_bytes=max_bytes)
        try:
            async with asyncio.timeout(self._seconds):
                return await follow(hop, url)
        except TimeoutError:
            raise self._slow(url) from None

    async def hop(self, url: str, *, etag: str | None = None, modified: str | None = None, max_bytes: int | None = None) -> Fetched | Redirect:
        """Return what one request brings, as `get` does; raises FetchFailed."""
        unless = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in unless.items() if value}
        try:
            async with asyncio.timeout(self._seconds):
                return await self._ask(_url(url), headers, max_bytes or self._max_bytes)
        except TimeoutError:
            raise self._slow(url) from None
        except aiohttp.InvalidURL as error:
            raise FetchFailed("bad_url", f"{error.url} is no address that can be fetched", lasting=True) from error
        except aiohttp.ClientConnectorDNSError as error:
            raise FetchFailed("unknown_host", f"no address is known for {error.host}") from error
        except aiohttp.ClientConnectorCertificateError as error:
            raise FetchFailed("bad_certificate", f"the certificate of {error.host} can't be trusted") from error
        except (aiohttp.ClientPayloadError, aiohttp.ClientResponseError) as error:
            raise FetchFailed("broken_answer", f"the answer of {_host(url)} is no HTTP, broke off or can't be unpacked") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FetchFailed("unreachable", f"{_host(url)} does not answer ({type(error).__name__})") from error

    async def _ask(self, url: URL, headers: dict[str, str], max_bytes: int) -> Fetched | Redirect:
        self._check(url)
        async with self._session.get(url, headers=headers, allow_redirects=False) as answer:
            if answer.status == 304 and not headers:
                message = f"{url.host} answered 304 (unchanged), although it was not asked whether it is"
                raise FetchFailed("broken_answer", message)
            if answer.status not in REDIRECTING or "Location" not in answer.headers:
                return await _document(answer, url, max_bytes)
            there = _url(str(url.join(URL(answer.headers["Location"]))))
            return Redirect(str(there), lasting=answer.status in (301, 308))

    def _slow(self, url: str) -> FetchFailed:
        return FetchFailed("slow", f"{_host(url)} took longer than {self._seconds:g} seconds")

    def _check(self, url: URL) -> None:
        """Raise FetchFailed for a literal address that is closed: those are connected to without a resolver."""
        host, port = url.host or "", url.port or 0
        try:
            fine = allowed(host, port, self._openings)
        except ValueError:
            return  # A name: its addresses are checked when it is resolved.
        if not fine:
            raise _closed(host)


async def follow(hop: Callable[[str], Awaitable[Fetched | Redirect]], url: str) -> Fetched:
    """Return the document that an address leads to, by one request after the other; raises FetchFailed."""
    lasting, moved = True, None
    for _ in range(REDIRECTS + 1):
        found = await hop(url)
        if isinstance(found, Fetched):
            return replace(found, moved=moved)
        url, lasting = found.url, lasting and found.lasting
        moved = url if lasting else moved
    raise FetchFailed("redirects", f"{_host(url)} sends from address to address, more than {REDIRECTS} times")


async def _document(answer: aiohttp.ClientResponse, url: URL, max_bytes: int) -> Fetched:
    if answer.status not in (200, 304):
        lasting = answer.status in LASTING
        # The usual words for the status: the server's own are in any charset.
        message = f"{url.host} answered {answer.status} {responses.get(answer.status, '')}".rstrip()
        raise FetchFailed(f"status_{answer.status}", message, lasting=lasting, retry_after=_retry_after(answer))
    # Counted as it arrives and unpacked: a length can be wrong or missing, and a packed megabyte can be a gigabyte.
    content = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        content += chunk
        if len(content) > max_bytes:
            raise FetchFailed("too_large", f"the document is larger than {max_bytes / 2**20:g} MiB", lasting=True)
    said = answer.headers.get
    return Fetched(
        url=str(url),
        content=bytes(content),
        media_type=said("Content-Type"),
        etag=_validator(said("ETag")),
        modified=_validator(said("Last-Modified")),
        unchanged=answer.status == 304,
    )


def _validator(said: str | None) -> str | None:
    """What can be kept and sent back: one line of ASCII."""
    return said if said and said.isascii() and said.isprintable() and len(said) <= MAX_VALIDATOR else None


def _retry_after(answer: aiohttp.ClientResponse) -> float | None:
    """The seconds of a Retry-After, which is a number or a moment."""
    said = answer.headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
        return max(0.0, moment.timestamp() - parsedate_to_datetime(answer.headers["Date"]).timestamp())
    except (ValueError, KeyError):
        return None


def _url(said: str) -> URL:
    """The address, checked as far as it can be without resolving it; raises FetchFailed."""
    try:
        url = URL(said)
        fine = url.scheme in ("http", "https") and bool(url.host) and url.user is None and url.password is None
    except ValueError:
        fine = False
    if not fine:
        raise FetchFailed("bad_url", f"{said[:200]} is no address of http or https without a password", lasting=True)
    return url.with_fragment(None)


def _host(url: str) -> str:
    return URL(url).host or url


def _closed(host: str) -> FetchFailed:
    message = f"{host} is an address inside a network, not of the internet; an operator can open it with FETCH_OPEN"
    return FetchFailed("closed_address", message, lasting=True)
