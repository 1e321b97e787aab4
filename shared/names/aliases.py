"""A printed name in, the full name of the body or firm that it stands for and all its other printed forms out. Pure.

    full_name("agency", "央行")       中国人民银行
    printed("agency", "中国人民银行")   ("中国人民银行", "人民银行", "央行", …)
    meant("company", "catl")         宁德时代, as by 300750, SZ300750 and 300750.SZ
    written_out("甘肃省发改委")        甘肃省发展和改革委员会

Both tables, `data/agencies.toml` and `data/companies.toml`, are [group], full name = its other forms. They are edited by hand: extraction reads them
to find names in texts, search to find what a name is called elsewhere. All forms are in simplified characters. `data/listed.tsv` has the codes of
listed firms (shared/names/data/SOURCE.md says where it comes from).
"""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from shared.text.folding import compact, fold

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


@lru_cache(maxsize=2)
def by_folded(kind: Kind) -> Mapping[str, str]:
    """Every printed form of a kind, folded and compact, and the full name it stands for."""
    names: dict[str, str] = {}
    for form, full in full_names(kind).items():
        names.setdefault(compact(fold(form)), full)
    return names


def meant(kind: Kind, said: str) -> str | None:
    """The full name of what somebody types, in any case and width; of a firm also by the code of an exchange. None where nothing is known."""
    key = compact(fold(said))
    known = by_folded(kind).get(key)
    if known or kind == "agency":
        return known
    short = _by_code().get(_PREFIXED.sub(r"\2\1", key))
    return full_names("company").get(short, short) if short else None


_PREFIXED = re.compile(r"^(s[hz])[.:]?(\d{6})$")
"""SH600519 and sz.300750, as some write a code"""


@lru_cache(maxsize=1)
def listed() -> Mapping[str, str]:
    """Short name of a listed firm → its code with the exchange's: 宁德时代, 300750.SZ."""
    lines = (files("shared.names.data") / "listed.tsv").read_text("utf-8").splitlines()
    return {name: code for name, code in (line.split("\t") for line in lines)}


@lru_cache(maxsize=1)
def _by_code() -> Mapping[str, str]:
    """Short names by 300750, 300750.sz, 300750sz; Shanghai is SS elsewhere. Of the mainland alone without its exchange: four digits are a year."""
    names: dict[str, str] = {}
    for name, code in listed().items():
        digits, _, exchange = code.lower().partition(".")
        ways = {f"{digits}.{exchange}", f"{digits}{exchange}"} | ({digits} if len(digits) == 6 else set())
        for way in ways | ({f"{digits}.ss"} if exchange == "sh" else set()):
            names.setdefault(way, name)
    return names


@lru_cache(maxsize=1)
def _local() -> tuple[re.Pattern[str], Mapping[str, str]]:
    forms = {short: full for full, shorts in groups("agency")["local"].items() for short in shorts}
    return re.compile(f"(?<!人民)(?:{'|'.join(sorted(forms, key=len, reverse=True))})(?=办公室|党组|$)"), forms


def written_out(name: str) -> str:
    """甘肃省发展改革委 → 甘肃省发展和改革委员会: a local body's name with its short end in full."""
    pattern, forms = _local()
    return pattern.sub(lambda found: forms[found[0]], name)
