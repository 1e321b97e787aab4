"""Documents of an index → whether they are the same, and in which fields they are not. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

Json = Mapping[str, Any]

_ABSENT = object()


def written(document: Json) -> bytes:
    """A document as bytes that are the same whatever the order of its keys."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def differing(one: Json, other: Json, fields: Iterable[str] | None = None) -> list[str]:
    """Names, in order, of the fields (of all, where none are given) that are not the same; one without a value is not the same as none."""
    compared = one.keys() | other.keys() if fields is None else fields
    return sorted(name for name in compared if one.get(name, _ABSENT) != other.get(name, _ABSENT))
