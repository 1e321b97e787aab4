"""The names that may stand before a colon, in English and Chinese → what they mean. Pure.

A facet of services.search.query.facets is a field under its own name and its label; the tables below add the other names that people use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import OSA

from services.search.query.facets import FACETS

Kind = Literal["facet", "text", "dates", "target"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the query language."""

    name: str
    kind: Kind
    names: tuple[str, ...]
    """All names, `name` first"""

    @property
    def chinese(self) -> str:
        """The one that people are shown."""
        return self.names[1]


# More names of facets; one for a facet that does not exist is left out. Not 机构 and 部门: too many headlines say 机构:….
_FACETS: Mapping[str, tuple[str, ...]] = {
    "about": ("所述地区",),
    "region": ("地区",),
    "topic": ("主题", "话题"),
    "doc_type": ("类型", "type", "文种"),
    "level": ("层级", "级别"),
    "agency": ("机关",),
    "company": ("企业", "公司"),
    "document": ("文件", "文件名"),
    "section": ("栏目",),
    "source": ("来源",),
}

_OTHERS: Mapping[tuple[str, Kind], tuple[str, ...]] = {
    ("standard", "facet"): ("标准", "标准号"),
    ("title", "text"): ("标题",),
    ("body", "text"): ("正文",),
    ("date", "dates"): ("日期", "时间"),
    ("after", "dates"): ("起始", "since", "开始"),
    ("before", "dates"): ("早于", "之前"),
    ("until", "dates"): ("截至", "截止"),
    ("target", "target"): ("目标", "指标"),
}


UNCOUNTED: Mapping[str, str] = {"standard": "standards"}
"""Fields of keywords that no facet counts → the field of the index."""


def _all() -> dict[str, Field]:
    found = {name: Field(name, kind, (name, *names)) for (name, kind), names in _OTHERS.items()}
    for name, facet in FACETS.items():
        # The label last: 提及地区 says what the facet counts, 地区 is what people type.
        found[name] = Field(name, "facet", tuple(dict.fromkeys((name, *_FACETS.get(name, ()), facet.label))))
    return found


FIELDS: Mapping[str, Field] = _all()
"""Every field by its English name"""

NAMES: Mapping[str, Field] = {name: field for field in FIELDS.values() for name in field.names}
"""Every name → its field"""

LONGEST = max(len(name) for name in NAMES if not name.isascii())


def field_of(name: str) -> Field | None:
    """The field of that name, whatever its case: a telephone's keyboard begins with a capital."""
    return NAMES.get(name.lower())


def resembling(name: str) -> str | None:
    """The field that a lower-case English name was most likely meant to be: one slip in a short name, two in one of six letters or more."""
    slips = 1 if len(name) < 6 else 2
    if len(name) < 4 or not (name.isascii() and name.islower()):
        return None
    known = {other: OSA.distance(name, other) for other in NAMES if other.isascii()}
    nearest = min(known, key=lambda other: known[other])
    return nearest if known[nearest] <= slips else None
