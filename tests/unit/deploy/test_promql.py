"""What PromQL expressions name is read from their tokens."""

import pytest

from tests.promql import Matcher, Selector, named


@pytest.mark.parametrize(
    ("expression", "selectors"),
    [
        ("up", [Selector("up")]),
        ("rate(a_total[5m]) > 0.5", [Selector("a_total")]),
        (
            'sum by (le) (rate(a_bucket{stage="index", b!~"x|y"}[10m]))',
            [Selector("a_bucket", (Matcher("stage", "=", "index"), Matcher("b", "!~", "x|y")))],
        ),
        ('a{text="b{c}, by (d)"} / on (e) group_left (f) g', [Selector("a", (Matcher("text", "=", "b{c}, by (d)"),)), Selector("g")]),
        ("max(a) by (b) unless c offset 1d and 2 * d", [Selector("a"), Selector("c"), Selector("d")]),
        ("time() - max(a) > 60", [Selector("a")]),
    ],
)
def test_metrics(expression: str, selectors: list[Selector]) -> None:
    """No function, label, keyword or content of a string is taken for one."""
    assert named(expression).selectors == selectors


def test_labels() -> None:
    """Of groups, and of joins."""
    found = named("sum by (a, b) (c) * on (d) group_left (e) sum without (f) (g)")
    assert (found.by, found.others) == ({"a", "b"}, {"d", "e", "f"})


def test_what_is_no_promql() -> None:
    """Is not passed over."""
    with pytest.raises(ValueError, match="no PromQL"):
        named("a ? b")
