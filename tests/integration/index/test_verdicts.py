"""A real Elasticsearch refuses in every way that can be brought about: the indexer waits or gives up as it should, and goes on by itself once mended.

It is a node of this module's own, with users, a small limit on requests, and a quick eye on its disk. One indexer
goes through all of it: each test leaves it ready again, and has digests of its own.
"""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from elasticsearch import AsyncElasticsearch

from services.index import indices
from shared import elastic
from shared import index_names as names
from shared.records import EnrichedDigest
from shared.settings import ElasticsearchSettings
from tests.engines import RunningEngines
from tests.fakes.digests import enriched
from tests.integration.index.conftest import Bench
from tests.own_engines import Node, own_folder

pytestmark = [pytest.mark.connected, pytest.mark.asyncio(loop_scope="module")]

LONGEST = 256 * 1024
"""Bytes of a request that this node takes."""

SETTINGS = f"""\
xpack.security.enabled: true
xpack.security.authc.password_hashing.algorithm: pbkdf2
http.max_content_length: {LONGEST}b
resource.reload.interval.high: 1s
cluster.info.update.interval: 10s"""

ROLES = """\
indexer:
  cluster: [monitor]
  indices: [{names: ["*"], privileges: [all]}]
reader:
  cluster: [monitor]
  indices: [{names: ["*"], privileges: [read, view_index_metadata]}]
"""

USERS = {"root": "superuser", "jianbao": "indexer"}


def _hashed(password: str) -> str:
    """As Elasticsearch's file of users has it: PBKDF2 with HMAC-SHA512, 10,000 rounds, salt and key of 32 bytes."""
    salt = b"s" * 32
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10_000, 32)
    return f"{{PBKDF2}}10000${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def _users(**passwords: str) -> str:
    return "".join(f"{user}:{_hashed(passwords.get(user, user))}\n" for user in USERS)


def _roles(**roles: str) -> str:
    return "".join(f"{roles.get(user, role)}:{user}\n" for user, role in USERS.items())


def _url(node_port: int, user: str) -> str:
    return f"http://{user}:{user}@127.0.0.1:{node_port}"


def _ready(port: int) -> bool:
    try:
        return httpx.get(_url(port, "root") + "/_cluster/health", trust_env=False, timeout=2).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """Elasticsearch with users."""
    files = {"users": _users(), "users_roles": _roles(), "roles.yml": ROLES}
    with own_folder() as (folder, installation):
        made = Node(folder / "elasticsearch", installation, settings=SETTINGS, files=files, ready=_ready)
        try:
            made.start()
            yield made
        finally:
            made.kill()


@dataclass
class Place:
    """Where something is broken and mended."""

    node: Node
    root: AsyncElasticsearch
    namespace: str

    @property
    def index(self) -> str:
        """Of the items."""
        return names.index(self.namespace, "items")

    async def block(self, **blocks: Any) -> None:
        """Set blocks of the items' index."""
        await self.root.indices.put_settings(index=self.index, settings={f"index.blocks.{name}": value for name, value in blocks.items()})

    async def cluster(self, **settings: Any) -> None:
        """Set settings of the whole cluster."""
        await self.root.cluster.put_settings(persistent={name.replace("__", "."): value for name, value in settings.items()})

    async def close(self) -> None:
        """Close the items' index."""
        await self.root.indices.close(index=self.index)

    async def open(self) -> None:
        """Open it again."""
        await self.root.indices.open(index=self.index)

    async def delete(self) -> None:
        """Delete the items' index while the indexer runs."""
        await self.root.indices.delete(index=self.index)

    async def make(self) -> None:
        """Make it anew, as a starting indexer does."""
        await indices.ensure(self.root, namespace=self.namespace)

    async def users(self, **passwords: str) -> None:
        """Change passwords; read again within a second."""
        self.node.configure({"users": _users(**passwords)})

    async def roles(self, **roles: str) -> None:
        """Change roles."""
        self.node.configure({"users_roles": _roles(**roles)})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(node: Node, engines: RunningEngines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Place, Bench]]:
    """A running indexer that logs in as a user of its own."""
    namespace = f"t-{uuid4().hex[:12]}"
    async with AsyncExitStack() as stack:
        root = elastic.connect(ElasticsearchSettings(url=_url(node.port, "root")))
        stack.push_async_callback(root.close)
        theirs = RunningEngines(engines.kafka_bootstrap_servers, _url(node.port, "root"), "own")
        bench = Bench(theirs, namespace, tmp_path_factory.mktemp("indexer"), elasticsearch_url=_url(node.port, "jianbao"))
        await bench.open(stack)
        bench.start()
        yield Place(node, root, namespace), bench


Step = Callable[[Place], Awaitable[None]]

WATERMARKS = ("low", "high", "flood_stage")


def _watermarks(value: str | None) -> dict[str, str | None]:
    return {f"cluster__routing__allocation__disk__watermark__{name}": value for name in WATERMARKS}


FOR_A_PERSON: dict[str, tuple[Step, Step, str]] = {
    "read-only index": (lambda place: place.block(read_only=True), lambda place: place.block(read_only=None), "read-only"),
    "write block": (lambda place: place.block(write=True), lambda place: place.block(write=None), "write"),
    "disk over the flood stage": (
        lambda place: place.cluster(**_watermarks("900tb")),
        lambda place: place.cluster(**_watermarks(None)),
        "flood-stage",
    ),
    "index closed": (Place.close, Place.open, "closed"),
    "index deleted": (Place.delete, Place.make, "missing"),
    "password changed": (lambda place: place.users(jianbao="other"), lambda place: place.users(), "refuses us (401)"),
    "privilege taken away": (lambda place: place.roles(jianbao="reader"), lambda place: place.roles(), "unauthorized"),
}
"""What is broken: how, how it is mended, and a word of what is said"""


@pytest.mark.parametrize("name", FOR_A_PERSON)
async def test_what_a_person_must_mend_turns_red_and_is_waited_for(name: str, place: tuple[Place, Bench]) -> None:
    """Not ready, in words; nothing is lost, given up, or committed; the same process goes on once it is mended."""
    where, bench = place
    break_it, mend, words = FOR_A_PERSON[name]
    before = [enriched("昆山:甲", name=f"{name}, before {number}") for number in range(5)]
    behind = [enriched("常州:乙", name=f"{name}, behind {number}") for number in range(30)]
    await bench.send(*before)
    await bench.settled()
    child = bench.pipeline.children["index"]
    await break_it(where)
    try:
        if name == "disk over the flood stage":
            await bench.until(lambda: _blocked(where), "the disk to be looked at")
        elif name in ("password changed", "privilege taken away"):
            await bench.until(lambda: _refused(where), "the file to be read again")
        await bench.send(*behind)
        await bench.until(lambda: _says(bench, words), f"{words!r} at /readyz")
        assert _paused(bench) == 1
        assert (await bench.lag(), await bench.dead(*before, *behind)) == (30, [])
    finally:
        await mend(where)
    await bench.settled()
    await bench.until(lambda: _is_ready(bench), "ready again")
    await bench.until(lambda: _holds(bench, *before, *behind), "every item, those of a deleted index too")
    assert (await bench.dead(*before, *behind), _paused(bench)) == ([], 0)
    assert child.code is None


async def _blocked(place: Place) -> bool:
    settings = (await place.root.indices.get_settings(index=place.index, flat_settings=True)).body[place.index]["settings"]
    return "index.blocks.read_only_allow_delete" in settings


async def _refused(place: Place) -> bool:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{_url(place.node.port, 'jianbao')}/{place.index}/_doc/probe?version=1&version_type=external", json={})
    await place.root.options(ignore_status=404).delete(index=place.index, id="probe")
    return answer.status_code in (401, 403)


def _ask(bench: Bench, path: str) -> httpx.Response:
    return httpx.get(bench.pipeline.url("index") + path, trust_env=False, timeout=10)


async def _says(bench: Bench, words: str) -> bool:
    answer = await asyncio.to_thread(_ask, bench, "/readyz")
    return answer.status_code == 503 and words in answer.text


async def _is_ready(bench: Bench) -> bool:
    return (await asyncio.to_thread(_ask, bench, "/readyz")).status_code == 200


async def _holds(bench: Bench, *digests: EnrichedDigest) -> bool:
    return len(await bench.bodies(*digests)) == len(digests)


def _paused(bench: Bench) -> float:
    (line,) = [line for line in _ask(bench, "/metrics").text.splitlines() if line.startswith('jianbao_paused{stage="index"}')]
    return float(line.split()[-1])


async def test_overload_is_waited_out(place: tuple[Place, Bench]) -> None:
    """The circuit breaker refuses requests (429): nobody is called at once, nothing is given up, and all is there once there is room."""
    where, bench = place
    # None at all: a bulk request whose body comes in pieces is not counted against a small limit, and so would pass by luck.
    await where.cluster(network__breaker__inflight_requests__limit="0b")
    digests = [enriched("昆山:甲" * 50, name=f"overload, {number}") for number in range(30)]
    try:
        await bench.send(*digests)
        await bench.until(lambda: _retried(bench, "circuit_breaking_exception"), "requests to be refused")
        assert (_paused(bench), await bench.dead(*digests)) == (1, [])
        assert await bench.lag() > 0
    finally:
        await where.cluster(network__breaker__inflight_requests__limit=None)
    await bench.settled()
    assert (len(await bench.bodies(*digests)), await bench.dead(*digests)) == (30, [])


async def _retried(bench: Bench, reason: str) -> bool:
    return f'reason="{reason}"' in (await asyncio.to_thread(_ask, bench, "/metrics")).text


async def test_requests_that_are_too_large_are_split_and_what_alone_is_too_large_dies(place: tuple[Place, Bench]) -> None:
    """413: forty digests of 6 KB go in several requests; an item beyond the limit is a dead letter, and its digest's other item is there."""
    _, bench = place
    small = [enriched("昆山:" + "甲" * 1000, name=f"too large, {number}") for number in range(40)]
    large = enriched("常州:乙", "杭州:" + "丙" * LONGEST, name="too large")
    await bench.send(*small[:20], large, *small[20:])
    await bench.settled()
    assert await _retried(bench, "split")
    bodies = await bench.bodies(*small, large)
    assert (len(bodies), [body for body in bodies if body.startswith("常州")]) == (41, ["常州:乙,第1版。"])
    assert [line.error for line in await bench.dead(*small, large)] == ["status_413"]
