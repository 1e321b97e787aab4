"""A digest's id → its manifest in Elasticsearch, as it is now: read by id, so never late as a search is."""

from types import TracebackType
from typing import Self
from urllib.parse import quote

import httpx

from services.ingest.known.facts import FIELDS, of_manifest
from shared import index_names as names
from shared import tls
from shared.connections import elastic_login as login
from shared.connections.elastic_http import connect, refused
from shared.errors import Unavailable
from shared.records import RawDigest
from shared.settings import ElasticsearchSettings

SECONDS = 5.0
"""Reading one document takes some ms; whoever waits for an answer is told soon that there is none."""


class Manifests:
    """The index of digests; an async context manager that ends its connections."""

    def __init__(self, settings: ElasticsearchSettings, *, namespace: str) -> None:
        """Connects to nothing before it is asked; raises Misconfigured when the settings can't be used."""
        self._settings = settings
        self._clients = connect(settings, timeout=SECONDS)
        self._digests = names.alias(namespace, "digests")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        for client in self._clients:
            await client.aclose()

    async def get(self, digest_id: str) -> RawDigest | None:
        """Return what the manifest says, None where there is none; raises Unavailable where Elasticsearch or its index is away."""
        answer = await self._asked(f"/{quote(self._digests)}/_doc/{digest_id}?_source_includes={','.join(FIELDS)}")
        try:
            said = answer.json()
            if answer.status_code == 200 and said["found"]:
                return of_manifest(said["_source"])
            # Where the index is missing there is no such word.
            if answer.status_code == 404 and said.get("found") is False:
                return None
        except (ValueError, KeyError, AttributeError) as error:
            raise Unavailable(f"the manifest of {digest_id} can't be read: `jianbao reconcile --repair` writes it anew") from error
        if answer.status_code == 404:
            raise Unavailable(f"Elasticsearch has no index {self._digests}, which says what was received: start the indexer")
        raise Unavailable(str(refused(answer, self._settings)) if answer.status_code in (401, 403) else f"Elasticsearch answers {answer.status_code}")

    async def held(self, digest_id: str) -> tuple[int, bool] | None:
        """Return the revision that a digest's manifest is of, and whether it is held in quarantine; None where there is none. Raises Unavailable."""
        answer = await self._asked(f"/{quote(self._digests)}/_doc/{digest_id}?_source_includes=revision,quarantine.code")
        try:
            said = answer.json()["_source"] if answer.status_code == 200 else None
            return None if said is None else (int(said["revision"]), bool(said.get("quarantine")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unavailable(f"the manifest of {digest_id} can't be read: `jianbao reconcile --repair` writes it anew") from error

    async def _asked(self, path: str) -> httpx.Response:
        """The answer of the first node that gives one other than 5xx and 429."""
        said = ""
        for client in self._clients:
            try:
                answer = await client.get(path)
            except httpx.HTTPError as error:
                said = tls.advice(str(error), **login.TLS) or f"can't be reached: {type(error).__name__}"
                continue
            if answer.status_code < 500 and answer.status_code != 429:
                return answer
            said = f"is overloaded or not ready ({answer.status_code})"
        raise Unavailable(f"Elasticsearch {said}")
