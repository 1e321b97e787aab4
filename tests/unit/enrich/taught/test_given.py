"""Right items as gold sets have them, as `jianbao parse` prints them, and what is wrong with others."""

import json

import pytest

from services.enrich.taught.given import right_items
from shared.errors import Rejected
from shared.sources import RightItem

GOLD = {
    "file": "a.md",
    "items": [{"title": "某厂投产", "section": "要闻", "starts": "今日", "ends": "开工。"}, {"title": None, "starts": "快讯", "ends": "完。"}],
}
LINES = (
    '{"ordinal":1,"title":"某厂投产","section":"要闻","section_path":["要闻"],"body":"今日 举行仪式。\\n正式开工。","entities":[]}\n'
    '\n{"ordinal":2,"title":null,"section":null,"body":"快讯一则完。"}\n'
)


def test_gold_and_printed_items_are_taken() -> None:
    """Of whole texts the ends are worked out; fields that are not asked for are passed over."""
    assert right_items(json.dumps(GOLD).encode()) == (
        RightItem(title="某厂投产", section="要闻", starts="今日", ends="开工。"),
        RightItem(starts="快讯", ends="完。"),
    )
    assert right_items(LINES.encode()) == (
        RightItem(
            title="某厂投产", section="要闻", starts="今日举行仪式。正式开工。", ends="今日举行仪式。正式开工。", body="今日 举行仪式。\n正式开工。"
        ),
        RightItem(starts="快讯一则完。", ends="快讯一则完。", body="快讯一则完。"),
    )


def test_a_list_and_a_single_item_are_taken() -> None:
    """As a person may write them."""
    items = right_items(json.dumps(GOLD["items"]).encode())
    assert items == right_items(json.dumps(GOLD).encode())
    assert right_items(b'{"title":"A"}') == (RightItem(title="A"),)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"title":"A"}\n{"title":', "line 2 is no JSON"),
        (b"[]", "no items in it"),
        (b"[5]", "item 1 is no JSON object"),
        (b'[{"title":"A"},{"title":5}]', "item 2: title is no text"),
        ('[{"title":" ","body":"　"}]'.encode(), "item 1 has neither a title nor a text"),
        (b"\xff", "line 1 is no JSON"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, words: str) -> None:
    """Which item, and how."""
    with pytest.raises(Rejected, match=words):
        right_items(data)
