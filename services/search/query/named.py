"""A field's value, as somebody says it → the values of the index that it stands for, and what it is taken for.

Pure.

    地区:苏州          320500, all that lies within it
    地区:朝阳          辽宁省朝阳市, 北京市朝阳区 …: all of them, and the answer says how to tell them apart
    机关:发改委         国家发展和改革委员会 and all its other names
    机关:苏州发改委      苏州市发展和改革委员会
    机关:住建局         住房和城乡建设局 of every city
    企业:300750        宁德时代 and all its other names, and firms whose names begin with it
    文件:《碳…条例》     碳…条例, whatever brackets, quotation marks and spaces it is written with
    标准:gbt32150       GB/T 32150-2015, GB/T 32150.1-2015
    来源:双碳周报         shuangtan, the source of that display name

Names of divisions are those of `shared.names.divisions`, of bodies and firms those of `shared.names.aliases`;
what else a name is called is given by `alternatives`, so that what analysts add to their own file holds for fields
too. A parameter's value is what a facet has: it is resolved to the one value of the index that it names
(`resolved`), and takes no beginnings and ends of names.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.search.query import joint, places, sources
from services.search.query.facets import FACETS, KINDS, TREES
from services.search.query.facets import condition as exactly
from services.search.query.language.fields import FIELDS, UNCOUNTED
from services.search.query.language.nodes import And, Filter, Node, Not, Or, Word
from services.search.query.request import SearchRequest
from shared.names.aliases import Kind, full_name, groups, meant, printed, written_out
from shared.text.document_keys import document_key
from shared.text.folding import compact, fold

Json = dict[str, Any]
Alternatives = Callable[[str, bool], Iterable[str]]
"""(text, exact) → other ways to say it"""

RESOLVED = (*KINDS, *TREES, "document", "level", "source")
"""Facets whose values have other names"""

SHORTEST_BEGINNING = 3
"""Characters of a name by which firms that begin so are found too: two would be half the country's."""

LONGEST_BEGINNING = 30
"""What is longer is no beginning of a name, and Elasticsearch refuses long expressions."""

LISTED = 8
"""Candidates of an ambiguous name that are named: 城区 has dozens."""

_FIRMS = "(公司|集团|银行|股份|厂|院)"
"""What names of firms end with."""
_LEVEL = re.compile(r"^(国家|国际|省|市|县|企业)级$")
_BRACKETED = re.compile(r"^《([^《》]+)》$")
_RESERVED = re.compile(r'([.?+*|{}\[\]()"\\#@&<>~^$-])')


@dataclass(frozen=True, slots=True)
class Taken:
    """What a value stands for."""

    values: tuple[str, ...]
    """Of the index, the one that a facet has first"""
    labels: tuple[str, ...] = ()
    """What it was taken for, in people's words; empty where nothing is known of it"""
    pattern: str | None = None
    """Values of the index that are meant too, as Elasticsearch's regular expression"""
    wide: str = ""
    """What is to be said of them"""


def taken(facet: str, value: str, alternatives: Alternatives) -> Taken:
    """What `value` stands for in that facet."""
    if facet in TREES:
        return _place(value, alternatives)
    if facet == "agency":
        return _body(value, alternatives)
    if facet == "source":
        return Taken(sources.ids(value))
    if facet == "level":
        return Taken(tuple(dict.fromkeys((_LEVEL.sub(r"\1", value), value))))
    return _firm(value, alternatives) if facet == "company" else Taken(tuple(dict.fromkeys((value, unicodedata.normalize("NFKC", value)))))


def known(facet: str, value: str, alternatives: Alternatives) -> bool:
    """Whether any table has the name; True for facets whose values no table has."""
    return facet not in (*KINDS, *TREES) or bool(taken(facet, value, alternatives).labels)


def condition(facet: str, value: str, alternatives: Alternatives) -> Json:
    """The query for whatever the value stands for."""
    if facet == "document":
        return _document(value)
    if facet in UNCOUNTED:
        return _standard(value)
    one, field = taken(facet, value, alternatives), FACETS[facet].field
    if facet not in TREES:
        ways: list[Json] = [{"terms": {field: list(one.values)}}]
        if re.search("[A-Za-z]", plain := unicodedata.normalize("NFKC", value)):
            ways.append({"term": {field: {"value": plain, "case_insensitive": True}}})
    elif one.labels:
        # Texts name a group as such, and no member of it.
        ways = [exactly(facet, [value])] if places.group(value) else [{"terms": {field: list(one.values)}}]
    else:
        ways = [exactly(facet, one.values)]
    if one.pattern:
        ways.append({"regexp": {field: {"value": one.pattern}}})
    return {"bool": {"should": ways, "minimum_should_match": 1}} if len(ways) > 1 else ways[0]


def values(facet: str, said: str, alternatives: Alternatives) -> tuple[str, ...]:
    """Return the values of the index that a parameter means: a region's codes, the full name of a body or firm.

    Itself where no name is known.
    """
    if facet == "document":
        return (_BRACKETED.sub(r"\1", said),)
    if facet == "source":
        return _sources(said)
    one = taken(facet, said, alternatives)
    # A group stays one value: services.search.query.facets knows its members.
    if facet in TREES:
        return (said,) if places.group(said) else one.values
    return one.values[:1]


def resolved(request: SearchRequest, alternatives: Alternatives) -> SearchRequest:
    """The request with its parameters as the index has them; one that is resolved stays as it is."""
    filters = {
        name: list(dict.fromkeys(value for said in asked for value in values(name, said, alternatives)))
        for name, asked in request.filters.items()
        if name in RESOLVED
    }
    excluded = [
        f"{name}:{value}"
        for name, asked in request.excluded.items()
        for said in asked
        for value in (values(name, said, alternatives) if name in RESOLVED else (said,))
    ]
    return request.model_copy(update=filters | ({"exclude": list(dict.fromkeys(excluded))} if excluded else {}))


def notice(facet: str, value: str, alternatives: Alternatives, *, wide: bool = True) -> str | None:
    """Return what is to be said of how a value was read; None where it is just itself.

    `wide`: with what a parameter does not take.
    """
    one, label = taken(facet, value, alternatives), shown(facet)
    if len(one.labels) > 1:
        more = f"等 {len(one.labels)} 处" if len(one.labels) > LISTED else ""
        return f"{label}“{value}”可指{'、'.join(one.labels[:LISTED])}{more},都已列出;只要其中之一,请写 {label}:{one.labels[0]} 这样的全称。"
    if one.labels and one.labels[0] != value:
        return f"{label}“{value}”按“{one.labels[0]}”查找。"
    return f"{label}“{value}”{one.wide}" if one.wide and wide else None


def notices(node: Node | None, alternatives: Alternatives, *, words: bool = True) -> list[str]:
    """Return what is to be said of a query's fields, each once, in its order; `words`: and of words that find more."""
    match node:
        case And(nodes) | Or(nodes):
            return list(dict.fromkeys(said for one in nodes for said in notices(one, alternatives, words=words)))
        case Not(inner):
            return notices(inner, alternatives, words=False)
        case Filter():
            said = notice(node.facet, node.value, alternatives)
            return [said] if said else []
        case Word() if words and node.field is None:
            said = joint.notice(node.text)
            return [said] if said else []
        case _:
            return []


def parameter_notices(request: SearchRequest, alternatives: Alternatives) -> list[str]:
    """The same of a request's parameters, as they were given; a code is what the facets themselves put there."""
    asked = [(name, value) for chosen in (request.filters, request.excluded) for name, several in chosen.items() for value in several]
    said = (
        notice(name, value, alternatives, wide=False) for name, value in asked if name in RESOLVED and (not value.isdecimal() or name not in TREES)
    )
    return list(dict.fromkeys(one for one in said if one))


def shown(facet: str) -> str:
    """The name of a facet's field as people write it before a colon: 地区."""
    return FIELDS[facet].chinese


def _sources(said: str) -> tuple[str, ...]:
    """Those of that display name; where there is none, itself as an id."""
    return sources.ids(said)[1:] or (said,)


def _place(value: str, alternatives: Alternatives) -> Taken:
    if places.group(value):
        members = places.members(value)
        return Taken(members or (value,), ("、".join(map(places.label, members)) or value,))
    codes = places.codes(value)
    if not codes:
        # 苏南 => 苏州 = 无锡: a group that analysts have declared is all its members.
        codes = tuple(dict.fromkeys(code for other in alternatives(value, False) for code in places.codes(other)))
    # A code of no division, and a name that no table has, are asked for as they are.
    return Taken(codes, tuple(map(places.label, codes))) if codes else Taken((value,))


def _body(value: str, alternatives: Alternatives) -> Taken:
    names = _names("agency", value, alternatives)
    if full := _full("agency", names):
        return Taken(tuple(dict.fromkeys((full, *names))), (full,))
    if local := _local(value):
        return Taken(tuple(dict.fromkeys((local, *names))), (local,))
    end = written_out(compact(fold(value[: places.LONGEST])))
    if end in groups("agency")["local"]:
        return Taken((value, *names), pattern=f".{{1,20}}{_escaped(end)}", wide=f"按各地的{end}查找;只要一地,请连同地名一起写。")
    return Taken((value, *names))


def _local(value: str) -> str | None:
    """苏州发改委 → 苏州市发展和改革委员会, as the index calls a body of one place; None for what begins with no place."""
    said = compact(fold(value))
    for size in range(min(len(said) - 2, places.LONGEST), 1, -1):
        codes = places.codes(said[:size])
        full = written_out(said[size:])
        # 上海证券交易所 begins with a place and is called just so.
        if len(codes) == 1 and full in groups("agency")["local"]:
            return places.label(codes[0]).removeprefix(places.above(codes[0])) + full
    return None


def _firm(value: str, alternatives: Alternatives) -> Taken:
    names = _names("company", value, alternatives)
    full = _full("company", names)
    found = tuple(dict.fromkeys((full, *names) if full else names))
    labels = (full,) if full else ()
    stem = compact(full or value)
    # What is folded away still counts in the expression.
    if len(stem) < SHORTEST_BEGINNING or len(full or value) > LONGEST_BEGINNING or re.search(f"{_FIRMS}$", stem) or stem.isdecimal():
        return Taken(found, labels)
    return Taken(found, labels, f"{_escaped(full or value)}.{{0,20}}{_FIRMS}.{{0,2}}", "" if full else "连同名称以它开头的企业一起查找。")


def _names(kind: Kind, value: str, alternatives: Alternatives) -> tuple[str, ...]:
    """The value and all that it is called too, by the tables and by what analysts have added."""
    said = dict.fromkeys((value, *alternatives(value, False)))
    for name in tuple(said):
        if full := meant(kind, name):
            said |= dict.fromkeys(printed(kind, full))
    return tuple(said)


def _full(kind: Kind, names: Sequence[str]) -> str | None:
    """Return the first full name among them; of a listed firm that no table has, the short one of its exchange."""
    return next((full for name in names if (full := full_name(kind, name) or meant(kind, name))), None)


def _document(value: str) -> Json:
    """By the letters and digits of its name alone: everybody writes brackets, dashes and spaces differently."""
    ways: list[Json] = [{"terms": {FACETS["document"].field: [value]}}]
    if key := document_key(value):
        ways.append({"term": {"document_keys": key}})
    return {"bool": {"should": ways, "minimum_should_match": 1}}


def _standard(value: str) -> Json:
    """GBT32150, gb/t 32150—2015: by letters and number; all parts and years where none is said."""
    said = unicodedata.normalize("NFKC", value).replace(" ", "").replace("—", "-").replace("–", "-")
    found = _CODE.fullmatch(said)
    field = UNCOUNTED["standard"]
    if not found:
        return {"term": {field: {"value": value, "case_insensitive": True}}}
    letters = "[/ ]?".join(_escaped(letter) for letter in found["letters"] if letter != "/")
    rest = "" if found["year"] else r"(\.[0-9]{1,3}){0,2}(-[0-9]{1,4}(:[0-9]{4})?)?"
    number = _escaped(found["number"]) + (f"[-:]{found['year']}" if found["year"] else rest)
    return {"regexp": {field: {"value": f"{letters}[/ ]{{0,2}}{number}", "case_insensitive": True}}}


_CODE = re.compile(
    r"(?P<letters>[Dd][Bb]\d{2,6}(?:/[Tt]?|[Tt])|[A-Za-z]{1,6}(?:/[A-Za-z]{1,6}){0,2})"
    r"(?P<number>\d{1,6}(?:[.-]\d{1,3}(?!\d)){0,4})(?:[-:](?P<year>\d{4}))?"
)
"""DB32/T 4000-2021, GB/T 32151.1-2015, ISO/IEC/TS 17021-10:2018; bounded, as Elasticsearch refuses long expressions."""


def _escaped(text: str) -> str:
    return _RESERVED.sub(r"\\\1", text)
