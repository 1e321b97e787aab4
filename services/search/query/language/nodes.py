"""The tree that a query is read into: what services.search.query.query makes Elasticsearch's search from, and highlights are found by. Pure.

Every leaf knows where it stands in the query, [start, end) in code points, so that whatever is said about it can point to it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

TextField = Literal["title", "body"]


@dataclass(frozen=True, slots=True)
class Word:
    """Text without quotation marks and white space: found as it stands, or where each of its parts stands."""

    text: str
    start: int
    end: int
    field: TextField | None = None
    """Only there; None for both"""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Quoted text: its characters in this order, nothing between them but white space."""

    text: str
    start: int
    end: int
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """`"碳市场 配额"~10`: all of the parts, in any order, with at most `distance` other characters between them."""

    parts: tuple[str, ...]
    distance: int
    start: int
    end: int
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`GB/T 32151.*`, `零碳?厂`: `?` stands for one character, `*` for any up to the bound of services.search.query.wildcard_query."""

    pattern: str
    start: int
    end: int
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """`region:昆山`, `地区:昆山`: the item's value in a facet."""

    facet: str
    """Key of services.search.query.facets.FACETS, or of UNCOUNTED of the fields"""
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Dates:
    """Published within these days, both included; None leaves a side open. Or published nobody knows when."""

    first: date | None
    last: date | None
    start: int
    end: int
    known: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """`target:装机>=10GW`, `目标:装机>=10GW@2030`: what somebody sets out to reach."""

    metric: str
    """Words that its indicator holds; empty for any"""
    op: Literal[">=", "<=", ">", "<", "="] | None
    number: float | None
    unit: str | None
    """As written: GW, 万千瓦; None for a bare number"""
    by: int | None
    """The year by which, the last of them"""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    nodes: tuple["Node", ...]


Leaf = Word | Phrase | Near | Wildcard | Filter | Dates | Target
Node = Leaf | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """What was read."""

    node: Node | None
    """None for a query without anything in it: every item"""
    notices: tuple[str, ...] = ()
    """What somebody should know about the reading, in Chinese"""
