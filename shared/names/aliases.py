"""A printed name in, the full name of the body or firm that it stands for and all its other printed forms out. Pure.

    full_name("agency", "央行")       中国人民银行
    printed("agency", "中国人民银行")   ("中国人民银行", "人民银行", "央行", …)

Both tables, `data/agencies.toml` and `data/companies.toml`, are [group], full name = its other forms. They are edited by hand: extraction reads them
to find names in texts, search can read them to find what a name is called elsewhere. All forms are in simplified characters.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal

Kind = Literal["agency", "company"]
Groups = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Group → full name → its other printed forms."""

_FILES: dict[Kind, str] = {"agency": "agencies.toml", "company": "companies.toml"}
_PARTS = frozenset(("local",))
"""Groups whose lines are the ends of names, not names: 发展和改革委员会 of every province and city."""


@lru_cache(maxsize=2)
def groups(kind: Kind) -> Groups:
    """The table of a kind, group by group, as it stands in its file."""
    table = tomllib.loads((files("shared.names.data") / _FILES[kind]).read_text("utf-8"))
    return {group: {full: tuple(others) for full, others in names.items()} for group, names in table.items()}


@lru_cache(maxsize=2)
def full_names(kind: Kind) -> Mapping[str, str]:
    """Every printed form of a kind, and the full name it stands for; a full name stands for itself."""
    names = [named for group, named in groups(kind).items() if group not in _PARTS]
    forms = {full: full for named in names for full in named}
    for named in names:
        for full, others in named.items():
            for form in others:
                forms.setdefault(form, full)
    return forms


def full_name(kind: Kind, form: str) -> str | None:
    """The full name that `form` stands for; None if the table has it not."""
    return full_names(kind).get(form)


@lru_cache(maxsize=2)
def _forms(kind: Kind) -> Mapping[str, tuple[str, ...]]:
    by_name: dict[str, list[str]] = {}
    for form, full in full_names(kind).items():
        by_name.setdefault(full, []).append(form)
    return {full: tuple(sorted(forms, key=lambda form: form != full)) for full, forms in by_name.items()}


def printed(kind: Kind, form: str) -> tuple[str, ...]:
    """All forms of what `form` stands for, the full name first; `(form,)` if the table has it not."""
    full = full_name(kind, form)
    return _forms(kind)[full] if full else (form,)
