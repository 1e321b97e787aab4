"""A tree → the same within bounds: pasted text is shortened with a notice, a query made of more than words is refused. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from services.search.query.language.errors import QueryError
from services.search.query.language.nodes import And, Leaf, Node, Not, Or, Phrase, Word

MAX_QUERY = 2000
"""Characters of a query that are read at all; a longer one is no query but a document."""

MAX_LOOSE = 256
"""Characters of unquoted words that are searched for. A headline has under 60, and 256 characters in a row tell any item from all others;
each pair of characters is a clause to Elasticsearch, which refuses queries of some thousands (fewer, the smaller its memory)."""

MAX_WORDS = 32
"""Words, phrases, filters … of one query."""

SHORTENED = f"查询太长,只用了前 {MAX_LOOSE} 个字、{MAX_WORDS} 个词。"


def bounded(node: Node | None) -> tuple[Node | None, bool]:
    """The tree within bounds and whether it was shortened. Raises QueryError where more than words would be lost."""
    leaves = list(_leaves(node)) if node else []
    kept = _kept(leaves)
    if kept == leaves:
        return node, False
    if plain(node):
        return (And(tuple(kept)) if len(kept) > 1 else kept[0]), True
    first = next(leaf for leaf, other in zip(leaves, [*kept, *[None] * len(leaves)], strict=False) if leaf != other)
    raise QueryError(
        f"at most {MAX_WORDS} words and {MAX_LOOSE} characters of them",
        f"查询太长:最多 {MAX_WORDS} 个词,不带引号的词合计最多 {MAX_LOOSE} 个字。",
        first.start,
        first.end - first.start,
    )


def plain(node: Node | None) -> bool:
    """Whether it is nothing but words and phrases: pasted text."""
    nodes = node.nodes if isinstance(node, And) else (node,)
    return all(node is None or (isinstance(node, Word | Phrase) and node.field is None) for node in nodes)


def once(node: Node) -> Node:
    """Without words and phrases that stand twice side by side."""
    match node:
        case And(nodes) | Or(nodes):
            kept: dict[object, Node] = {}
            for one in map(once, nodes):
                kept.setdefault(replace(one, start=0, end=0) if isinstance(one, Word | Phrase) else id(one), one)
            return type(node)(tuple(kept.values())) if len(kept) > 1 else next(iter(kept.values()))
        case Not(inner):
            return Not(once(inner))
        case _:
            return node


def _kept(leaves: list[Leaf]) -> list[Leaf]:
    kept: list[Leaf] = []
    room = MAX_LOOSE
    for leaf in leaves[:MAX_WORDS]:
        if isinstance(leaf, Word):
            if not room:
                continue
            if len(leaf.text) > room:
                leaf = replace(leaf, text=leaf.text[:room], end=leaf.start + room)
            room -= len(leaf.text)
        kept.append(leaf)
    return kept


def _leaves(node: Node) -> Iterator[Leaf]:
    match node:
        case And(nodes) | Or(nodes):
            for one in nodes:
                yield from _leaves(one)
        case Not(inner):
            yield from _leaves(inner)
        case _:
            yield node
