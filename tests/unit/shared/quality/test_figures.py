"""What a digest looks like, as its manifest keeps it."""

from services.index import document
from shared.quality import figures
from shared.quality.figures import Figures
from shared.records import Item
from tests.fakes.digests import enriched


def item(number: int, **said: object) -> Item:
    """An item of a digest."""
    return Item.model_validate({"item_id": f"i{number}", "ordinal": number, "headline": "甲", "title": "甲乙", "body": "丙丁"} | said)


def test_figures_go_through_the_manifest() -> None:
    """Counts of the whole digest there, an item's share when they are read."""
    items = (
        item(1, doc_type="政策"),
        item(2, title=None, body="丙" * 40, doc_type="未分类"),
        item(3),
        item(4, doc_type="标准"),
    )
    digest = enriched(items=items, contents=("甲", "乙"), share=0.75, confidence=0.9, build=7, knowledge=2)
    manifest = document.read(digest.to_json()).manifest
    assert manifest["looks"] == {
        "contents": 2,
        "entities": 0,
        "unclassified": 2,
        "untitled": 1,
        "longest": 40,
    }
    assert figures.read(manifest) == Figures(digest.digest_id, 4, 0.75, 0.9, 2, 0.0, 0.5, 0.25, 40, (7, 2))


def test_manifests_of_older_indexers_say_less() -> None:
    """Nothing is made up for them."""
    manifest = document.read(enriched("甲", share=0.8).to_json()).manifest
    del manifest["looks"]
    found = figures.read(manifest)
    assert (found.items, found.share) == (1, 0.8)
    assert (found.contents, found.entities, found.untitled, found.longest) == (None, None, None, None)


def test_a_digest_without_items_has_no_figure_of_an_item() -> None:
    """And one that was withdrawn has none at all."""
    found = figures.read(document.read(enriched(items=()).to_json()).manifest)
    assert (found.items, found.entities, found.longest) == (0, None, 0)
    assert document.read(enriched("甲", withdrawn=True).to_json()).manifest["looks"] is None
