"""Items and other text as they follow each other in a digest."""

from datetime import UTC, datetime

from shared.preview.answer import in_order
from shared.records import EnrichedDigest, Item, Other

NOW = datetime(2026, 2, 6, tzinfo=UTC)


def test_other_text_stands_where_it_stood() -> None:
    """Before the first item, behind its own, and behind all where its item is not there."""
    items = tuple(Item(item_id=str(n), ordinal=n, headline=f"第{n}条", body="") for n in (1, 2))
    others = tuple(Other(kind="rest", text=text, after=after) for text, after in (("头", 0), ("目录", 0), ("广告", 1), ("尾", 2), ("外", 9)))
    digest = EnrichedDigest(
        digest_id="0" * 32, source="a", media_type="text/plain", revision=1, build=1, received_at=NOW, enriched_at=NOW, items=items, others=others
    )
    told = [piece.item.headline if piece.item else piece.other and piece.other.text for piece in in_order(digest)]
    assert told == ["头", "目录", "第1条", "广告", "第2条", "尾", "外"]
