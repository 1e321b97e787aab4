"""`data/companies.toml` in, the printed names of well-known companies and a scan and a pattern for them out. Pure."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from services.enrich.entities.words import Scanner, any_of, pairs_of


@lru_cache(maxsize=1)
def certifiers() -> frozenset[str]:
    """Printed names of firms that certify, verify or inspect."""
    return frozenset(form for name, others in _table()["certifiers"].items() for form in (name, *others))


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("services.enrich.data") / "companies.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def known() -> dict[str, str]:
    """Printed names of well-known companies, and the full name of each."""
    return {form: name for group in _table().values() for name, others in group.items() for form in (name, *others)}


@lru_cache(maxsize=1)
def scanner() -> Scanner:
    """The scan for the Chinese names of well-known companies."""
    return Scanner(form for form in known() if not form.isascii())


@lru_cache(maxsize=1)
def latin_known() -> re.Pattern[str]:
    """Finds those in Latin letters."""
    return re.compile(rf"(?<![A-Za-z0-9]){any_of(form for form in known() if form.isascii())}(?![A-Za-z0-9])")


@lru_cache(maxsize=1)
def latin_pairs() -> frozenset[str]:
    """What those in Latin letters begin with."""
    return pairs_of(form for form in known() if form.isascii())
