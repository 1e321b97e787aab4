"""A search request + a change → the address of the page that shows it. Pure."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode, urlsplit

from services.search.models.digest import PAGE_ITEMS
from services.search.query.facets import FACETS
from services.search.query.request import SearchRequest

Pairs = list[tuple[str, str]]

TIMES = ("date_from", "date_to", "undated")
"""Parameters that ask for the day of publication."""


def pairs(request: SearchRequest) -> Pairs:
    """The parameters of a request that differ from the defaults, without the cursor: hidden fields of a form."""
    fields = [("q", request.q)] if request.q else []
    fields += [(name, value) for name, values in request.filters.items() for value in values]
    fields += [(name, value) for name in ("exclude", "target", "story") for value in getattr(request, name)]
    fields += [(name, day.isoformat()) for name, day in (("date_from", request.date_from), ("date_to", request.date_to)) if day]
    switches = ("undated", "synonyms", "relax", "fold")
    fields += [(name, str(value).lower()) for name in switches if (value := getattr(request, name)) != _default(request, name)]
    fields += [("facets", ",".join(request.facets))] if request.facets else []
    if request.sort:
        fields.append(("sort", request.sort))
    if request.size != _default(request, "size"):
        fields.append(("size", str(request.size)))
    return fields


def _default(request: SearchRequest, name: str) -> object:
    """The page's, which may be another than the API's."""
    return type(request).model_fields[name].default


def page(fields: Pairs) -> str:
    """The search page with these parameters."""
    return "/search?" + urlencode(fields) if fields else "/search"


def toggled(request: SearchRequest, name: str, value: str) -> str:
    """With a filter's value ticked or, if it is, unticked; what is ticked is not excluded any more."""
    return _switched(request, (name, value), ("exclude", f"{name}:{value}"))


def excluded(request: SearchRequest, name: str, value: str) -> str:
    """With a facet's value excluded or, if it is, let in again; what is excluded is not ticked any more."""
    return _switched(request, ("exclude", f"{name}:{value}"), (name, value))


def _switched(request: SearchRequest, field: tuple[str, str], against: tuple[str, str]) -> str:
    fields = pairs(request)
    left = [one for one in fields if one not in (field, against)]
    return page(left if field in fields else [*left, field])


def untargeted(request: SearchRequest, target: str) -> str:
    """Without one of its targets, and without the order by it."""
    return page([field for field in pairs(request) if field not in (("target", target), ("sort", "target"), ("sort", "target_asc"))])


def dated(request: SearchRequest, first: date, last: date) -> str:
    """Between these days, which are within those asked for already."""
    low, high = max(first, request.date_from or first), min(last, request.date_to or last)
    others = [field for field in pairs(request) if field[0] not in TIMES]
    return page([*others, ("date_from", low.isoformat()), ("date_to", high.isoformat())])


def undated(request: SearchRequest) -> str:
    """What nobody knows the day of."""
    return page([*(field for field in pairs(request) if field[0] not in TIMES), ("undated", "true")])


def telling(request: SearchRequest, keys: Iterable[str]) -> str:
    """All items of one story, each for itself, the newest first."""
    return page([*(field for field in pairs(request) if field[0] not in ("story", "fold", "sort")), *told(keys)])


def told(keys: Iterable[str]) -> Pairs:
    """The parameters that list all items of one story, each for itself, the newest first."""
    return [*(("story", key) for key in keys), ("fold", "false"), ("sort", "date")]


def without(request: SearchRequest, *names: str) -> str:
    """Without some parameters."""
    return page([field for field in pairs(request) if field[0] not in names])


def sorted_by(request: SearchRequest, sort: str) -> str:
    """In another order."""
    return page([*(field for field in pairs(request) if field[0] != "sort"), ("sort", sort)])


def asking(request: SearchRequest, q: str) -> str:
    """With another query."""
    return page([("q", q), *(field for field in pairs(request) if field[0] != "q")])


def unfiltered(request: SearchRequest, name: str) -> str:
    """Without one filter, `date` for all that is asked of the day; without the order by a target if it is that."""
    gone = TIMES if name == "date" else (name,)
    aimed = (("sort", "target"), ("sort", "target_asc")) if name == "target" else ()
    return page([field for field in pairs(request) if field[0] not in gone and field not in aimed])


def switched(request: SearchRequest, name: str) -> str:
    """With `fold`, `relax` or `synonyms` the other way round."""
    return page(pairs(request.model_copy(update={name: not getattr(request, name), "cursor": None})))


def following(request: SearchRequest, cursor: str) -> str:
    """The next page of the same hits."""
    return page([*pairs(request), ("cursor", cursor)])


def cleared(request: SearchRequest) -> str:
    """Without any filter, and without the order by a target, which needs one."""
    dropped = (*FACETS, "exclude", "target", "story", *TIMES)
    return page([field for field in pairs(request) if field[0] not in dropped and field not in (("sort", "target"), ("sort", "target_asc"))])


def digest(digest_id: str, *, page: int = 1, ordinal: int = 1, q: str = "") -> str:
    """A page of a digest, or the one that its item of that ordinal stands on; `q` is marked in its other text."""
    number = max(page, -(-ordinal // PAGE_ITEMS))
    fields = [("page", str(number))] * (number > 1) + [("q", q)] * bool(q)
    return f"/digests/{digest_id}" + (f"?{urlencode(fields)}" if fields else "")


def around(page: int, pages: int) -> list[int]:
    """The pages to name beside this one, in order: the first, the last, and two on each side."""
    return sorted({1, pages, *(number for number in range(page - 2, page + 3) if 1 <= number <= pages)})


def elsewhere(request: SearchRequest, digest_id: str) -> str:
    """A digest's page where its text outside items stands open, what was asked for marked."""
    return f"/digests/{digest_id}?{urlencode([('q', request.q)])}#others"


def all_others(request: SearchRequest, most: int) -> str:
    """With as many digests whose other text was found as a page lists, beginning with them."""
    return page([*pairs(request), ("others", str(most))]) + "#others"


def outside(url: str | None) -> str | None:
    """A digest's own link if it may be followed: http or https with a host; None for anything else, such as `javascript:`."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    return parts.geturl() if parts.scheme in ("http", "https") and parts.hostname else None
