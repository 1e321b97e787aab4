"""Known-item search on the collections of a gold folder → a table for each: what our ranking gains over pairs of characters alone, and costs.

    python -m scripts.retrieval GOLD [--half tuning] [--only xwlb]

On the Elasticsearch at ELASTICSEARCH_URL, else on one started for it. The held-out half of the queries is reported; weights were chosen on the other.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from scripts.retrieval import pairs, product
from scripts.retrieval.engine import Index, ask, elasticsearch, index
from scripts.retrieval.known import KnownItems, Query, collections
from scripts.retrieval.score import score
from services.index import mapping

Json = dict[str, Any]
WIDTH = 36


def table(client: Elasticsearch, items: KnownItems, queries: Sequence[Query]) -> None:
    """Print the rows of one collection, each as soon as it is known."""
    print(f"\n{items.name}: {len(items.bodies)} bodies, {len(queries)} headlines")
    print(f"{'':{WIDTH}} MRR@10   gain  hit@1  found   ms/query  index MB     s")
    floor = 0.0

    def row(name: str, query: Callable[[str], Json], made: Index, *, again: Callable[[str, int], Json | None] | None = None) -> float:
        answers, took = ask(client, made.name, [query(one.text) for one in queries])
        if again:
            # At most DEPTH hits are read, which is as many as end the strict search's being asked again.
            made_again = {at: loose for at, one in enumerate(queries) if (loose := again(one.text, len(answers[at])))}
            more, further = ask(client, made.name, list(made_again.values()))
            for at, hits in zip(made_again, more, strict=True):
                answers[at] = hits
            took += further * len(made_again) / len(queries)
        got = score([one.item for one in queries], answers)
        gain = f"{got.mrr - floor:+.3f}" if floor else ""
        costs = f"{took:8.1f}  {made.size / 1e6:8.2f} {made.seconds:5.1f}"
        print(f"{name:{WIDTH}}  {got.mrr:.3f} {gain:>6}  {got.first:.3f}  {got.found:.3f}  {costs}", flush=True)
        return got.mrr

    documents = (pairs.document(item, body) for item, body in items.bodies.items())
    with index(client, documents, settings=pairs.SETTINGS, mappings=pairs.MAPPING) as made:
        floor = row("pairs of characters", pairs.query, made)
    documents = (product.document(item, body) for item, body in items.bodies.items())
    with index(client, documents, settings=product.settings(), mappings=mapping.ITEMS_MAPPING) as made:
        row("jianbao, headline as one word", product.one_word, made)
        row("jianbao, in the box, strictly", product.typed, made)
        row("jianbao, in the box", product.typed, made, again=product.typed_again)


def main() -> int:
    """Print a table for each collection; 1 where the folder has none."""
    parser = argparse.ArgumentParser(description="Known-item search: headlines as queries, bodies as documents.")
    parser.add_argument("gold", type=Path)
    parser.add_argument("--half", choices=("tuning", "held_out", "all"), default="held_out")
    parser.add_argument("--only", help="one collection")
    asked = parser.parse_args()
    sets = [one for one in collections(asked.gold) if asked.only in (None, one.name)]
    if not sets:
        print(f"{asked.gold} holds no collection of news to search", file=sys.stderr)
        return 1
    with elasticsearch() as client:
        for items in sets:
            halves = {"tuning": items.tuning, "held_out": items.held_out, "all": (*items.tuning, *items.held_out)}
            table(client, items, halves[asked.half])
    return 0


if __name__ == "__main__":
    sys.exit(main())
