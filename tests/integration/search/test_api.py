"""Items, digests, states, pages and errors on a real Elasticsearch."""

import hashlib
import re
from datetime import UTC, datetime

import pytest

from shared.dead_letters import letter
from shared.dead_letters.headers import Failure, SourceRecord, to_headers
from tests.engines import RunningEngines
from tests.integration.search.conftest import Site, serving
from tests.pages import without_our_scripts
from tests.search_corpus import HOSTILE, WITHDRAWN, digest, fill, sample

pytestmark = pytest.mark.connected

SAMPLE = sample()
NOBODY = "0" * 32


async def test_an_item_whole(site: Site) -> None:
    """Everything of it, with its neighbours."""
    item = SAMPLE.items[4]
    found = await site.get(f"/api/items/{item.item_id}")
    assert found["title"] == "昆山:将新增(近)零碳工厂10家"
    assert found["body"] == item.body
    assert found["previous"]["headline"] == "昆山:推动零碳园区、工厂建设"
    assert found["next"]["headline"].startswith("乐山:")
    assert found["regions"] == [{"code": "320583", "path": ["江苏省", "苏州市", "昆山市"]}]
    for entity in found["entities"]:
        assert found[entity["field"]][entity["start"] : entity["end"]] == entity["text"]


async def test_a_digest_with_its_items_in_order(site: Site) -> None:
    """As in the digest."""
    found = await site.get(f"/api/digests/{SAMPLE.digest_id}")
    assert [item["title"] for item in found["items"]] == [item.title for item in SAMPLE.items]
    assert found["missing_items"] == 0
    assert (await site.get(f"/api/digests/{HOSTILE.digest_id}"))["warnings"] == [
        {"kind": "contents_missing", "message": "目录第 3 条没有正文<script>"}
    ]


async def test_a_withdrawn_digest(site: Site) -> None:
    """It is known as such, without items."""
    found = await site.get(f"/api/digests/{WITHDRAWN.digest_id}")
    assert (found["withdrawn"], found["items"]) == (True, [])
    assert "已撤回" in (await site.client.get(f"/digests/{WITHDRAWN.digest_id}")).text


@pytest.mark.parametrize(
    ("identity", "revision", "state"),
    [
        (SAMPLE.digest_id, SAMPLE.revision, "searchable"),
        (SAMPLE.digest_id, None, "searchable"),
        (SAMPLE.digest_id, SAMPLE.revision - 1, "superseded"),
        (SAMPLE.digest_id, SAMPLE.revision + 1, "waiting"),
        (WITHDRAWN.digest_id, WITHDRAWN.revision, "withdrawn"),
        (NOBODY, 1, "waiting"),
    ],
)
async def test_states(site: Site, identity: str, revision: int | None, state: str) -> None:
    """What became of a revision; 200 also where nothing is known."""
    asked = {} if revision is None else {"revision": revision}
    assert (await site.get(f"/api/digests/{identity}/status", **asked))["state"] == state


async def test_searchable_means_that_a_search_finds_it(own_site: Site) -> None:
    """A manifest without its items is still waiting."""
    made = digest([("碳", "动态", "正文"), ("氢", "动态", "正文")])
    await fill(own_site.elastic, own_site.namespace, made)
    await own_site.elastic.delete(index=f"{own_site.namespace}-items", id=made.items[0].item_id, refresh=True)
    found = await own_site.get(f"/api/digests/{made.digest_id}/status", revision=made.revision)
    assert (found["state"], found["message"]) == ("waiting", "being indexed: 1 of 2 items are found so far")


async def test_dead(site: Site) -> None:
    """From the dead topic, with the reason, for that revision alone."""
    now = datetime(2026, 2, 6, tzinfo=UTC)
    record = SourceRecord("digests.enriched.v1", 0, 5, NOBODY.encode(), b'{"revision": 7}')
    headers = to_headers(record, Failure("index", "unknown_form", "not an EnrichedDigest", 1, now, now, "1"))
    site.kafka.register.add(letter.read(SourceRecord("digests.dead.v1", 0, 0, record.key, record.value, tuple(headers)), now))
    found = await site.get(f"/api/digests/{NOBODY}/status", revision=7)
    assert found["state"] == "dead"
    assert "unknown_form" in found["message"]
    assert (await site.get(f"/api/digests/{NOBODY}/status", revision=8))["state"] == "waiting"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/search?size=0", 422, "invalid_parameter"),
        ("/api/search?size=101", 422, "invalid_parameter"),
        ("/api/search?size=ten", 422, "invalid_parameter"),
        ("/api/search?sort=best", 422, "invalid_parameter"),
        ("/api/search?date_from=2026-02-30", 422, "invalid_parameter"),
        ("/api/search?date_from=20260201", 422, "invalid_parameter"),
        ("/api/search?date_from=2026-02-02&date_to=2026-02-01", 422, "invalid_parameter"),
        ("/api/search?regoin=1", 422, "invalid_parameter"),
        ("/api/search?q=" + "a" * 2001, 422, "invalid_parameter"),
        ("/api/items/x", 422, "invalid_parameter"),
        (f"/api/items/{NOBODY}", 404, "not_found"),
        (f"/api/digests/{NOBODY}", 404, "not_found"),
        (f"/api/digests/{NOBODY}/status?revision=-1", 422, "invalid_parameter"),
        (f"/api/digests/{NOBODY}/status?revision=99999999999999999999", 422, "invalid_parameter"),
        ("/api/nothing", 404, "not_found"),
    ],
)
async def test_errors_have_one_shape(site: Site, path: str, status: int, code: str) -> None:
    """Never a 500, always code, message and status."""
    answer = await site.client.get(path)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert (error["code"], error["status"], set(error)) == (code, status, {"code", "message", "status"})
    assert error["message"]


ODD = ["*", "?", "(", "AND OR", '"', "“", "\\", "title:", "\x00", "👩\u200d👧", "e\u0301", "\u0301", "，", "𠮷", "a" * 2000, '"' * 99]


@pytest.mark.parametrize("q", ODD)
async def test_whatever_is_typed_has_an_answer(site: Site, q: str) -> None:
    """Hits, or what is wrong with it and where."""
    answer = await site.client.get("/api/search", params={"q": q})
    if answer.status_code != 200:
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (400, "bad_query")
        assert 0 <= error["position"] <= error["position"] + error["length"] <= max(len(q), 1)
        assert error["chinese"]


@pytest.mark.parametrize(
    "path",
    [
        "/search",
        "/search?q=零碳&region=320000&sort=date",
        "/search?q=&size=&date_from=&utm_source=mail",
        "/search?q=没有的词",
        "/pipeline",
        "/docs",
        "/openapi.json",
    ],
)
async def test_pages_answer_under_a_strict_policy(site: Site, path: str) -> None:
    """200, without script but our own file, style within the page or anything from elsewhere."""
    answer = await site.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if path != "/openapi.json":
        for forbidden in ("<script", "<style", " style=", "javascript:", ' onerror="', ' onclick="', 'src="http', 'href="//'):
            assert forbidden not in without_our_scripts(answer.text)


async def test_hostile_digests_are_shown_as_text(site: Site) -> None:
    """On every page that shows them."""
    item = HOSTILE.items[0]
    for path in (f"/items/{item.item_id}", f"/digests/{HOSTILE.digest_id}", "/search?source=hostile", "/search?q=alert"):
        page = without_our_scripts((await site.client.get(path)).text)
        assert "<script" not in page
        assert "<img" not in page
        assert "javascript:" not in page
        assert "&lt;script&gt;" in page


async def test_static_files_may_be_kept(site: Site) -> None:
    """The style comes from here: for good under the address that names its content, asked for again under any other."""
    page = (await site.client.get("/search")).text
    (address,) = re.findall(r'"(/static/css/base\.css\?v=\w+)"', page)
    assert (await site.client.get(address)).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    answer = await site.client.get("/static/css/base.css?v=0")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    assert (await site.client.get("/static/../pages.py")).status_code == 404


async def test_elasticsearch_away(unused_tcp_port: int) -> None:
    """503 in plain words, as JSON and as a page; the pipeline page still answers."""
    async with serving(f"http://127.0.0.1:{unused_tcp_port}", "away") as site:
        error = (await site.get("/api/search", 503))["error"]
        assert error["code"] == "elasticsearch_away"
        assert "can't be reached" in error["message"]
        page = await site.client.get("/search")
        assert page.status_code == 503
        assert page.headers["Retry-After"] == "5"
        assert "检索引擎暂时没有回应" in page.text
        assert (await site.client.get("/pipeline")).status_code == 200
        assert (await site.client.get("/readyz")).status_code == 503


async def test_no_index_yet(engines: RunningEngines) -> None:
    """503 that says who makes it."""
    async with serving(engines.elasticsearch_url, "never-made") as site:
        assert "start the index service" in (await site.get("/api/search", 503))["error"]["message"]
        for path in (f"/api/items/{NOBODY}", f"/api/digests/{NOBODY}", f"/api/digests/{NOBODY}/status"):
            assert (await site.get(path, 503))["error"]["code"] == "elasticsearch_away"


async def test_keys(engines: RunningEngines, corpus: str) -> None:
    """With a hash configured nothing but probes and style is reached without the key."""
    key = "字-key"
    async with serving(engines.elasticsearch_url, corpus, host="0.0.0.0", api_keys=(hashlib.sha256(b"secret").hexdigest(),)) as site:
        assert (await site.get("/api/search", 401))["error"]["code"] == "key_needed"
        assert (await site.client.get("/search")).headers["WWW-Authenticate"].startswith("Basic")
        assert (await site.client.get("/static/css/base.css")).status_code == 200
        assert (await site.client.get("/metrics")).status_code == 401
        for headers in ({"Authorization": "Bearer secret"}, {"X-API-Key": "secret"}):
            assert (await site.client.get("/api/search", headers=headers)).status_code == 200
        assert (await site.client.get("/search", auth=("anybody", "secret"))).status_code == 200
        assert (await site.client.get("/search", auth=("anybody", key))).status_code == 401


async def test_openapi_has_examples(site: Site) -> None:
    """Every route says what it answers, with an example of each field that has one."""
    spec = await site.get("/openapi.json")
    digest, dead = "/api/digests/{digest_id}", "/api/dead"
    letter = f"{dead}/{{partition}}/{{offset}}"
    assert set(spec["paths"]) == {
        *("/api/search", "/api/facets", "/api/facets/{name}", "/api/suggest", "/api/suggest/mend", "/api/synonyms"),
        *("/api/items/{item_id}", "/api/items/{item_id}/similar", "/api/documents/trail", "/api/pipeline"),
        *("/api/digests", digest, f"{digest}/status", f"{digest}/revisions", f"{digest}/diff", f"{digest}/original"),
        *("/api/sources", "/api/sources/{source}", "/api/quarantine", "/api/audit"),
        *("/api/health/report", "/api/health/history", "/api/health/conservation", "/api/journey", "/api/today"),
        *("/api/failures", "/api/failures/export", f"{dead}/runs/{{run}}"),
        *(dead, letter, f"{letter}/original", f"{dead}/retry", f"{dead}/discard", f"{dead}/export"),
    }
    page = (await site.client.get("/docs")).text
    for path in spec["paths"]:
        assert path in page
    assert "昆山:将新增(近)" in page
