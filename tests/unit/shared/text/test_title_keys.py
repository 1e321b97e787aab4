"""Titles and what they can be suggested by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.title_keys import INITIALS, SPELT, title_keys


@pytest.mark.parametrize(
    ("title", "keys"),
    [
        ("昆山:零碳工厂", ["kunshanlingtangongchang", "ksltgc", "lingtangongchang", "ltgc"]),
        ("重庆：出台政策", ["chongqingchutaizhengce", "cqctzc", "chutaizhengce", "ctzc"]),
        ("ISO 14064-1发布", ["iso140641fabu", "iso140641fb"]),
        ("国务院:", ["guowuyuan", "gwy"]),
        ("某市某局某处某人某时某地某事某某某某某某某某:不是主语", None),
        (None, []),
        ("", []),
        ("——", []),
    ],
)
def test_keys(title: str | None, keys: list[str] | None) -> None:
    """Pinyin and initials, of the whole and of what follows a short subject's colon."""
    if keys is None:
        assert len(title_keys(title)) == 2
    else:
        assert title_keys(title) == keys


@given(st.text())
def test_keys_are_bounded(title: str) -> None:
    """Four at most, none empty, none long."""
    keys = title_keys(title)
    assert len(keys) <= 4
    assert all(0 < len(key) <= max(SPELT, INITIALS) for key in keys)
