"""Labels of regions → labels of all above."""

import pytest

from shared.text.lineage import codes, lineage


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("320583|江苏省/苏州市/昆山市", ["320000|江苏省", "320500|江苏省/苏州市", "320583|江苏省/苏州市/昆山市"]),
        ("620000|甘肃省", ["620000|甘肃省"]),
        ("110105|北京市/朝阳区", ["110000|北京市", "110105|北京市/朝阳区"]),
        ("429004|湖北省/仙桃市", ["420000|湖北省", "429004|湖北省/仙桃市"]),
        # A town stands under its county's code.
        ("320583|江苏省/苏州市/昆山市/花桥镇", ["320000|江苏省", "320500|江苏省/苏州市", "320583|江苏省/苏州市/昆山市"]),
        ("x", []),
        ("320583|", []),
    ],
)
def test_all_above(label: str, expected: list[str]) -> None:
    """By GB/T 2260, also for municipalities and counties right under a province."""
    assert lineage([label]) == expected


def test_each_once() -> None:
    """However many lie in it."""
    assert lineage(["320500|江苏省/苏州市", "320400|江苏省/常州市"]) == ["320000|江苏省", "320500|江苏省/苏州市", "320400|江苏省/常州市"]


def test_codes_of_a_path() -> None:
    """One for each name."""
    assert codes("320583", 3) == ("320000", "320500", "320583")
