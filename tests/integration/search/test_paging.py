"""Cursors on a real Elasticsearch: every hit once, whatever happens to the index meanwhile."""

from typing import Any

import pytest

from services.search.answer import cursor as cursors
from services.search.query.request import SearchRequest
from shared import index_names as names
from tests.integration.search.conftest import Site
from tests.search_corpus import digest, fill

pytestmark = pytest.mark.connected


async def pages(site: Site, **parameters: Any) -> list[list[str]]:
    """Item ids of all pages."""
    result, cursor = [], None
    while True:
        answer = await site.get("/api/search", **parameters, **({"cursor": cursor} if cursor else {}))
        result.append([hit["item_id"] for hit in answer["hits"]])
        assert answer["page"] == len(result)
        cursor = answer["next"]
        if cursor is None:
            return result


@pytest.mark.parametrize("parameters", [{"q": "碳"}, {"q": "碳", "sort": "date"}, {}])
async def test_pages_hold_every_hit_once(site: Site, parameters: dict[str, str]) -> None:
    """In pieces as in one."""
    whole = (await pages(site, **parameters, size=100))[0]
    pieces = await pages(site, **parameters, size=2)
    assert [one for page in pieces for one in page] == whole
    assert len(set(whole)) == len(whole) > 4


async def test_pages_stay_while_the_index_changes(own_site: Site) -> None:
    """What comes in, changes or goes after the first page makes none repeat or vanish."""
    stories = [(f"碳新闻{number}", "动态", "正文") for number in range(5)]
    await fill(own_site.elastic, own_site.namespace, digest(stories))
    first = await own_site.get("/api/search", q="碳新闻", size=2)
    await fill(own_site.elastic, own_site.namespace, digest([(f"碳新闻{number}", "动态", "正文") for number in range(100, 120)], name="later"))
    await own_site.elastic.delete(
        index=names.alias(own_site.namespace, "items"), id=(await own_site.get("/api/search", q="碳新闻3"))["hits"][0]["item_id"], refresh=True
    )
    seen = [hit["title"] for hit in first["hits"]]
    cursor = first["next"]
    while cursor:
        answer = await own_site.get("/api/search", q="碳新闻", size=2, cursor=cursor)
        seen += [hit["title"] for hit in answer["hits"]]
        cursor = answer["next"]
    assert sorted(title or "" for title in seen) == [title for title, _, _ in stories]


async def test_a_cursor_of_another_search_is_refused(site: Site) -> None:
    """400 with what to do."""
    cursor = (await site.get("/api/search", q="碳", size=1))["next"]
    error = (await site.get("/api/search", 400, q="氢", size=1, cursor=cursor))["error"]
    assert (error["code"], error["status"]) == ("bad_cursor", 400)


@pytest.mark.parametrize("cursor", ["x", "AAAA", "不是", "=" * 50, "A" * 300])
async def test_a_made_up_cursor_is_refused(site: Site, cursor: str) -> None:
    """400, whatever it is."""
    assert (await site.get("/api/search", 400, cursor=cursor))["error"]["code"] == "bad_cursor"


async def test_an_expired_cursor_is_gone(site: Site) -> None:
    """410, and the page says so in Chinese."""
    first = await site.get("/api/search", q="碳", size=1)
    assert first["next"]
    answer = await site.get("/api/search", q="碳", size=1, cursor=first["next"])
    # What time does, done at once.
    key = cursors.signing_key(site.namespace, ())
    fingerprint = SearchRequest.model_validate({"q": "碳", "size": 1}).fingerprint
    await site.elastic.close_point_in_time(id=cursors.read(answer["next"], key=key, fingerprint=fingerprint).pit_id)
    assert (await site.get("/api/search", 410, q="碳", size=1, cursor=answer["next"]))["error"]["code"] == "cursor_expired"
    page = await site.client.get("/search", params={"q": "碳", "size": 1, "fold": "false", "cursor": answer["next"]})
    assert page.status_code == 410
    assert "已经过期" in page.text


async def test_single_pages_leave_one_point_in_time_at_most(own_site: Site) -> None:
    """A search whose hits fit on the page frees what it held, but for the last one, which the next search may use."""
    await fill(own_site.elastic, own_site.namespace, digest([("碳", "动态", "正文")]))

    async def open_contexts() -> int:
        stats = await own_site.elastic.indices.stats(index=names.alias(own_site.namespace, "items"), metric="search")
        return int(stats["_all"]["total"]["search"]["open_contexts"])

    before = await open_contexts()
    for _ in range(5):
        await own_site.get("/api/search", q="碳")
    assert await open_contexts() <= before + 1


async def test_a_long_digest_comes_in_pages(own_site: Site) -> None:
    """A hundred items each or as many as asked for, in order, none twice; the last page is the last."""
    headlines = [f"第{number}条快讯" for number in range(1, 251)]
    made = digest([(headline, "要闻" if at < 150 else "地方", "") for at, headline in enumerate(headlines)])
    await fill(own_site.elastic, own_site.namespace, made)
    path = f"/api/digests/{made.digest_id}"
    for size, count in ((100, 3), (40, 7), (500, 1)):
        answers = [await own_site.get(path, page=page, size=size) for page in range(1, count + 1)]
        assert [item["title"] for answer in answers for item in answer["items"]] == headlines
        assert {(answer["pages"], answer["item_count"], answer["missing_items"]) for answer in answers} == {(count, 250, 0)}
        assert (await own_site.get(path, 404, page=count + 1, size=size))["error"]["code"] == "not_found"
    assert len((await own_site.get(path))["items"]) == 100
    for wrong in ({"page": 0}, {"size": 0}, {"size": 501}, {"page": "x"}):
        assert (await own_site.get(path, 422, **wrong))["error"]["code"] == "invalid_parameter"


async def test_an_item_leads_to_its_page_of_the_digest(own_site: Site) -> None:
    """From its own page and from the list of hits; what was searched for stays in the links between pages."""
    made = digest([(f"第{number}条快讯", "要闻", "") for number in range(1, 202)])
    await fill(own_site.elastic, own_site.namespace, made)
    for number, where in ((100, ""), (101, "?page=2"), (201, "?page=3")):
        (hit,) = (await own_site.get("/api/search", q=f'"第{number}条快讯"'))["hits"]
        assert f'href="/digests/{made.digest_id}{where}"' in (await own_site.client.get(f"/items/{hit['item_id']}")).text
        assert f'href="/digests/{made.digest_id}{where}"' in (await own_site.client.get("/search", params={"q": f'"第{number}条快讯"'})).text
    second = (await own_site.client.get(f"/digests/{made.digest_id}", params={"page": 2, "q": "声明"})).text
    assert "第101条快讯" in second
    assert "第100条快讯" not in second
    assert "201 条，第 2 页，共 3 页" in second
    assert 'rel="next" href="/digests/' in second
    assert "page=3&amp;q=%E5%A3%B0%E6%98%8E" in second
    beyond = (await own_site.client.get(f"/digests/{made.digest_id}", params={"page": 4})).text
    assert "201 条，第 3 页，共 3 页" in beyond
