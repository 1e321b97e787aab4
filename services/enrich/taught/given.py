"""A file with the right items of an issue → RightItems: as gold sets have them, or as `jianbao parse` prints them. Pure.

Either one JSON object with `items`, a list of items, or one item a line. An item has a `title` (null for a brief without one) and its text:
`body`, or `starts` and `ends` with its first and last characters; `section` where it stands in one. Other fields are not looked at.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from services.enrich.segment.labelling import printed
from shared.errors import Rejected
from shared.sources import RightItem

MOST = 5000
"""Items of an issue; the longest digests have some hundred."""
ENDS = 20
"""Characters by which a text's beginning and end are looked for."""


def right_items(data: bytes) -> tuple[RightItem, ...]:
    """The items in a file; raises Rejected (`bad_items`) that says which is wrong and how."""
    items = tuple(_item(number, said) for number, said in enumerate(_listed(data), 1))
    if not items:
        raise Rejected("bad_items", "there are no items in it")
    if len(items) > MOST:
        raise Rejected("bad_items", f"it has {len(items)} items, more than the {MOST} of any digest")
    return items


def _listed(data: bytes) -> list[Any]:
    try:
        said = orjson.loads(data)
    except orjson.JSONDecodeError:
        return [_line(number, line) for number, line in enumerate(data.splitlines(), 1) if line.strip()]
    if isinstance(said, dict) and isinstance(said.get("items"), list):
        return list(said["items"])
    return said if isinstance(said, list) else [said]


def _line(number: int, line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Rejected("bad_items", f"line {number} is no JSON: {error}") from error


def _item(number: int, said: Any) -> RightItem:
    if not isinstance(said, Mapping):
        raise Rejected("bad_items", f"item {number} is no JSON object with title, section and body")
    found = {name: said.get(name) for name in ("title", "section", "starts", "ends", "body")}
    for name, value in found.items():
        if value is not None and not isinstance(value, str):
            raise Rejected("bad_items", f"item {number}: {name} is no text")
    found = {name: value if value and value.strip() else None for name, value in found.items()}
    if found["body"] and not found["starts"]:
        text = printed(found["body"])
        found |= {"starts": text[:ENDS] or None, "ends": text[-ENDS:] or None}
    if not printed(found["title"]) and not printed(found["starts"]):
        raise Rejected("bad_items", f"item {number} has neither a title nor a text: give title, body, or starts and ends")
    return RightItem(**found)
