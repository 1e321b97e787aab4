"""What is said of a file beside it → the fields of its digest. Pure.

weekly.md          + weekly.md.meta.toml or weekly.meta.toml      title = "本周双碳要闻", published_on = 2026-02-06
--- … ---, +++ … +++ at the top of a Markdown or text file         the same as front matter, in YAML or TOML
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

from services.ingest.fields import NAMES
from shared.errors import Rejected

SAYS = tuple(name for name in NAMES if name != "file_name")
OTHER_NAMES = {"date": "published_on", "link": "url", "id": "external_id"}
"""How front matter elsewhere calls them"""
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
    return _fields(said)


def of_front_matter(text: str) -> dict[str, str]:
    """The fields that a text's front matter says; empty where it has none that can be read. What it says beside them is left out."""
    front = _FRONT.match(text[:MOST_BYTES])
    # A rule of dashes is how many digests begin; front matter has names with values. BaseLoader makes nothing but text of them.
    if front is None or not _FIELD.search(front["said"]):
        return {}
    try:
        said = tomllib.loads(front["said"]) if front["fence"] == "+++" else yaml.load(front["said"], yaml.BaseLoader)
    except (tomllib.TOMLDecodeError, yaml.YAMLError, ValueError):
        return {}
    if not isinstance(said, dict):
        return {}
    known = {OTHER_NAMES.get(str(key), str(key)): value for key, value in said.items()}
    return _fields({name: known[name] for name in SAYS if name in known})


def _fields(said: Mapping[str, Any]) -> dict[str, str]:
    texts = {name: _text(value) for name, value in said.items() if isinstance(value, str | int | float | date) and not isinstance(value, bool)}
    if day := _DAY.match(texts.get("published_on", "")):
        texts["published_on"] = f"{day['y']}-{int(day['m']):02}-{int(day['d']):02}"
    return texts


def _text(value: str | float | date) -> str:
    return value.isoformat() if isinstance(value, date) else str(value).strip()
