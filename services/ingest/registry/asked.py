"""A request to change a source → the fields and edition that it names, and whether its key may set them. Pure."""

import re
from typing import Any

import orjson

from shared.errors import Rejected
from shared.keys.door import Door
from shared.keys.key import Key
from shared.registry.entry import Entry, Folder, Imap

READ_ONLY = ("source", "found", "changed_at", "by", "state")
"""What answers hold beside the fields: sent back, it says nothing."""

_ETAG = re.compile(r'(?:W/)?"?(\d{1,15})"?')


def fields(body: bytes) -> dict[str, Any]:
    """The JSON object in a body, without what only answers say; raises Rejected (`bad_json`, `bad_field`)."""
    try:
        value = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}: {error.msg[:100]}"
        raise Rejected("bad_json", f"this is not valid JSON in UTF-8: {where}") from None
    if not isinstance(value, dict):
        raise Rejected("bad_json", 'a JSON object is expected, such as {"name": "双碳周报", "cadence": "weekly"}')
    return {name: said for name, said in value.items() if name not in READ_ONLY}


def edition(values: dict[str, Any], if_match: str | None) -> int | None:
    """The edition that a change is meant for: If-Match, or `edition` among the fields, which is taken out.

    Raises Rejected (`bad_edition`).
    """
    said = values.pop("edition", None)
    if said is not None and (isinstance(said, bool) or not isinstance(said, int) or said < 0):
        raise Rejected("bad_edition", "edition must be a number, as the source's own says")
    if if_match is None or if_match.strip() == "*":
        return said
    matched = _ETAG.fullmatch(if_match.strip())
    if matched is None:
        raise Rejected("bad_edition", 'If-Match must be the source\'s ETag, such as "4"')
    if said is not None and said != int(matched[1]):
        raise Rejected("bad_edition", f"If-Match says edition {matched[1]}, and the body {said}: send one")
    return int(matched[1])


def check_rights(key: Key | None, before: Entry | None, after: Entry, door: Door) -> None:
    """Raise KeyRefused where the key may not make of `before` what `after` is; None is whoever needs no key.

    A folder's path and a password's file are read by the worker with its own rights, so who feeds may not name them.
    """
    if key is None:
        return
    if after.profile is not None and (before is None or after.profile != before.profile):
        door.check_source(key, after.profile)
    if key.may("operate") or not isinstance(after.fetch, Folder | Imap):
        return
    if before is None or after.fetch != before.fetch:
        raise door.refused(key, "scope", f"folders and mailboxes are set with a key with the scope operate, which {key.name} has not")
