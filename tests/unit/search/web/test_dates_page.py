"""The bars of days as they are drawn."""

import re
from datetime import date, timedelta

from services.search.answer.days import bars
from services.search.models.search import SearchAnswer
from services.search.query.request import SearchRequest
from services.search.web.rendering import TEMPLATES


def drawn(counts: dict[date, int] | None, undated: int = 0, **parameters: object) -> str:
    """The fragment for these counts; `undated` hits have no day."""
    dates = None if counts is None else bars(counts, undated=undated)
    answer = SearchAnswer(total=1, sort="date", hits=(), facets=(), dates=dates, took_ms=1)
    return TEMPLATES.get_template("dates.html").render(request=SearchRequest.model_validate(parameters), answer=answer)


def test_each_bar_leads_to_its_days() -> None:
    """Its name says when and how many; an empty day keeps its room and leads nowhere."""
    page = drawn({date(2026, 2, 1): 3, date(2026, 2, 3): 1}, q="碳")
    assert page.count("<a ") == 2
    assert 'aria-label="2026年2月3日:1 条"' in page
    assert "date_from=2026-02-03&amp;date_to=2026-02-03" in page
    assert re.findall(r'<rect x="(\d+)" y="([\d.]+)" width="3" height="([\d.]+)"', page) == [("0", "2.0", "38.0"), ("8", "27.3", "12.7")]
    assert "style=" not in page


def test_nothing_is_drawn_where_nothing_was_counted() -> None:
    """Not asked for, or no hit with a date."""
    assert drawn(None).strip() == drawn({}).strip() == ""


def test_what_has_no_day_is_a_group_of_its_own() -> None:
    """In no bar; a link leads to it and, when it is chosen, back."""
    page = drawn({date(2026, 2, 1): 3}, 2, q="碳", date_from=date(2026, 2, 1))
    assert 'href="/search?q=%E7%A2%B3&amp;undated=true"' in page
    assert "日期不详</span>" in page
    assert 'class="count">2</span>' in page
    assert "日期不详" not in drawn({date(2026, 2, 1): 3})


def test_sixty_bars_fit() -> None:
    """Each has its place."""
    page = drawn({date(2026, 1, 1) + timedelta(days=day): 1 for day in range(60)})
    assert 'viewBox="0 0 240 40"' in page
    assert page.count("<a ") == 60
