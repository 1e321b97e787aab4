"""Days of publication → the clauses for what was published within them, and for what nobody knows the day of.
Pure.

A digest of which nothing says the day has none. One that was enriched before build 6 has the day of its
receipt instead (`received_at` as basis): that is a guess, and no day either.
"""

from datetime import date
from typing import Any

from services.search.query.language.nodes import Dates

Json = dict[str, Any]

DAY = "published_on"
_GUESSED: Json = {"term": {"published_on_basis": "received_at"}}


def of(node: Dates) -> Json:
    """What a query asks of the day."""
    return between(node.first, node.last) if node.known else unknown()


def between(first: date | None, last: date | None) -> Json:
    """Published from `first` to `last`, both included; None leaves a side open."""
    bounds = {"gte": first, "lte": last}
    return known({"range": {DAY: {bound: day.isoformat() for bound, day in bounds.items() if day}}})


def known(clause: Json | None = None) -> Json:
    """What has a day of publication, and what else is asked of it."""
    return {"bool": {"filter": [clause or {"exists": {"field": DAY}}], "must_not": [_GUESSED]}}


def unknown() -> Json:
    """What has none."""
    return {"bool": {"must_not": [known()]}}
