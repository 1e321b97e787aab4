"""A line of JSON → what `jianbao extract` is asked, or a Rejected that says in plain words what is wrong with it. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from shared.errors import Rejected

FORM = "an object with id, title, text, published_on is expected"

MAX_LINE = 16 * 2**20
"""Bytes: a digest's text of 8 MiB written as \\uXXXX, six bytes for each letter of three."""

_BOM = b"\xef\xbb\xbf"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Asked:
    """One text to find entities in."""

    id: str | int | float
    """Given back as it came."""

    title: str | None
    text: str
    published_on: date | None


def read_line(line: bytes, *, first: bool = False) -> Asked:
    """What the line asks; a byte order mark before the `first` one is passed over. Raises Rejected."""
    if first:
        line = line.removeprefix(_BOM)
    try:
        said = orjson.loads(line)
    except ValueError:
        raise Rejected("bad_line", f"this is not JSON in UTF-8; {FORM}") from None
    if not isinstance(said, dict):
        raise Rejected("bad_line", f"{FORM}, not {_kind(said)}")
    title, text = said.get("title"), said.get("text")
    if not (title is None or isinstance(title, str)):
        raise Rejected("bad_line", f"title must be a string or null, not {_kind(title)}")
    if not isinstance(text, str):
        raise Rejected("bad_line", f"text must be a string, not {_kind(text)}" if "text" in said else f"text is missing; {FORM}")
    return Asked(id=_id(said), title=title, text=text, published_on=_day(said.get("published_on")))


def day(text: str) -> date:
    """A day as in 2026-02-06; raises Rejected for any other form, and for days that don't exist."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Rejected("bad_date", "a day as YYYY-MM-DD is expected, such as 2026-02-06")


def _id(said: dict[str, Any]) -> str | int | float:
    if "id" not in said:
        raise Rejected("bad_line", f"id is missing; {FORM}")
    given = said["id"]
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise Rejected("bad_line", f"id must be a string or a number, not {_kind(given)}")
    # A whole number beyond 64 bits is read as a near one: it would come back as another id.
    if isinstance(given, float) and abs(given) >= 2**63:
        raise Rejected("bad_line", "id is a number too large to be given back as it came; send it as a string")
    return given


def _day(given: Any) -> date | None:
    if given is None or given == "":
        return None
    if not isinstance(given, str):
        raise Rejected("bad_line", f"published_on must be a day as YYYY-MM-DD or null, not {_kind(given)}")
    try:
        return day(given)
    except Rejected as error:
        raise Rejected("bad_line", f"published_on: {error.message}") from None


def _kind(value: Any) -> str:
    """In the words of JSON."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return {str: "a string", int: "a number", float: "a number", list: "an array", dict: "an object"}[type(value)]
