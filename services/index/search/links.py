"""A search request + a change → the address of the page that shows it. Pure."""

from urllib.parse import urlencode, urlsplit

from services.index.search.facets import FACETS
from services.index.search.request import SearchRequest

Pairs = list[tuple[str, str]]


def pairs(request: SearchRequest) -> Pairs:
    """The parameters of a request that differ from the defaults, without the cursor: hidden fields of a form."""
    fields = [("q", request.q)] if request.q else []
    fields += [(name, value) for name, values in request.filters.items() for value in values]
    fields += [(name, day.isoformat()) for name, day in (("date_from", request.date_from), ("date_to", request.date_to)) if day]
    if request.sort:
        fields.append(("sort", request.sort))
    if request.size != SearchRequest.model_fields["size"].default:
        fields.append(("size", str(request.size)))
    return fields


def page(fields: Pairs) -> str:
    """The search page with these parameters."""
    return "/?" + urlencode(fields) if fields else "/"


def toggled(request: SearchRequest, name: str, value: str) -> str:
    """With a filter's value ticked or, if it is, unticked."""
    fields = pairs(request)
    return page([field for field in fields if field != (name, value)] if (name, value) in fields else [*fields, (name, value)])


def without(request: SearchRequest, *names: str) -> str:
    """Without some parameters."""
    return page([field for field in pairs(request) if field[0] not in names])


def sorted_by(request: SearchRequest, sort: str) -> str:
    """In another order."""
    return page([*(field for field in pairs(request) if field[0] != "sort"), ("sort", sort)])


def following(request: SearchRequest, cursor: str) -> str:
    """The next page of the same hits."""
    return page([*pairs(request), ("cursor", cursor)])


def cleared(request: SearchRequest) -> str:
    """Without any filter."""
    return without(request, *FACETS, "date_from", "date_to")


def outside(url: str | None) -> str | None:
    """A digest's own link if it may be followed: http or https with a host; None for anything else, such as `javascript:`."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    return parts.geturl() if parts.scheme in ("http", "https") and parts.hostname else None
