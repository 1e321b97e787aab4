"""How much of right items' text is in none of ours, on a digest whose items we say."""

import json
from pathlib import Path

import pytest

from scripts.text_lost import of_digest

TEXT = """双碳周报
一、昆山新增零碳工厂
昆山市将新增零碳工厂10家，其中3家属于钢铁行业。
二、太仓新增零碳园区
太仓市将新增零碳园区2个，面积共35平方公里。
免责声明：本文不构成投资建议，投资有风险。
"""
KUNSHAN = {"title": "昆山新增零碳工厂", "section": None, "starts": "昆山市将新增零碳工厂10家", "ends": "其中3家属于钢铁行业。"}


@pytest.mark.parametrize(
    ("items", "characters", "outside", "unsaid"),
    [
        ([KUNSHAN], 25, 0, 0),
        ([KUNSHAN | {"title": "某个没有的标题"}], 25, 0, 1),
        ([{"title": None, "section": None, "starts": "免责声明：本文不构成", "ends": "建议，投资有风险。"}], 21, 21, 0),
        ([KUNSHAN | {"ends": "文中没有这样的结尾"}], 0, 0, 0),
    ],
)
def test_what_is_counted(tmp_path: Path, items: list[dict[str, str | None]], characters: int, outside: int, unsaid: int) -> None:
    """Characters of bodies outside items, titles that no item says; a body that is not found is not counted."""
    (tmp_path / "weekly__1.txt").write_text(TEXT, "utf-8")
    gold = tmp_path / "weekly__1.json"
    gold.write_text(json.dumps({"file": "weekly__1.txt", "items": items}), "utf-8")
    found = of_digest(gold)
    assert (found.characters, found.outside, found.unsaid) == (characters, outside, unsaid)
