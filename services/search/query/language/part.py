"""A query → the same without one of its parts, or with one written otherwise, as text. Pure.

    昆山 -补贴 日期:本周      昆山 日期:本周;  昆山 -补贴;  昆山 -补贴 日期:上周

Whether a text with a piece cut out still says the rest is not reckoned but tried: it is read again, and must give
the tree that is left.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.search.query.language.errors import QueryError
from services.search.query.language.marks import QUOTES
from services.search.query.language.nodes import And, Leaf, Node, Not, Or
from services.search.query.language.read import read

MOST = 8
"""Parts of a query that are looked at: who writes more has pasted something."""

_REACH = 40
"""Characters before a part that may belong to it: a field with its colon, minus, NOT and parentheses"""

_BEFORE = re.compile(r"(?:[-－(（]|\bNOT\s+|\w+[:：])+$")
_FIELD = re.compile(r"(\w+[:：])?([(（]*)")
_CLOSING = re.compile(r"[)）]*")


@dataclass(frozen=True, slots=True)
class Part:
    """One of the conditions that must all hold."""

    node: Node
    start: int
    end: int
    """Where it stands in the query, with its field, minus and parentheses"""


def parts(q: str, node: Node | None) -> list[Part]:
    """The conditions of a query that must all hold, in their order; [] for one that is no such list, or too long."""
    nodes = node.nodes if isinstance(node, And) else () if node is None else (node,)
    return [Part(one, *_place(q, one)) for one in nodes] if len(nodes) <= MOST else []


def without(q: str, part: Part, *, today: date) -> str | None:
    """The query without a part; None where nothing is left, or not just the rest."""
    left = f"{q[: part.start].rstrip()} {q[part.end :].lstrip()}".strip()
    whole = read(q, today=today).node
    if not left or not isinstance(whole, And):
        return None
    rest = tuple(one for one in whole.nodes if _bare(one) != _bare(part.node))
    try:
        found = read(left, today=today).node
    except QueryError:
        return None
    wanted = And(rest) if len(rest) > 1 else rest[0] if rest else None
    return left if found and wanted and _bare(found) == _bare(wanted) else None


def otherwise(q: str, leaf: Leaf, said: str) -> str:
    """The query with a leaf's value written otherwise, its field as it stands."""
    field, _ = _field(q, leaf)
    return f"{q[: leaf.start]}{field}{said}{q[_closed(q, leaf) :]}"


def value_of(q: str, leaf: Leaf) -> str:
    """Return what a leaf's field has, without parentheses and quotation marks: 本周 of 日期:(“本周”)."""
    field, opened = _field(q, leaf)
    said = q[leaf.start + len(field) + opened : leaf.end].strip()
    return said[1:-1] if said[-1:] in QUOTES.get(said[:1], ()) else said


def _field(q: str, leaf: Leaf) -> tuple[str, int]:
    """A leaf's own field with its colon, if it has one, and how many parentheses are opened behind it."""
    found = _FIELD.match(q, leaf.start, leaf.end)
    return (found[1], len(found[2])) if found and found[1] else ("", 0)


def _closed(q: str, leaf: Leaf) -> int:
    """Where a leaf ends, with the parentheses that close those behind its field."""
    closing = _CLOSING.match(q, leaf.end)
    return leaf.end + min(_field(q, leaf)[1], len(closing[0]) if closing else 0)


def _place(q: str, node: Node) -> tuple[int, int]:
    places = [(leaf.start, _closed(q, leaf)) for leaf in _leaves(node)]
    start, end = min(first for first, _ in places), max(last for _, last in places)
    before = _BEFORE.search(q, max(0, start - _REACH), start)
    opened = sum(before[0].count(mark) for mark in "(（") if before else 0
    closing = _CLOSING.match(q, end)
    return before.start() if before else start, end + min(opened, len(closing[0]) if closing else 0)


def _leaves(node: Node) -> Iterator[Leaf]:
    match node:
        case And(nodes) | Or(nodes):
            for one in nodes:
                yield from _leaves(one)
        case Not(inner):
            yield from _leaves(inner)
        case _:
            yield node


def _bare(node: Node) -> Node:
    """Without places."""
    match node:
        case And(nodes) | Or(nodes):
            return type(node)(tuple(map(_bare, nodes)))
        case Not(inner):
            return Not(_bare(inner))
        case _:
            return replace(node, start=0, end=0)
