"""One line of text → Query, or QueryError with the place and, where there is one, a query that can be read. Pure.

    零碳 OR 近零碳 -钢铁 地区:江苏 after:2026-01     see services.search.query.language.examples for all that can be written

cleaned (marks) → tokens (scan) → tree (tree, by grammar.lark; fields by scope) → within bounds (limits) → places in the text as it was typed
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from services.search.query.language.errors import QueryError
from services.search.query.language.limits import MAX_QUERY, SHORTENED, bounded, once, plain
from services.search.query.language.marks import clean
from services.search.query.language.nodes import And, Node, Not, Or, Query
from services.search.query.language.scan import scan
from services.search.query.language.tree import tree_of

MENDS = 5
"""Slips of one query that are mended one after the other; who makes more is told of the first only"""


def read(q: str, *, today: date) -> Query:
    """The query of `q`; `today` is the day that 上周 counts from. Raises QueryError; places are in code points of `q`."""
    text, places = clean(q[:MAX_QUERY])
    try:
        return _read(text, places, q, today)
    except QueryError as error:
        if len(q) > MAX_QUERY:
            raise _too_long(q) from error
        start, end = _original(error.position, error.position + error.length, places, len(q))
        suggestion = _mended(error.suggestion, today)
        raise QueryError(error.message, error.chinese, start, end - start, suggestion) from error


def _read(text: str, places: Sequence[int], q: str, today: date) -> Query:
    tokens, notices = scan(text)
    node, more = tree_of(tokens, text, today)
    if len(q) > MAX_QUERY and not plain(node):
        raise _too_long(q)
    node, shortened = bounded(once(node)) if node else (None, False)
    shortened = shortened or len(q) > MAX_QUERY
    if node and len(places) != len(q):
        node = _moved(node, lambda start, end: _original(start, end, places, len(q)))
    return Query(node, (*((SHORTENED,) if shortened else ()), *notices, *more))


def _too_long(q: str) -> QueryError:
    return QueryError(f"at most {MAX_QUERY} characters", f"查询太长:最多 {MAX_QUERY} 个字。", MAX_QUERY, len(q) - MAX_QUERY)


def _mended(suggestion: str | None, today: date) -> str | None:
    """The suggestion, itself mended until it can be read."""
    for _ in range(MENDS):
        if not suggestion or not suggestion.strip():
            return None
        text, places = clean(suggestion.strip())
        try:
            _read(text, places, text, today)
        except QueryError as error:
            suggestion = error.suggestion
        else:
            return text
    return None


def _original(start: int, end: int, places: Sequence[int], length: int) -> tuple[int, int]:
    first = places[start] if start < len(places) else length
    return first, max(first, places[end - 1] + 1 if 0 < end <= len(places) else first)


def _moved(node: Node, original: Callable[[int, int], tuple[int, int]]) -> Node:
    """The tree with its places in the text as it was typed."""
    match node:
        case And(nodes) | Or(nodes):
            return type(node)(tuple(_moved(one, original) for one in nodes))
        case Not(inner):
            return Not(_moved(inner, original))
        case _:
            start, end = original(node.start, node.end)
            return replace(node, start=start, end=end)
