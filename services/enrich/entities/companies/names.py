"""`shared/names/data/companies.toml` in, the printed names of well-known companies and a scan and a pattern for them out. Pure."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from services.enrich.entities.words import Scanner, any_of, pairs_of
from shared.names.aliases import full_names, groups


@lru_cache(maxsize=1)
def certifiers() -> frozenset[str]:
    """Printed names of firms that certify, verify or inspect."""
    return frozenset(form for name, others in groups("company")["certifiers"].items() for form in (name, *others))


@lru_cache(maxsize=1)
def known() -> dict[str, str]:
    """Printed names of well-known companies, and the full name of each."""
    return dict(full_names("company"))


@lru_cache(maxsize=1)
def scanner() -> Scanner:
    """The scan for the Chinese names of well-known companies."""
    return Scanner(form for form in known() if not form.isascii())


@lru_cache(maxsize=1)
def latin_known() -> re.Pattern[str]:
    """Finds those in Latin letters, which are no part of an address."""
    names = any_of(form for form in known() if form.isascii())
    return re.compile(rf"(?<![A-Za-z0-9@_.-])(?<!\.[a-z][a-z]/)(?<!\.[a-z][a-z][a-z]/){names}(?![A-Za-z0-9/_]|\.[a-z]|-[A-Z])")


@lru_cache(maxsize=1)
def latin_pairs() -> frozenset[str]:
    """What those in Latin letters begin with."""
    return pairs_of(form for form in known() if form.isascii())


@lru_cache(maxsize=1)
def _borders() -> dict[str, tuple[frozenset[str], tuple[str, ...]]]:
    table = tomllib.loads((files("services.enrich.data") / "borders.toml").read_text("utf-8"))["company"]
    return {name: (frozenset(before), tuple(after.split())) for name, (before, after) in ((n, w.split("|")) for n, w in table.items())}


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the name at [start, end) is not a part of other words, as 工行 is in 加工行业; see `data/borders.toml`."""
    border = _borders().get(text[start:end])
    return border is None or not (text[start - 1 : start] in border[0] or text.startswith(border[1], end))


@lru_cache(maxsize=1)
def groups_short() -> frozenset[str]:
    """Groups whose members' names begin with two characters of their own: 广汽, 国网."""
    return frozenset(form for form in known() if len(form) == 2 and (form[1] == "汽" or known()[form] in groups("company")["central"]))
