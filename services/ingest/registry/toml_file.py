"""A TOML file of sources ↔ what is said of each. Pure.

[sources.shuangtan-weekly]
name = "双碳周报"
cadence = "weekly"
fetch = { kind = "feed", url = "https://example.org/feed.xml" }
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.errors import Rejected
from shared.records import SourceId
from shared.registry.edit import BadField, wanted
from shared.registry.entry import Entry, Wanted

_ID: TypeAdapter[str] = TypeAdapter(SourceId)

Said = Mapping[str, Any]


def read(text: str) -> dict[str, Said]:
    """What is said of each source, checked; raises Rejected (`bad_toml`, `bad_entry`) that names source and field."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Rejected("bad_toml", f"this is no TOML: {error}") from None
    sources = table.pop("sources", None)
    if table or not isinstance(sources, dict) or not sources:
        raise Rejected("bad_toml", 'sources stand in tables of their own: [sources.shuangtan-weekly], then name = "双碳周报"')
    for source, said in sources.items():
        try:
            _ID.validate_python(source)
        except ValidationError:
            raise Rejected("bad_entry", f"{source!r} is no source id: one word of letters, digits, . _ and -") from None
        if not isinstance(said, dict):
            raise Rejected("bad_entry", f"{source}: write its fields below [sources.{source}]")
        try:
            wanted(said)
        except BadField as error:
            raise Rejected("bad_entry", f"{source}: {error.message}") from None
    return sources


def write(entries: Iterable[Entry]) -> str:
    """The file of these sources, without what is as for a source of which nothing is said."""
    return "\n".join(_table(entry) for entry in entries)


def _table(entry: Entry) -> str:
    lines = [f"[sources.{_key(entry.source)}]"]
    plain = Wanted().model_dump(mode="json")
    said = entry.wanted.model_dump(mode="json")
    lines += [f"{name} = {_value(value)}" for name, value in said.items() if value != plain[name]]
    return "\n".join(lines) + "\n"


def _key(word: str) -> str:
    """Bare where TOML takes it so: letters, digits, - and _ of ASCII."""
    return word if word.isascii() and word.replace("-", "").replace("_", "").isalnum() else _value(word)


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_value(part)}" for name, part in value.items() if part is not None) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    # What JSON escapes in a string TOML's basic strings escape alike; DEL alone must be escaped there too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
