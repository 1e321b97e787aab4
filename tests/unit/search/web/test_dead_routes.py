"""Who may change dead letters, from where, and how they are shown."""

from collections.abc import AsyncIterator
from typing import Any, get_args

import httpx
import pytest

from services.search.errors import CrossSite
from services.search.failures.words import WHYS
from services.search.models.dead_letters import DoneAnswer
from services.search.pipeline.monitor import Monitor
from services.search.web.access import from_elsewhere
from services.search.web.app import create_app
from services.search.web.csrf import Csrf
from services.search.web.dead import service as desks
from shared.dead_letters.letter import Place
from shared.dead_letters.selection import Reason
from shared.elastic import connect
from shared.keys.key import hash_key
from shared.settings import CommonSettings, ElasticsearchSettings, SearchSettings
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.letters import letter, operation
from tests.pages import without_our_scripts

SEARCH, OPERATE = "search-key", "operate-key"
KEYS = {"api_keys": (hash_key(SEARCH),), "operate_keys": (hash_key(OPERATE),)}
EVIL = '"><script>alert(1)</script>'


class Site:
    """The app with two letters, and a client."""

    def __init__(self, **settings: Any) -> None:
        self.kafka = FakeKafkaSource()
        self.kafka.register.add_all([letter(0), letter(1, minutes=1, error=EVIL, message=EVIL, source=EVIL, digest_id=EVIL)])
        elasticsearch = ElasticsearchSettings()
        self.elastic = connect(elasticsearch)
        app = create_app(
            SearchSettings(**settings),
            self.elastic,
            Monitor(self.kafka, FakeIndexSource(), {}),
            common=CommonSettings(),
            elasticsearch=elasticsearch,
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8402")

    async def close(self) -> None:
        """Free the clients."""
        await self.client.aclose()
        await self.elastic.close()


@pytest.fixture
async def open_site() -> AsyncIterator[Site]:
    """Without keys, on loopback."""
    site = Site()
    yield site
    await site.close()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """With a key for searching and one for operating."""
    made = Site(**KEYS)
    yield made
    await made.close()


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is done, by whom: Kafka is not asked here."""
    done: list[tuple[str, str]] = []

    async def do(_self: desks.DeadLetterService, doing: Any, action: str, *, by: str) -> DoneAnswer:
        done.append((action, by))
        return DoneAnswer(dry_run=doing.dry_run, count=1, letters=("0/0",), refused=(), remaining=0)

    monkeypatch.setattr(desks.DeadLetterService, "do", do)
    return done


@pytest.mark.parametrize(
    ("key", "headers", "status", "code"),
    [
        (None, {}, 401, "key_needed"),
        (SEARCH, {}, 403, "operate_needed"),
        (OPERATE, {}, 200, None),
        (OPERATE, {"sec-fetch-site": "same-origin"}, 200, None),
        (OPERATE, {"sec-fetch-site": "cross-site"}, 403, "cross_site"),
        (OPERATE, {"origin": "http://evil.example"}, 403, "cross_site"),
        (OPERATE, {"origin": "null"}, 403, "cross_site"),
        (OPERATE, {"content-type": "text/plain"}, 400, "bad_request"),
    ],
)
async def test_the_api_takes_an_operate_key(
    site: Site, asked: list[tuple[str, str]], key: str | None, headers: dict[str, str], status: int, code: str | None
) -> None:
    """A search key reads only; the name of whoever does it is the beginning of the key's hash."""
    sent = {"content-type": "application/json"} | headers | ({"x-api-key": key} if key else {})
    answer = await site.client.post("/api/dead/retry", content=b'{"letters":["0/0"]}', headers=sent)
    assert (answer.status_code, answer.json().get("error", {}).get("code")) == (status, code)
    assert asked == ([("retry", f"key {hash_key(OPERATE)[:8]}")] if status == 200 else [])


async def test_a_search_key_reads(site: Site) -> None:
    """The list with its groups; no button on the page."""
    found = (await site.client.get("/api/dead", headers={"x-api-key": SEARCH})).json()
    assert (found["total"], {group["error"]: group["count"] for group in found["groups"]}) == (2, {"timeout": 1, EVIL: 1})
    assert "/dead/confirm" not in (await site.client.get("/dead", headers={"x-api-key": SEARCH})).text
    assert "/dead/confirm" in (await site.client.get("/dead", headers={"x-api-key": OPERATE})).text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{}", "set all"),
        (b'{"state":"open"}', "set all"),
        (b'{"letters":["x"]}', "letters"),
        (b'{"letters":["0/0"],"stage":"index"}', "not both"),
        (b'{"letter":["0/0"]}', "letter"),
        (b'{"since":"yesterday","all":true}', "is no time"),
        (b"not JSON", "JSON"),
        (b'{"reason":"' + b"x" * 70_000 + b'"}', "bytes"),
    ],
)
async def test_what_is_not_understood_does_nothing(open_site: Site, asked: list[tuple[str, str]], body: bytes, words: str) -> None:
    """In plain words, never a 500."""
    answer = await open_site.client.post("/api/dead/discard", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert words in answer.json()["error"]["message"]
    assert asked == []


async def test_the_form_says_first_what_it_would_do(open_site: Site, asked: list[tuple[str, str]]) -> None:
    """Then it does it once, with the page's token, and leads to the letter."""
    page = await open_site.client.get("/dead/confirm?doing=retry&letter=0/0")
    assert "重新处理 1 封死信" in page.text
    assert asked == []
    cookie = page.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/dead"))
    token = page.text.partition('name="token" value="')[2].partition('"')[0]
    data = {"token": token, "letter": "0/0", "reason": "已修复"}
    answer = await open_site.client.post("/dead/retry", data=data, headers={"origin": "http://127.0.0.1:8402", "sec-fetch-site": "same-origin"})
    assert (answer.status_code, answer.headers["location"], asked) == (303, "/dead/0/0", [("retry", "local")])


@pytest.mark.parametrize(
    ("headers", "with_cookie", "with_token"),
    [
        ({"origin": "http://evil.example"}, True, True),
        ({"sec-fetch-site": "cross-site"}, True, True),
        ({"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:9999"}, True, True),
        ({"origin": "null"}, True, True),
        ({}, False, True),
        ({}, True, False),
    ],
)
async def test_other_sites_can_do_nothing(
    open_site: Site, asked: list[tuple[str, str]], headers: dict[str, str], with_cookie: bool, with_token: bool
) -> None:
    """Whatever of cookie, token and origin is missing or another's."""
    page = await open_site.client.get("/dead/confirm?doing=discard&letter=0/0")
    token = page.text.partition('name="token" value="')[2].partition('"')[0]
    if not with_cookie:
        open_site.client.cookies.clear()
    answer = await open_site.client.post("/dead/discard", data={"token": token if with_token else "0" * 64, "letter": "0/0"}, headers=headers)
    assert (answer.status_code, asked) == (403, [])
    assert "没有执行" in answer.text


async def test_a_token_is_its_operators_alone() -> None:
    """And of that cookie."""
    forms = Csrf("", (hash_key(OPERATE),))
    token = forms.token("nonce", "甲")
    forms.check(headers={}, nonce="nonce", token=token, by="甲")
    for nonce, given, by in (("nonce", token, "乙"), ("other", token, "甲"), ("nonce", "字", "甲"), (None, token, "甲")):
        with pytest.raises(CrossSite):
            forms.check(headers={}, nonce=nonce, token=given, by=by)


@pytest.mark.parametrize(
    ("headers", "elsewhere"),
    [
        ({}, False),
        ({"sec-fetch-site": "same-origin", "origin": "http://a:1", "host": "a:1"}, False),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, True),
        ({"origin": "http://a:1", "host": "a:1"}, False),
        ({"origin": "http://a:2", "host": "a:1"}, True),
        ({"origin": "null", "host": "a:1"}, True),
    ],
)
def test_where_a_request_comes_from(headers: dict[str, str], elsewhere: bool) -> None:
    """As browsers say; programs say nothing."""
    assert from_elsewhere(headers) is elsewhere


async def test_hostile_letters_stay_text(open_site: Site) -> None:
    """In the list, the groups and the page that asks."""
    open_site.kafka.register.note(operation("discard", subject="9/9", by=EVIL))
    for path in ("/dead", "/dead/confirm?doing=discard&letter=0/1", "/dead?error=" + EVIL, "/dead?state=all&digest=" + EVIL):
        answer = await open_site.client.get(path)
        assert answer.status_code == 200, answer.text
        assert "<script" not in without_our_scripts(answer.text)


async def test_reasons_are_chinese_on_the_page(open_site: Site) -> None:
    """Every kind of them."""
    assert set(WHYS) == set(get_args(Reason))
    open_site.kafka.register.note(operation("discard"))
    page = await open_site.client.get("/dead/confirm?doing=retry&letter=0/0")
    assert "已处理完毕" in page.text
    assert "仍然送出…" in page.text


async def test_a_letter_that_is_not_there(open_site: Site) -> None:
    """404, as JSON and as a page."""
    assert (await open_site.client.get("/api/dead/0/99")).status_code == 404
    assert (await open_site.client.get("/dead/0/99")).status_code == 404
    assert Place(0, 99) not in open_site.kafka.register.letters


async def test_counts_of_pipeline_and_list_agree(open_site: Site) -> None:
    """Discarded ones are in neither."""
    open_site.kafka.register.note(operation("discard", subject="0/1"))
    assert (
        (await open_site.client.get("/api/dead")).json()["total"]
        == sum(sum(errors.values()) for errors, _ in open_site.kafka.register.counts().values())
        == 1
    )
