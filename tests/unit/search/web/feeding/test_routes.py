"""The page 送入 over ASGI, with the real ingest behind it, a fake publisher and a fake enrich: what each step shows, sends and publishes."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx
import pytest
from elasticsearch import AsyncElasticsearch
from fastapi import Request
from selectolax.lexbor import LexborHTMLParser

from services.ingest.app import create_app as create_ingest
from services.ingest.http import guard
from services.search.errors import BadRequest
from services.search.pipeline.monitor import Monitor
from services.search.web import access
from services.search.web.app import create_app
from services.search.web.feeding import form
from services.search.web.ingest_client import IngestClient
from shared.elastic import connect
from shared.errors import Rejected, Unavailable
from shared.keys.door import Door
from shared.registry.entry import Entry
from shared.registry.listing import Listing
from shared.settings import CommonSettings, ElasticsearchSettings, IngestSettings, SearchSettings
from tests.fakes.enricher import FakeEnricher
from tests.fakes.memory import FakeMemory
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource
from tests.fakes.publisher import FakePublisher
from tests.made_keys import keys_file, made, secret
from tests.pages import without_our_scripts

TEXT = """双碳周报
2026年2月6日
1、昆山:将新增零碳工厂10家
2月3日,昆山市人民政府发布《行动方案》。
2、太仓:建成码头
2月4日,太仓市建成码头。
免责声明:本文仅供参考,不构成投资建议。
"""
HOSTILE = """<title>坏<script>alert(1)</script></title><h2>要闻</h2><h3>1、昆山:新增工厂&lt;script&gt;alert(2)&lt;/script&gt;</h3>
<p>2月3日,昆山市发布<a href="javascript:alert(3)">链接</a>《方案》。<img src=x onerror=alert(4)></p><h3>2、太仓:码头"><svg onload=alert(5)></h3>
<p>正文在这里。</p>"""


ENTRIES = [
    Entry(source=source, name=name, edition=1, on=on, changed_at=datetime(2026, 2, 6, tzinfo=UTC), by="a@b")
    for source, name, on in (("shuangtan-weekly", "双碳周刊", True), ("haiyang", "海洋日报", True), ("old", "停刊", False))
]


@dataclass
class Site:
    """Search, and ingest behind it."""

    client: httpx.AsyncClient
    publisher: FakePublisher
    enricher: FakeEnricher
    elastic: AsyncElasticsearch
    headers: dict[str, str] = field(default_factory=dict)

    async def token(self) -> str:
        """Of the first step."""
        page = await self.client.get("/feed", headers=self.headers)
        assert page.status_code == 200
        return fields(page)["token"]

    async def post(self, step: str, said: dict[str, str], *, file: tuple[str, bytes, str] | None = None, part: bool = False) -> httpx.Response:
        """Send a form as a browser does: as multipart in any case."""
        parts = [(name, (None, value)) for name, value in said.items()]
        parts += [("file", file or ("", b"", "application/octet-stream"))]  # type: ignore[list-item]  # httpx takes names that are None
        params = {"part": "1"} if part else {}
        return await self.client.post(f"/feed/{step}", files=parts, params=params, headers=self.headers)


@dataclass
class Made:
    """What a site is made of."""

    folder: Path
    sites: list[Site] = field(default_factory=list)

    def site(self, *, keys: bool = False, key: str | None = None, away: bool = False) -> Site:
        """One that asks for keys, or is for this machine alone; perhaps with no ingest behind it."""
        file = keys_file(self.folder, made("desk", "search"), made("feeder", "search", "ingest"), made("weekly", "ingest", sources=("周报",)))
        publisher, enricher = FakePublisher(), FakeEnricher()
        settings = IngestSettings()
        ingest_door = guard.door(settings, file if keys else None)
        ingest = create_ingest(settings, publisher, memory=FakeMemory(publisher), enricher=enricher, door=ingest_door)
        transport = None if away else httpx.ASGITransport(ingest)
        elasticsearch = ElasticsearchSettings(url="http://127.0.0.1:1")
        elastic = connect(elasticsearch)
        door: Door = access.door(SearchSettings(), file if keys else None)
        app = create_app(
            SearchSettings(),
            elastic,
            Monitor(FakeKafkaSource(), FakeIndexSource(), {}),
            common=CommonSettings(),
            elasticsearch=elasticsearch,
            door=door,
            ingest=IngestClient("http://127.0.0.1:1", transport=transport),
            listing=Listing(entries={entry.source: entry for entry in ENTRIES}, light=True),
        )
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8402")
        self.sites.append(Site(client, publisher, enricher, elastic, {"X-API-Key": secret(key)} if key else {}))
        return self.sites[-1]


@pytest.fixture
async def sites(tmp_path: Path) -> AsyncIterator[Made]:
    """Closed afterwards."""
    made_sites = Made(tmp_path)
    yield made_sites
    for site in made_sites.sites:
        await site.client.aclose()
        await site.elastic.close()


@pytest.fixture
def site(sites: Made) -> Site:
    """One for this machine alone."""
    return sites.site()


def fields(page: httpx.Response) -> dict[str, str]:
    """The form of a page, as it would be sent without a change."""
    return {one.attributes["name"] or "": one.attributes.get("value") or "" for one in LexborHTMLParser(page.text).css("form.sheet input[name]")}


def typed(page: httpx.Response) -> str:
    """What stands in the field for pasted text."""
    (field,) = LexborHTMLParser(page.text).css("textarea")
    return field.text().strip()


def texts(page: httpx.Response, selector: str) -> list[str]:
    """What a person reads at these places."""
    return [re.sub(r"\s+", " ", one.text()).strip() for one in LexborHTMLParser(page.text).css(selector)]


async def test_pasted_text_is_previewed_then_published_as_it_was(site: Site) -> None:
    """Items, mentions and boilerplate are shown; nothing is published before the last step, and then what was pasted, with nothing that was found."""
    shown = await site.post("preview", {"token": await site.token(), "source": "周报", "text": TEXT.replace("\n", "\r\n")})
    assert shown.status_code == 200
    assert texts(shown, ".previewed h2") == ["昆山:将新增零碳工厂10家", "太仓:建成码头"]
    assert texts(shown, ".previewed s") == ["免责声明:本文仅供参考,不构成投资建议。"]
    assert "昆山市人民政府" in texts(shown, ".previewed mark.e-agency")
    assert texts(shown, ".warnings li") == [
        "日期未随简报给出：取 2026-02-06（据正文）",
        "条目以外文字较多：只有 64% 的文字在条目中，其余作为“其他文字”也能检索到",
    ]
    sent = fields(shown)
    assert (sent["title"], sent["published_on"], sent["source"]) == ("双碳周报", "2026-02-06", "周报")
    assert site.publisher.published == []
    answer = await site.post("publish", sent)
    ((raw, content),) = site.publisher.published
    assert content == TEXT.strip().encode()
    assert (raw.source, raw.title, raw.published_on, raw.file_name, raw.media_type) == ("周报", None, None, None, "text/plain")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/feed/done?digest_id={raw.digest_id}&revision={raw.revision}"


async def test_what_is_changed_is_said(site: Site) -> None:
    """And shown so when it is previewed again; other fields stay as they were found."""
    file = ("周报.txt", TEXT.encode("gb18030"), "text/plain")
    sent = fields(await site.post("preview", {"token": await site.token(), "source": "周报"}, file=file))
    again = fields(await site.post("preview", sent | {"title": "第6期", "source": "日报"}))
    assert (again["title"], again["found_title"], again["published_on"]) == ("第6期", "", "2026-02-06")
    await site.post("publish", again)
    ((raw, content),) = site.publisher.published
    assert content == file[1]
    assert (raw.source, raw.title, raw.published_on, raw.file_name, raw.charset) == ("日报", "第6期", None, "周报.txt", "gb18030")


async def test_what_was_fed_before_is_told(site: Site) -> None:
    """A duplicate in the preview and after publishing; a new title makes it a revision."""
    said = {"token": await site.token(), "source": "周报", "text": TEXT}
    first = await site.post("publish", said)
    shown = await site.post("preview", said)
    assert "已经送入过" in texts(shown, ".notice")[0]
    assert (await site.post("publish", fields(shown))).headers["location"] == first.headers["location"] + "&again=1"
    assert "取代" in texts(await site.post("preview", said | {"title": "第6期"}), ".notice")[0]
    assert len(site.publisher.published) == 1


@pytest.mark.parametrize(
    ("file", "status", "words"),
    [
        (("空.txt", b" \n", "text/plain"), 422, "内容是空的"),
        (None, 422, "内容是空的"),
        (("图.png", b"\x89PNG\r\n\x1a\n0", "image/png"), 415, "这种文件无法读取"),
        (("坏.txt", b"\x00\x01\x02", "text/plain"), 422, "这不是文字文件"),
        (("大.txt", b"a" * (8 * 2**20 + 1), "text/plain"), 413, "最多 8 MiB"),
        (("更大.txt", b"a" * (13 * 2**20), "text/plain"), 413, "最多 8 MiB"),
    ],
)
async def test_what_can_not_be_fed_is_told_in_chinese(site: Site, file: tuple[str, bytes, str] | None, status: int, words: str) -> None:
    """With the status of ingest's answer; nothing is published."""
    for step in ("preview", "publish"):
        page = await site.post(step, {"token": await site.token(), "source": "周报"}, file=file)
        assert (page.status_code, words in page.text) == (status, True)
    assert site.publisher.published == []


async def test_a_file_and_pasted_text_are_not_both_taken(site: Site) -> None:
    """Neither is chosen in silence: the first step comes again with the words that were pasted, in either step."""
    said = {"token": await site.token(), "source": "周报", "title": "第6期", "text": TEXT}
    for step in ("preview", "publish"):
        page = await site.post(step, said, file=("日报.txt", "另一份。".encode(), "text/plain"))
        assert (page.status_code, "只能选一种" in texts(page, ".notice")[0]) == (422, True)
        assert (fields(page)["source"], fields(page)["title"]) == ("周报", "第6期")
        assert typed(page) == TEXT.strip()
    assert site.publisher.published == []


async def test_what_was_pasted_is_kept_where_it_can_not_be_fed(site: Site) -> None:
    """The first step shows it again."""
    site.enricher.fails = Rejected("too_slow", "it took too long")
    page = await site.post("preview", {"token": await site.token(), "source": "周报", "text": TEXT})
    assert typed(page) == TEXT.strip()


async def test_what_can_be_mended_keeps_the_content(site: Site) -> None:
    """A wrong day or source is told beside the fields, and the digest goes on from there."""
    said = {"token": await site.token(), "source": "周 报", "text": TEXT, "published_on": "2月6日"}
    page = await site.post("preview", said)
    assert (page.status_code, "来源代号不对" in page.text) == (422, True)
    page = await site.post("publish", fields(page) | {"source": "周报"})
    assert (page.status_code, "日期不对" in page.text) == (422, True)
    assert (await site.post("publish", fields(page) | {"published_on": "2026-02-06"})).status_code == 303
    assert [(raw.source, str(raw.published_on)) for raw, _ in site.publisher.published] == [("周报", "2026-02-06")]


async def test_without_enrich_a_digest_can_be_published_unseen(site: Site) -> None:
    """The page says that there is no preview now, and keeps the content."""
    site.enricher.fails = Unavailable("enrich does not answer")
    page = await site.post("preview", {"token": await site.token(), "source": "周报", "text": TEXT})
    assert (page.status_code, "现在无法预览" in page.text) == (503, True)
    assert (await site.post("publish", fields(page))).status_code == 303


async def test_a_digest_that_would_be_a_dead_letter_is_not_offered(site: Site) -> None:
    """Back to the first step, with why."""
    site.enricher.fails = Rejected("crashed", "the process ended, twice")
    page = await site.post("preview", {"token": await site.token(), "source": "周报", "text": TEXT})
    assert (page.status_code, "意外退出" in page.text, fields(page)["source"]) == (422, True, "周报")
    part = await site.post("preview", {"token": await site.token(), "source": "周报", "text": TEXT}, part=True)
    assert "<form" not in part.text


async def test_kafka_away_publishes_nothing_and_keeps_the_content(site: Site) -> None:
    """The same form goes again."""
    site.publisher.away = True
    page = await site.post("publish", {"token": await site.token(), "source": "周报", "text": TEXT})
    assert (page.status_code, "没有发布。" in page.text) == (503, True)
    site.publisher.away = False
    assert (await site.post("publish", fields(page))).status_code == 303


async def test_what_is_no_digest_is_told_before_it_is_held(site: Site) -> None:
    """With what it seems to be, and how it begins; it may be published all the same."""
    page = await site.post("preview", {"token": await site.token(), "source": "周报", "text": '{"name": "昆山", "count": [1, 2, 3]}'})
    assert texts(page, ".held") == ["这看起来不是一份简报：是 JSON 数据，不是文章。仍可发布，但会先放进隔离区，经人审核后才能检索。"]
    assert texts(page, ".beside .snippet") == ['{"name": "昆山", "count": [1, 2, 3]}']
    assert "发布" in texts(page, "form button")


async def test_hostile_content_is_text(site: Site) -> None:
    """No script, no link and no handler of a digest's is one of the page's."""
    page = await site.post("preview", {"token": await site.token(), "source": "周报"}, file=("坏<b>.html", HOSTILE.encode(), "text/html"))
    tree = LexborHTMLParser(without_our_scripts(page.text))
    assert tree.css("script, svg, img, iframe, [onerror], [onload], b") == []
    assert [one.attributes.get("href") for one in tree.css("main a") if not (one.attributes.get("href") or "").startswith("/")] == []
    assert "昆山:新增工厂<script>alert(2)</script>" in texts(page, ".previewed h2")
    assert "script-src 'self'" in page.headers["content-security-policy"]


async def test_a_digest_of_very_many_items_is_shown_in_part(site: Site) -> None:
    """The page says how many are not shown."""
    text = "".join(f"{number}、标题第{number}条新闻在这里\n正文{number}的说明。\n" for number in range(1, 421))
    page = await site.post("preview", {"token": await site.token(), "source": "周报", "text": text})
    assert len(texts(page, ".previewed article")) == 400
    assert "还有 20 条没有在这里列出" in page.text


async def test_a_part_holds_no_content_again(site: Site) -> None:
    """The script has the file; what it gets is a part of a page."""
    page = await site.post("preview", {"token": await site.token(), "source": "周报", "text": TEXT}, part=True)
    assert (page.headers["x-part"], "<html" in page.text, "content" in fields(page)) == ("1", False, False)
    answer = await site.post("publish", fields(page), file=("周报.txt", TEXT.encode(), "text/plain"), part=True)
    assert answer.headers["location"].endswith("&part=1")


async def test_the_largest_digest_comes_through_every_step(site: Site) -> None:
    """Eight MiB, byte for byte; whether it was previewed makes no difference."""
    site.enricher.fails = Unavailable("enrich does not answer")
    content = "简报。\n".encode() * (8 * 2**20 // 10)
    sent = fields(await site.post("preview", {"token": await site.token(), "source": "周报"}, file=("长.txt", content, "text/plain")))
    assert (await site.post("publish", sent)).status_code == 303
    assert site.publisher.published[0][1] == content


async def test_known_sources_are_suggested_and_taken_by_their_names(site: Site) -> None:
    """Those that are on; a name that is one's alone means its id."""
    page = LexborHTMLParser((await site.client.get("/feed")).text)
    assert [(one.attributes["value"], one.text()) for one in page.css("#sources option")] == [
        ("haiyang", "海洋日报"),
        ("shuangtan-weekly", "双碳周刊"),
    ]
    await site.post("publish", {"token": await site.token(), "source": "双碳周刊", "text": TEXT})
    assert site.publisher.published[0][0].source == "shuangtan-weekly"


async def test_forms_of_others_are_refused(sites: Made) -> None:
    """Without our token, with another user's, or from another site; two tabs of one user have one token."""
    site = sites.site(keys=True, key="feeder")
    token, again = await site.token(), await site.token()
    assert token == again
    said = {"source": "周报", "text": TEXT}
    assert (await site.post("publish", said)).status_code == 403
    site.headers["Origin"] = "http://evil.example"
    assert (await site.post("publish", said | {"token": token})).status_code == 403
    site.headers = {"X-API-Key": secret("weekly")}
    assert (await site.post("publish", said | {"token": token})).status_code == 403
    site.headers = {"X-API-Key": secret("feeder")}
    assert site.publisher.published == []
    assert (await site.post("publish", said | {"token": token})).status_code == 303
    assert site.publisher.published[0][0].key_name == "feeder"


async def test_the_same_content_of_another_source_is_told(site: Site) -> None:
    """By the name of that source: published again its items would be there twice."""
    said = {"token": await site.token(), "source": "haiyang", "text": TEXT}
    await site.post("publish", said)
    page = await site.post("preview", said | {"source": "周报"})
    assert texts(page, ".notice") == ["同样的内容已作为另一份简报送入过，来源：海洋日报。再发布一份，其中的条目会重复。"]
    assert len(texts(await site.post("preview", said), ".notice")) == 1


async def test_a_file_beyond_the_limit_leaves_the_form(site: Site) -> None:
    """What was said of it stays, and another file can be chosen at once."""
    said = {"token": await site.token(), "source": "周报", "title": "第6期", "published_on": "2026-02-06"}
    page = await site.post("preview", said, file=("大.txt", b"a" * (13 * 2**20), "text/plain"))
    assert (page.status_code, "最多 8 MiB" in texts(page, ".notice")[0]) == (413, True)
    assert {name: fields(page)[name] for name in said} == said


async def test_without_ingest_nothing_is_promised(sites: Made) -> None:
    """That it could be published unseen would not be true; the content stays."""
    site = sites.site(away=True)
    page = await site.post("preview", {"token": await site.token(), "source": "周报", "text": TEXT})
    assert texts(page, ".notice.red") == ["接收服务暂时没有回应，现在既不能预览，也不能发布。内容都还在，请稍候再试。"]
    assert (page.status_code, bool(fields(page)["content"])) == (503, True)


async def test_a_mail_is_known_by_its_own_number(site: Site) -> None:
    """As `jianbao feed` knows it, so that it is found once; that its attachment stays outside is told."""
    mail = (
        "From: a@example.org\nMessage-ID: <6@example.org>\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=b\n\n"
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{TEXT}\n"
        "--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=good.pdf\n\n"
        "%PDF-1.7\n--b--\n"
    )
    file = ("m.eml", mail.encode(), "message/rfc822")
    shown = await site.post("preview", {"token": await site.token(), "source": "周报"}, file=file)
    assert "提醒：邮件的附件没有读取：good.pdf。请另行送入" in texts(shown, ".warnings li")
    await site.post("publish", fields(shown))
    assert [raw.external_id for raw, _ in site.publisher.published] == ["<6@example.org>"]


async def test_a_stale_page_loses_nothing(sites: Made) -> None:
    """Where search was started again, a form comes back as it was, and is good at the next press."""
    old, site = sites.site(), sites.site()
    sent = fields(await old.post("preview", {"token": await old.token(), "source": "周报", "text": TEXT}))
    site.client.cookies = old.client.cookies
    site.headers["Origin"] = "http://127.0.0.1:8402"
    page = await site.post("publish", sent | {"title": "第6期"})
    assert (page.status_code, "页面已过期" in texts(page, ".notice")[0]) == (403, True)
    assert site.publisher.published == []
    part = await site.post("publish", sent, part=True)
    assert part.headers["x-token"] == fields(page)["token"]
    assert (await site.post("publish", fields(page))).status_code == 303
    ((raw, content),) = site.publisher.published
    assert (raw.source, raw.title, content) == ("周报", "第6期", TEXT.strip().encode())


async def test_a_key_that_may_not_feed_is_told_so(sites: Made) -> None:
    """On the first step already, and by ingest; one that may feed some sources only where it names another."""
    site = sites.site(keys=True, key="desk")
    assert "不能送入简报" in (await site.client.get("/feed", headers=site.headers)).text
    page = await site.post("preview", {"token": await site.token(), "source": "周报", "text": TEXT})
    assert (page.status_code, "这个密钥不能送入简报" in page.text) == (403, True)
    site = sites.site(keys=True, key="weekly")
    assert "不能送入" not in (await site.client.get("/feed", headers=site.headers)).text
    page = await site.post("preview", {"token": await site.token(), "source": "日报", "text": TEXT})
    assert (page.status_code, "不能用于这个来源" in page.text) == (403, True)
    assert (await site.post("publish", fields(page) | {"source": "周报"})).status_code == 303


async def test_a_form_that_was_cut_off_is_no_form(site: Site) -> None:
    """Nothing is taken of it."""
    token = await site.token()
    body = f'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n一半'
    for content_type in ("multipart/form-data; boundary=x", "multipart/form-data", "text/plain"):
        answer = await site.client.post("/feed/publish", content=body.encode(), headers={"Content-Type": content_type})
        assert answer.status_code == 400
    assert site.publisher.published == []


async def test_where_all_places_are_taken_a_form_is_told_to_come_again() -> None:
    """After a wait, and places come back."""
    forms = form.Forms(large=1, wait_seconds=0.01)
    request = Request({"type": "http", "headers": []}, _never)
    await forms._large.acquire()
    with pytest.raises(form.Busy):
        async with forms.received(request):
            pass
    forms._large.release()
    with pytest.raises(BadRequest):
        async with forms.received(request):
            pass
    assert not forms._large.locked()


async def _never() -> dict[str, object]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def test_what_was_published_is_shown_with_its_address(site: Site) -> None:
    """Also while Elasticsearch is away; the page looks again by itself, some times."""
    page = await site.client.get("/feed/done", params={"digest_id": "0" * 32, "revision": 1})
    assert f'href="/digests/{"0" * 32}"' in page.text
    assert "look=1" in unescape(page.text)
    assert "refresh" not in (await site.client.get("/feed/done", params={"digest_id": "0" * 32, "revision": 1, "look": 30})).text
    assert (await site.client.get("/feed/done", params={"digest_id": "<script>", "revision": 1})).status_code == 422
