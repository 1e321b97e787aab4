"""Lines of a digest → the one most like a title."""

from services.enrich.split.likeness import Lines

LINES = Lines(enumerate(("甲市发放载人飞行器首张运营许可", "乙省布局四百个起降点", "丙公司电动飞机成功首飞")))


def test_the_most_alike_line_is_found() -> None:
    """Words in another order are the same news."""
    assert LINES.most_like("丙公司电动飞机首飞成功", taken=set()) == 2


def test_other_news_is_not() -> None:
    """Nothing is like it."""
    assert LINES.most_like("某县公布财政预算执行情况", taken=set()) is None


def test_a_line_that_is_taken_is_not_given_twice() -> None:
    """Each line stands for one entry."""
    assert LINES.most_like("乙省布局四百个起降点", taken={1}) is None
