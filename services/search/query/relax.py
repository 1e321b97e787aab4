"""A text of which hardly anything is found → the same search, asked in relaxed form. Pure.

All words of a query are required, and all parts of each. A headline says a thing in other words than the item does, so that the very item that it is
about may not be found. Where a text of several parts finds hardly anything, what is like it is listed too, behind what was found; and the answer says
so. A known name, or a word of up to four characters, is there or not, and so are several of them. What only ends as names do (…有限公司) is looked
for by most of its pairs where nothing is found, as people write names in full that texts do not.
"""

from typing import Any

from services.search.query.clauses import TITLE_BOOST, any_of, beside, exactly
from services.search.query.language.limits import MAX_LOOSE, plain
from services.search.query.language.nodes import And, Node, Phrase, Word
from services.search.query.parts import Names, named, parts
from shared.text.bigrams import pairs

Json = dict[str, Any]

BELOW = 10
"""Hits from which on a strict search is enough: a page's worth."""

LEAST_PAIRS = 6
"""Pairs of characters and words that a text needs to be like another, where nothing is found: fewer are a name, which is there or not."""

LEAST_BESIDE = 14
"""The same where something is found: as many as a headline has and a few words have not, whose total must not be drowned."""

ENOUGH_PAIRS = "2<-1 5<70%"
"""What is like a text with fewer, or a name: of one or two pairs all, of three to five all but one, of more 70 %.

The pairs over a border of words (碳工) say nothing by themselves, while a single pair of many would flood the list.
"""

ENOUGH = "20%"
"""Of the pairs: what shares less with a headline has nothing to do with it. Against 10 % it costs 0.0005 of MRR and spares most of the time;
30 % would cost 0.005, and 40 % 0.026."""

FIRST = 1_000
"""Lifts what was found strictly over whatever is like the text: no score comes near it."""

NONE = "没有完全相符的条目,以下是相近的。"
SOME = "完全相符的只有 {total} 条,连同相近的条目一起按相关度列出。"


def text(node: Node | None, strict: int, names: Names = frozenset()) -> str | None:
    """The text that may be asked for in relaxed form where `strict` hits were found.

    None for a query with operators, of quoted text alone, or too short, and where enough was found. `names`: words that the index knows as names.
    """
    leaves = node.nodes if isinstance(node, And) else (node,)
    if strict >= BELOW or not plain(node) or not any(isinstance(leaf, Word) for leaf in leaves):
        return None
    texts = [leaf.text for leaf in leaves if isinstance(leaf, Word | Phrase)]
    said = " ".join(texts)[:MAX_LOOSE]
    if len(texts) == 1 and len(parts(said, names)) == 1:
        return None
    if len(texts) > 1 and all(named(one, names) for one in texts):
        return None  # Several names: what has 银行 in common with two banks is neither.
    if len(texts) == 1 and len(pairs(said)) < LEAST_BESIDE:
        return None if named(said, names) and (strict or len(pairs(said)) < LEAST_PAIRS) else said
    return said if len(pairs(said)) >= (LEAST_BESIDE if strict else LEAST_PAIRS) else None


def enough(said: str, strict: int) -> str:
    """How many of the pairs of a text something must have to be like it, as Elasticsearch's `minimum_should_match`."""
    # A headline may end as names do; one word that is shorter and does so is a name.
    name = " " not in said and len(pairs(said)) < LEAST_BESIDE and named(said)
    return ENOUGH if len(pairs(said)) >= (LEAST_BESIDE if strict else LEAST_PAIRS) and not name else ENOUGH_PAIRS


def clause(said: str, strict: int, found: Json) -> Json:
    """Whatever is like the text; `found`, the clause of what was found strictly, comes first."""
    like = {"combined_fields": {"query": said, "fields": [f"title^{TITLE_BOOST}", "body"], "minimum_should_match": enough(said, strict)}}
    first: list[Json] = [{"constant_score": {"filter": found, "boost": FIRST}}] if strict else []
    more = [*beside(said), *(exactly(word) for word in said.split() if strict)]
    return {"bool": {"must": [any_of([like, *first])], "should": more}}


def notice(strict: int) -> str:
    """What is to be said about a search that found so many strictly."""
    return SOME.format(total=strict) if strict else NONE
