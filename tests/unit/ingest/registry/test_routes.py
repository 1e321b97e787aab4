"""/v1/sources, and what becomes of digests of sources that are off or unknown."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.ingest.app import create_app
from services.ingest.http import guard
from shared.keys.key import Key, Scope, hashed
from shared.keys.ring import Keyring
from shared.registry.entry import Entry, Feed, FetchState
from shared.settings import IngestSettings
from tests.fakes.publisher import FakePublisher
from tests.fakes.sources import FakeSources

NOW = datetime(2026, 2, 6, tzinfo=UTC)
FEED = {"kind": "feed", "url": "https://example.org/feed.xml", "every": 1800, "full": True}
FOLDER = {"kind": "folder", "path": "/srv/digests"}
IMAP = {"kind": "imap", "host": "imap.example.org", "user": "a", "password_file": "/run/secrets/imap"}


def entry(source: str = "weekly", **said: Any) -> Entry:
    """As it is known."""
    return Entry(**({"source": source, "edition": 3, "changed_at": NOW, "by": "key one"} | said))


def key(name: str, *scopes: Scope, sources: tuple[str, ...] | None = None) -> Key:
    """Whose secret is its name."""
    return Key(name=name, salt="", sha256=hashed(name), scopes=scopes, sources=sources)


KEYS = (
    key("feeder", "ingest"),
    key("limited", "ingest", sources=("weekly*",)),
    key("desk", "operate"),
    key("reader", "search"),
)


def client(desk: FakeSources, *, keys: tuple[Key, ...] = (), publisher: FakePublisher | None = None) -> httpx.AsyncClient:
    """Asks the app."""
    door = guard.door(IngestSettings())
    if keys:
        door.keyring = Keyring(None, keys, service="ingest")
    app = create_app(IngestSettings(), publisher or FakePublisher(), sources=desk, door=door)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")


async def test_a_source_is_made_seen_and_changed() -> None:
    """Each answer has the edition to send with the next change."""
    desk = FakeSources()
    async with client(desk) as asking:
        made = await asking.put("/v1/sources/weekly", json={"name": "双碳周报", "fetch": FEED})
        seen = await asking.get("/v1/sources/weekly")
        changed = await asking.put("/v1/sources/weekly", json=seen.json() | {"cadence": "weekly"}, headers={"If-Match": seen.headers["etag"]})
        listed = await asking.get("/v1/sources")
    assert (made.status_code, seen.status_code, changed.status_code) == (201, 200, 200)
    assert (seen.headers["etag"], changed.headers["etag"]) == ('"1"', '"2"')
    said = changed.json()
    assert (said["name"], said["cadence"], said["fetch"], said["edition"], said["by"]) == ("双碳周报", "weekly", FEED, 2, "api")
    assert listed.json() == {"sources": [said], "complete": True}
    assert desk.edits == [("weekly", "api")] * 2


async def test_of_two_changes_at_once_none_is_lost() -> None:
    """The second is told what is there now."""
    async with client(FakeSources(entry())) as asking:
        first = await asking.put("/v1/sources/weekly", json={"name": "先", "edition": 3})
        second = await asking.put("/v1/sources/weekly", json={"name": "后"}, headers={"If-Match": '"3"'})
        blind = await asking.put("/v1/sources/weekly", json={"name": "后"})
    assert first.status_code == 200
    for refused in (second, blind):
        error = refused.json()["error"]
        assert (refused.status_code, error["code"], error["present"]["name"]) == (409, "source_changed", "先")


async def test_a_source_is_switched_off_and_on() -> None:
    """Its digests are refused meanwhile, in plain words; a duplicate would be too."""
    publisher = FakePublisher()
    async with client(FakeSources(entry(name="周报", fetch=Feed(url="https://example.org/"))), publisher=publisher) as asking:
        off = await asking.patch("/v1/sources/weekly", json={"on": False})
        refused = await asking.post("/v1/digests", json={"source": "weekly", "text": "一、正文。"})
        other = await asking.post("/v1/digests", json={"source": "daily", "text": "一、正文。"})
        on = await asking.patch("/v1/sources/weekly", json={"on": True})
        taken = await asking.post("/v1/digests", json={"source": "weekly", "text": "一、正文。"})
    assert [answer.status_code for answer in (off, refused, other, on, taken)] == [200, 409, 202, 200, 202]
    assert (off.json()["on"], off.json()["name"]) == (False, "周报")
    error = refused.json()["error"]
    assert (error["code"], error["message"].partition(" (")[0]) == ("source_off", "the source weekly is switched off")
    assert len(publisher.published) == 2


async def test_what_is_fed_is_noted() -> None:
    """By whom; what is refused is not."""
    desk = FakeSources()
    async with client(desk, keys=KEYS) as asking:
        for source, text in (("新来源", "一、正文。"), ("坏来源", " ")):
            await asking.post("/v1/digests", json={"source": source, "text": text}, headers={"X-API-Key": "feeder"})
    assert desk.noted == [("新来源", "key feeder")]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"name": "x", "edition": 3, "nmae": "y"}, "bad_entry", "nmae"),
        ({"fetch": {"kind": "feed", "url": "example.org"}, "edition": 3}, "bad_entry", "fetch.url"),
        ({"edition": "3"}, "bad_edition", None),
        ({"edition": True}, "bad_edition", None),
        ([], "bad_json", None),
    ],
)
async def test_what_cannot_be_used_is_refused(body: Any, code: str, field: str | None) -> None:
    """Nothing is changed."""
    desk = FakeSources(entry())
    async with client(desk) as asking:
        answer = await asking.put("/v1/sources/weekly", json=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error.get("field"), desk.edits) == (422, code, field, [])


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/sources/daily", 404, "unknown_source"),
        ("PATCH", "/v1/sources/daily", 404, "unknown_source"),
        ("GET", "/v1/sources/two words", 422, "bad_source"),
        ("DELETE", "/v1/sources/weekly", 405, "method_not_allowed"),
    ],
)
async def test_what_is_not_there(method: str, path: str, status: int, code: str) -> None:
    """In the one error shape."""
    async with client(FakeSources(entry())) as asking:
        answer = await asking.request(method, path, json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("who", "path", "statuses"),
    [
        ("feeder", "/v1/sources/weekly", [200, 200]),
        ("limited", "/v1/sources/weekly", [200, 200]),
        ("limited", "/v1/sources/daily", [403, 403]),
        ("desk", "/v1/sources/daily", [200, 200]),
        ("reader", "/v1/sources/weekly", [403, 403]),
        ("nobody", "/v1/sources/weekly", [403, 403]),
        (None, "/v1/sources/weekly", [401, 401]),
    ],
)
async def test_who_may_see_and_change_what(who: str | None, path: str, statuses: list[int]) -> None:
    """Who feeds a source may say what it is; who operates, of all."""
    headers = {"X-API-Key": who} if who else {}
    async with client(FakeSources(entry(), entry("daily")), keys=KEYS) as asking:
        seen = await asking.get(path, headers=headers)
        changed = await asking.patch(path, json={"name": "新"}, headers=headers)
    assert [seen.status_code, changed.status_code] == statuses


async def test_a_limited_key_lists_its_own_sources() -> None:
    """The others are none of its business."""
    async with client(FakeSources(entry(), entry("daily")), keys=KEYS) as asking:
        answers = [await asking.get("/v1/sources", headers={"X-API-Key": who}) for who in ("limited", "feeder", "desk")]
    assert [[one["source"] for one in answer.json()["sources"]] for answer in answers] == [
        ["weekly"], ["daily", "weekly"], ["daily", "weekly"],
    ]  # fmt: skip


@pytest.mark.parametrize("fetch", [FOLDER, IMAP])
async def test_files_of_the_worker_are_named_by_who_operates(fetch: dict[str, Any]) -> None:
    """A feeder could else have any file that the worker reads made a digest, or sent as a password."""
    async with client(FakeSources(entry()), keys=KEYS) as asking:
        refused = await asking.patch("/v1/sources/weekly", json={"fetch": fetch}, headers={"X-API-Key": "feeder"})
        done = await asking.patch("/v1/sources/weekly", json={"fetch": fetch}, headers={"X-API-Key": "desk"})
        named = await asking.patch("/v1/sources/weekly", json={"name": "新"}, headers={"X-API-Key": "feeder"})
    assert [answer.status_code for answer in (refused, done, named)] == [403, 200, 200]


async def test_a_profile_is_a_source_that_the_key_may_see() -> None:
    """And one that is there."""
    async with client(FakeSources(entry(), entry("daily")), keys=KEYS) as asking:
        answers = [
            await asking.patch("/v1/sources/weekly", json={"profile": profile}, headers={"X-API-Key": who})
            for profile, who in (("daily", "limited"), ("gone", "feeder"), ("daily", "feeder"))
        ]
    assert [answer.status_code for answer in answers] == [403, 422, 200]


async def test_how_fetching_goes_is_shown() -> None:
    """Without what was fetched, which is long."""
    desk = FakeSources(entry(fetch=Feed(url="https://example.org/")))
    state = FetchState(source="weekly", seen=("1",), at=NOW, failures=3, error="500", paused=True, refused=("一: 空",))
    desk.listing.learn(b"fetch:weekly", state.to_json())
    async with client(desk) as asking:
        said = (await asking.get("/v1/sources/weekly")).json()["state"]
    assert said == {
        "at": "2026-02-06T00:00:00Z", "fed_at": None, "next_at": None, "failures": 3, "error": "500", "paused": True,
        "refused": ["一: 空"],
    }  # fmt: skip


async def test_kafka_away() -> None:
    """Nothing was changed, and it says when to try again."""
    async with client(FakeSources(entry(), away=True)) as asking:
        answer = await asking.patch("/v1/sources/weekly", json={"on": False})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")


async def test_the_api_describes_itself_with_examples_that_it_takes() -> None:
    """Each path."""
    desk = FakeSources()
    async with client(desk) as asking:
        paths = (await asking.get("/openapi.json")).json()["paths"]
        example = paths["/v1/sources/{source}"]["put"]["requestBody"]["content"]["application/json"]["example"]
        made = await asking.put("/v1/sources/shuangtan-weekly", json=example)
        shown = paths["/v1/sources/{source}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert made.status_code == 201
    assert set(made.json()) == set(shown["properties"]) == set(shown["example"])
