"""A pasted headline of which hardly anything is found → the same search, asked in relaxed form. Pure.

All words of a query are required, and most pairs of each. A headline says a thing in other words than the item does, so that the very item that it is
about may not be found. Where a text of some length finds hardly anything, what is like it is listed too, by how well it fits; and the answer says so.
"""

from typing import Any

from services.search.query.clauses import TITLE_BOOST, beside, exactly
from services.search.query.language.limits import MAX_LOOSE, plain
from services.search.query.language.nodes import And, Node, Phrase, Word
from shared.text.bigrams import pairs

Json = dict[str, Any]

BELOW = 10
"""Hits from which on a strict search is enough: a page's worth."""

LEAST_PAIRS = 6
"""Pairs of characters and words that a text needs to be like another, where nothing is found: fewer are a name, which is there or not."""

LEAST_BESIDE = 14
"""The same where something is found: as many as a headline has and the name of a company has not, whose total must not be drowned."""

ENOUGH = "20%"
"""Of the pairs: what shares less with a headline has nothing to do with it. Against 10 % it costs 0.0005 of MRR and spares most of the time;
30 % would cost 0.005, and 40 % 0.026."""

NONE = "没有完全相符的条目,以下是相近的。"
SOME = "完全相符的只有 {total} 条,连同相近的条目一起按相关度列出。"


def text(node: Node | None, strict: int) -> str | None:
    """The text that may be asked for in relaxed form where `strict` hits were found.

    None for a query with operators, of quoted text alone, or too short, and where enough was found.
    """
    leaves = node.nodes if isinstance(node, And) else (node,)
    if strict >= BELOW or not plain(node) or not any(isinstance(leaf, Word) for leaf in leaves):
        return None
    said = " ".join(leaf.text for leaf in leaves if isinstance(leaf, Word | Phrase))[:MAX_LOOSE]
    return said if len(pairs(said)) >= (LEAST_BESIDE if strict else LEAST_PAIRS) else None


def clause(said: str, strict: int) -> Json:
    """Whatever is like the text; where anything was found strictly, what says it as it stands comes first."""
    like = {"combined_fields": {"query": said, "fields": [f"title^{TITLE_BOOST}", "body"], "minimum_should_match": ENOUGH}}
    return {"bool": {"must": [like], "should": [*beside(said), *(exactly(word) for word in said.split() if strict)]}}


def notice(strict: int) -> str:
    """What is to be said about a search that found so many strictly."""
    return SOME.format(total=strict) if strict else NONE
