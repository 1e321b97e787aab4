"""Clauses for days of publication, and for what has none."""

from datetime import date

from services.search.query import days

GUESS = {"term": {"published_on_basis": "received_at"}}


def test_a_guess_from_the_receipt_is_within_no_days() -> None:
    """As older builds wrote it."""
    bounds = {"range": {"published_on": {"gte": "2026-02-01", "lte": "2026-02-06"}}}
    assert days.between(date(2026, 2, 1), date(2026, 2, 6)) == {"bool": {"filter": [bounds], "must_not": [GUESS]}}


def test_whatever_has_no_known_day_is_unknown() -> None:
    """So every item is either within some days or of an unknown one."""
    assert days.unknown() == {"bool": {"must_not": [days.known()]}}
    assert days.known() == {"bool": {"filter": [{"exists": {"field": "published_on"}}], "must_not": [GUESS]}}
