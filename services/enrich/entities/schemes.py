"""Folded text in, the initiatives, mechanisms and frameworks of `data/schemes.toml` (SBTi, CCER, CBAM …) out. Pure."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from services.enrich.entities.found import Found
from services.enrich.entities.words import Places, any_of, matches_at, pairs_of


@lru_cache(maxsize=1)
def _schemes() -> tuple[re.Pattern[str], dict[str, str]]:
    table: dict[str, list[str]] = tomllib.loads((files("services.enrich.data") / "schemes.toml").read_text("utf-8"))["schemes"]
    forms = {form: name for name, others in table.items() for form in (name, *others)}
    latin = [f for f in forms if f.isascii()]
    chinese = [f for f in forms if not f.isascii()]
    return re.compile(rf"(?<![A-Za-z0-9]){any_of(latin)}(?![A-Za-z0-9])|{any_of(chinese)}"), forms


def latin_schemes() -> frozenset[str]:
    """Names in Latin letters, which are no companies."""
    return frozenset(form.upper() for form in _schemes()[1])


@lru_cache(maxsize=1)
def pairs() -> frozenset[str]:
    """What names of schemes begin with: the places to look at."""
    return pairs_of(_schemes()[1])


def find_schemes(text: str, *, places: Places) -> list[Found]:
    """Schemes in `text`; `canonical` has the one name of each. `places` are those of `pairs()`."""
    pattern, forms = _schemes()
    return [Found("scheme", m.start(), m.end(), m[0], {"name": forms[m[0]]}, rule="scheme") for m in matches_at(places, pairs(), pattern, text)]
