"""Enriched digest → documents."""

from typing import Any

import orjson
import pytest

from services.index import document, mapping
from shared.errors import Rejected
from shared.records import Entity, Item, Link, Other, Span, Topic
from shared.text.bands import bands
from shared.text.story_keys import story_key
from tests.fakes.digests import enriched, value

KUNSHAN = {"name": "昆山市", "path": ["江苏省", "苏州市", "昆山市"], "codes": ["320000", "320500", "320583"]}


def _entity(kind: str, text: str, said: Any, canonical: dict[str, Any] | None = None) -> Entity:
    return Entity.model_validate({"type": kind, "text": text, "field": "body", "start": 0, "end": len(text), "value": said, "canonical": canonical})


def _item(**fields: Any) -> Item:
    return Item.model_validate({"item_id": "i1", "ordinal": 1, "headline": "昆山:将新增(近)零碳工厂10家", "body": "2月2日…"} | fields)


def _only(item: Item) -> dict[str, Any]:
    documents = document.read(enriched(items=(item,)).to_json())
    return documents.items["i1"]


def test_item_document_is_the_item_with_its_digest() -> None:
    """Every field of a full item, as it stands in the index."""
    item = _item(
        number="5",
        title="昆山:将新增(近)零碳工厂10家",
        subject="昆山",
        section="地方动态",
        section_path=("01", "地方动态"),
        doc_type="政策",
        level="县",
        about_regions=("320583",),
        topics=(Topic(name="零碳工厂", evidence=("零碳工厂",)),),
        entities=(_entity("region", "昆山", "320583", KUNSHAN),),
        links=(Link(text="原文", url="https://example.org/1"),),
        images=("图",),
        source_line="来源:昆山市人民政府",
        printed=("5. 昆山:将新增(近)零碳工厂10家",),
        spans=(Span(start=3, end=9),),
    )
    digest = enriched(items=(item,), revision=1770339723000, build=7, title="本周双碳要闻", url="https://example.org/", external_id="2026-06")
    assert document.read(digest.to_json()).items["i1"] == {
        "item_id": "i1",
        "digest_id": digest.digest_id,
        "revision": 1770339723000,
        "build": 7,
        "source": "双碳周报",
        "digest_title": "本周双碳要闻",
        "digest_url": "https://example.org/",
        "external_id": "2026-06",
        "published_on": "2026-02-06",
        "published_on_basis": "given",
        "received_at": "2026-02-06T01:02:03Z",
        "ordinal": 1,
        "number": "5",
        "title": "昆山:将新增(近)零碳工厂10家",
        "headline": "昆山:将新增(近)零碳工厂10家",
        "subject": "昆山",
        "section": "地方动态",
        "section_path": ["01", "地方动态"],
        "body": "2月2日…",
        "doc_type": "政策",
        "level": "县",
        "about_regions": ["320000", "320500", "320583"],
        "about_region_names": ["江苏省", "苏州市", "昆山市", "昆山"],
        "about_region_labels": ["320583|江苏省/苏州市/昆山市"],
        "topics": ["零碳工厂"],
        "regions": ["320000", "320500", "320583"],
        "region_names": ["江苏省", "苏州市", "昆山市", "昆山"],
        "region_labels": ["320583|江苏省/苏州市/昆山市"],
        "entities": [
            {
                "type": "region",
                "text": "昆山",
                "field": "body",
                "start": 0,
                "end": 2,
                "value": "320583",
                "canonical": KUNSHAN,
                "inferred": False,
                "rule": "",
                "confidence": 1.0,
            }
        ],
        "links": [{"text": "原文", "url": "https://example.org/1"}],
        "images": ["图"],
        "source_line": "来源:昆山市人民政府",
        "spans": [{"start": 3, "end": 9}],
        "printed": ["5. 昆山:将新增(近)零碳工厂10家"],
        "region_tree": ["320000|江苏省", "320500|江苏省/苏州市", "320583|江苏省/苏州市/昆山市"],
        "about_region_tree": ["320000|江苏省", "320500|江苏省/苏州市", "320583|江苏省/苏州市/昆山市"],
        "targets": [],
        "title_keys": [
            "kunshanjiangxinzengjinlingtangongchang10",
            "ksjxzjltgc10j",
            "jiangxinzengjinlingtangongchang10jia",
            "jxzjltgc10j",
        ],
        "bands": bands("昆山:将新增(近)零碳工厂10家", "2月2日…"),
        "story_key": story_key("昆山:将新增(近)零碳工厂10家", "2月2日…"),
        "lead": "2月2日…",
        "words": "",
    }


def test_the_manifest_says_who_published_which_issue() -> None:
    """As the digest itself says."""
    manifest = document.read(enriched(publisher="某号", issue_number="第6期", media_type="application/pdf").to_json()).manifest
    assert (manifest["publisher"], manifest["issue_number"], manifest["media_type"]) == ("某号", "第6期", "application/pdf")


def test_the_manifest_says_who_fed_it() -> None:
    """By the name of the API key; in older records nobody is named. Items do not say it."""
    read = document.read(enriched("昆山:甲", key_name="weekly").to_json())
    assert read.manifest["key_name"] == "weekly"
    assert all("key_name" not in item for item in read.items.values())
    older = orjson.loads(enriched().to_json())
    del older["key_name"]
    assert document.documents(older).manifest["key_name"] is None


def test_the_manifest_holds_the_text_that_no_item_has() -> None:
    """With its kind and place; nothing of it where the digest is withdrawn, or in records from before it was told."""
    others = (Other(kind="contents", text="目录\n昆山:将新增", start=0, end=9), Other(kind="rest", text="不知何物", start=40, end=44, after=2))
    manifest = document.read(enriched(others=others, share=0.75).to_json()).manifest
    assert manifest["share"] == 0.75
    assert manifest["others"] == [
        {"kind": "contents", "text": "目录\n昆山:将新增", "start": 0, "after": 0},
        {"kind": "rest", "text": "不知何物", "start": 40, "after": 2},
    ]
    older = orjson.loads(enriched().to_json())
    del older["others"], older["share"]
    assert [document.documents(older).manifest[name] for name in ("others", "share")] == [[], None]
    assert document.read(enriched(others=others, withdrawn=True).to_json()).manifest["others"] == []


KEYWORDS: list[tuple[Entity, dict[str, list[str]]]] = [
    (_entity("agency", "发改委", "发改委", {"name": "国家发展和改革委员会"}), {"agencies": ["国家发展和改革委员会"]}),
    (_entity("agency", "昆山市人民政府", "昆山市人民政府"), {"agencies": ["昆山市人民政府"]}),
    (_entity("company", "炘隆", "炘隆", {"name": "江苏炘隆科技有限公司"}), {"companies": ["江苏炘隆科技有限公司"]}),
    (_entity("document", "《甘肃省零碳园区建设方案》", "甘肃省零碳园区建设方案"), {"documents": ["甘肃省零碳园区建设方案"]}),
    (_entity("document_no", "发改环资〔2026〕1号", "发改环资〔2026〕1号"), {"document_nos": ["发改环资〔2026〕1号"]}),
    (_entity("standard", "GB/T 32151.1", "GB/T 32151.1"), {"standards": ["GB/T 32151.1"]}),
    (_entity("scheme", "SBTi", "SBTi", {"name": "科学碳目标倡议"}), {"schemes": ["科学碳目标倡议"]}),
    (_entity("person", "张三", "张三"), {"persons": ["张三"]}),
    (_entity("region", "昆山", "320583"), {"regions": ["320583"], "region_names": ["昆山"]}),
    (_entity("region", "高新区", None), {"region_names": ["高新区"], "regions": []}),
    (_entity("region_group", "长三角", "长三角"), {"region_names": ["长三角"]}),
    (_entity("agency", "该委", None), {"agencies": []}),
    (_entity("date", "2月2日", "2026-02-02"), {}),
    (_entity("quantity", "10家", {"indicator": "零碳工厂", "op": "=", "number": 10, "unit": "家"}), {}),
]


@pytest.mark.parametrize(("entity", "expected"), KEYWORDS, ids=lambda value: value.text if isinstance(value, Entity) else "")
def test_entity_becomes_keywords(entity: Entity, expected: dict[str, list[str]]) -> None:
    """The canonical name where there is one, else the value; nothing where nothing is resolved."""
    fields = {"regions", "region_names", "region_labels", "agencies", "companies", "documents", "document_nos", "standards", "schemes", "persons"}
    found = _only(_item(entities=(entity,)))
    assert {name: found[name] for name in fields if name in found} == expected


def test_each_keyword_once_in_the_order_of_the_text() -> None:
    """A region mentioned twice, and its neighbour, count once each."""
    suzhou = {"name": "苏州市", "path": ["江苏省", "苏州市"], "codes": ["320000", "320500"]}
    entities = (
        _entity("region", "昆山", "320583", KUNSHAN),
        _entity("region", "苏州市", "320500", suzhou),
        _entity("region", "昆山", "320583", KUNSHAN),
    )
    found = _only(_item(entities=entities))
    assert found["regions"] == ["320000", "320500", "320583"]
    assert found["region_labels"] == ["320583|江苏省/苏州市/昆山市", "320500|江苏省/苏州市"]


def test_mapping_knows_every_field() -> None:
    """Nothing that is written can be refused for its name."""
    digest = enriched(items=(_item(entities=tuple(entity for entity, _ in KEYWORDS)),))
    documents = document.read(digest.to_json())
    assert set(documents.items["i1"]) <= set(mapping.ITEM_PROPERTIES)
    assert set(documents.manifest) | {"to_delete", "refused", "revisions"} == set(mapping.MANIFEST_PROPERTIES)


def test_an_item_without_a_body_keeps_what_stands_beside_it() -> None:
    """Two headlines on each side at most, cut where they are long; an item with a body has none."""
    digest = enriched("甲", "乙" * 100, "丙", "丁", "戊")
    empty = [item.model_copy(update={"body": "\n" if at in (0, 2) else item.body}) for at, item in enumerate(digest.items)]
    items = list(document.read(digest.model_copy(update={"items": tuple(empty)}).to_json()).items.values())
    assert [item.get("context") for item in items] == [
        {"before": [], "after": ["乙" * 60, "丙"]},
        None,
        {"before": ["甲", "乙" * 60], "after": ["丁", "戊"]},
        None,
        None,
    ]


def test_an_item_without_a_body_may_have_nothing_beside_it() -> None:
    """So there is nothing to show."""
    digest = enriched("甲")
    (item,) = digest.items
    (found,) = document.read(digest.model_copy(update={"items": (item.model_copy(update={"body": ""}),)}).to_json()).items.values()
    assert "context" not in found


def test_what_stands_beside_is_of_the_same_item() -> None:
    """Also where an id comes twice, of which the last stays."""
    digest = enriched("甲", "乙", "丙", "丁")
    first, second, third, fourth = digest.items
    twice = (first, first, second, third.model_copy(update={"body": ""}), fourth)
    found = document.read(digest.model_copy(update={"items": twice}).to_json()).items
    assert {item["headline"]: item.get("context") for item in found.values()} == {
        "甲": None,
        "乙": None,
        "丙": {"before": ["甲", "乙"], "after": ["丁"]},
        "丁": None,
    }


def test_manifest_names_the_items_in_order() -> None:
    """The manifest's facts of a digest with two items."""
    digest = enriched("昆山:甲", "常州:乙", revision=5, build=3, sections=("地方动态",), confidence=0.5)
    documents = document.read(digest.to_json())
    assert documents.version == 5 * 2**20 + 3
    manifest = documents.manifest
    assert manifest["item_ids"] == [item.item_id for item in digest.items] == list(documents.items)
    assert (manifest["version"], manifest["item_count"], manifest["withdrawn"]) == (documents.version, 2, False)
    assert (manifest["sections"], manifest["confidence"], manifest["media_type"]) == (["地方动态"], 0.5, "text/plain")


def test_withdrawn_digest_has_no_items() -> None:
    """Even if its record carried some."""
    documents = document.read(enriched("昆山:甲", withdrawn=True).to_json())
    assert (documents.items, documents.withdrawn) == ({}, True)
    assert (documents.manifest["item_ids"], documents.manifest["withdrawn"]) == ([], True)


def test_a_digest_in_quarantine_has_no_items() -> None:
    """Its manifest says why it is held, and shows its first lines; a newer enricher's facts are left out, and its items too."""
    quarantine = {"code": "log", "message": "its lines are records of a log", "figures": {"logged": 1.0}, "beginning": "08:00:01 INFO"}
    told = orjson.loads(enriched("昆山:甲").to_json()) | {"quarantine": quarantine | {"newer": 1}}
    documents = document.documents(told)
    assert (documents.items, documents.withdrawn) == ({}, False)
    assert documents.manifest["quarantine"] == quarantine
    assert (documents.manifest["item_ids"], documents.manifest["item_count"], documents.manifest["others"]) == ([], 0, [])
    assert documents.gone == "its digest is held in quarantine"
    taken_back = document.documents(told | {"withdrawn": True})
    assert (taken_back.manifest["quarantine"], taken_back.gone) == (None, "its digest was withdrawn")
    assert document.read(enriched("昆山:甲").to_json()).gone is None


def test_newer_fields_are_left_out() -> None:
    """A field of a newer enricher, on the digest and on an item, does not reach the strict mapping."""
    record = orjson.loads(enriched("昆山:甲").to_json())
    record["mood"] = "good"
    record["items"][0]["mood"] = "good"
    documents = document.documents(record)
    assert "mood" not in documents.manifest
    assert all("mood" not in item for item in documents.items.values())


def test_missing_optional_fields_are_fine() -> None:
    """An older enricher's record with only what every record has."""
    record = {"digest_id": "0" * 32, "source": "s", "revision": 1, "build": 1, "received_at": "2026-02-06T01:02:03Z"}
    record["items"] = [{"item_id": "i1", "ordinal": 1, "headline": "甲", "body": "乙"}]
    assert list(document.documents(record).items) == ["i1"]


REFUSED: list[tuple[bytes | None, str, str]] = [
    (None, "undecodable", "not JSON"),
    (b"", "undecodable", "not JSON"),
    (b"\xff\xfe", "undecodable", "not JSON"),
    (b"{", "undecodable", "not JSON"),
    (b"[]", "unknown_form", "not an object"),
    (b"{}", "unknown_form", "digest_id is missing"),
    (value(enriched(), digest_id="x"), "unknown_form", "digest_id is not 32 hex digits"),
    (value(enriched(), revision="1"), "unknown_form", "revision is not a whole number"),
    (value(enriched(), revision=True), "unknown_form", "revision is not a whole number"),
    (value(enriched(), revision=2**50), "unknown_form", "revision 1125899906842624 is not a time"),
    (value(enriched(), build=-1), "unknown_form", "build -1 is not in"),
    (value(enriched(), source=None), "unknown_form", "source is not a string"),
    (value(enriched(), items=[1]), "unknown_form", "not an EnrichedDigest"),
    (value(enriched(), items=5), "unknown_form", "not an EnrichedDigest"),
    (value(enriched(), items=[{"item_id": "i"}]), "unknown_form", "is missing"),
    (value(enriched(), items=[{"item_id": 5}]), "unknown_form", "item_id is not a string"),
    (
        value(enriched(), items=[{"item_id": "i", "ordinal": 1, "headline": "a", "body": "b", "entities": ["x"]}]),
        "unknown_form",
        "not an EnrichedDigest",
    ),
    (value(enriched(), items=[{"item_id": "i", "ordinal": 1, "headline": "a", "body": "b", "topics": [{}]}]), "unknown_form", "name is missing"),
]


@pytest.mark.parametrize(("data", "kind", "message"), REFUSED)
def test_unknown_form_is_rejected(data: bytes | None, kind: str, message: str) -> None:
    """What is no enriched digest is rejected in plain words, never with another error."""
    with pytest.raises(Rejected, match=message) as caught:
        document.read(data)
    assert caught.value.kind == kind


def test_a_guess_from_the_receipt_is_no_day_of_publication() -> None:
    """Builds before 6 wrote one; its basis still says that nobody knows the day."""
    found = document.read(enriched("昆山:甲", published_on="2026-02-06", published_on_basis="received_at").to_json())
    for one in (found.manifest, *found.items.values()):
        assert (one["published_on"], one["published_on_basis"]) == (None, "received_at")


def test_a_region_that_the_item_does_not_mention_is_named_by_its_code() -> None:
    """As where it is the source's; a code that no table has stands by itself."""
    found = _only(_item(title="新增零碳工厂10家", about_regions=("320500", "999999")))
    assert {name: value for name, value in found.items() if name.startswith("about_region")} == {
        "about_regions": ["320000", "320500", "999999"],
        "about_region_names": ["江苏省", "苏州市"],
        "about_region_labels": ["320500|江苏省/苏州市"],
        "about_region_tree": ["320000|江苏省", "320500|江苏省/苏州市"],
    }
    assert "regions" not in found
