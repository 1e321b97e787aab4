"""What is said of a file beside it → the fields of its digest. Pure.

weekly.md          + weekly.md.meta.toml or weekly.meta.toml      title = "本周双碳要闻", published_on = 2026-02-06
--- … ---, +++ … +++ at the top of a Markdown or text file         the same as front matter, in YAML or TOML
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import yaml

from services.ingest import fields
from shared.errors import Rejected

SAYS = tuple(name for name in fields.NAMES if name != "file_name")
CHECKS: Mapping[str, Callable[[str], object]] = {
    "source": fields.source,
    "title": fields.title,
    "url": fields.url,
    "published_on": fields.published_on,
    "external_id": fields.external_id,
}
"""What raises Rejected where a value is none of the field's"""
MOST_BYTES = 64 * 1024

_FRONT = re.compile(r"\A\ufeff?(?P<fence>---|\+\+\+)[ \t]*\r?\n(?P<said>.*?)^(?P=fence)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_DAY = re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)")
"""A day, whatever time of it follows"""
_FIELD = re.compile(r"^\s*[\w-]+\s*[:=]", re.MULTILINE)


def of_sidecar(content: bytes, name: str) -> dict[str, str]:
    """The fields that a sidecar file says; raises Rejected (`bad_sidecar`) where it is no TOML or names others."""
    if len(content) > MOST_BYTES:
        raise Rejected("bad_sidecar", f"{name} is larger than {MOST_BYTES // 1024} KiB: it should hold a few lines of TOML")
    try:
        said = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Rejected("bad_sidecar", f'{name} is no TOML in UTF-8 ({error}); write lines such as title = "本周双碳要闻"') from error
    unknown = [key for key in said if key not in SAYS]
    if unknown:
        raise Rejected("bad_sidecar", f"{name} names {unknown[0]!r}; known are {', '.join(SAYS)}")
    texts = _fields(said)
    if wrong := [key for key in said if key not in texts]:
        raise Rejected("bad_sidecar", f'{name} gives {wrong[0]} no single value; write it as in title = "本周双碳要闻"')
    return texts


def of_front_matter(text: str) -> dict[str, str]:
    """The fields that a text's front matter says; empty where it has none that can be read.

    It is written for other programs too: what it says besides, or in another form than ours, is left out. So is an
    `id` or a `link`, which elsewhere are often the same for all issues, and would make each replace the one before.
    """
    front = _FRONT.match(text[:MOST_BYTES])
    # A rule of dashes is how many digests begin; front matter has names with values.
    if front is None or not _FIELD.search(front["said"]):
        return {}
    try:
        said = _parsed(front["said"], front["fence"])
    except (tomllib.TOMLDecodeError, yaml.YAMLError, ValueError, RecursionError):
        return {}
    if not isinstance(said, dict):
        return {}
    known = {"published_on": said.get("date")} | said
    texts = _fields({name: known[name] for name in SAYS if name in known})
    return {name: text for name, text in texts.items() if _is_fine(name, text)}


def _parsed(text: str, fence: str) -> Any:
    # BaseLoader makes nothing but text of values.
    return tomllib.loads(text) if fence == "+++" else yaml.load(text, yaml.BaseLoader)


def _is_fine(name: str, text: str) -> bool:
    try:
        return CHECKS[name](text) is not None
    except Rejected:
        return False


def _fields(said: Mapping[str, Any]) -> dict[str, str]:
    single = {name: value for name, value in said.items() if isinstance(value, str | int | float | date)}
    texts = {name: _text(value) for name, value in single.items() if not isinstance(value, bool)}
    if day := _DAY.match(texts.get("published_on", "")):
        texts["published_on"] = f"{day['y']}-{int(day['m']):02}-{int(day['d']):02}"
    return texts


def _text(value: str | float | date) -> str:
    return value.isoformat() if isinstance(value, date) else str(value).strip()
