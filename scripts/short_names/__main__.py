"""Archives of real digests and verdicts on 150 short names in → P@10 and recall for each kind of name.

    python -m scripts.short_names GOLD [--half held_out] [--misses]

On the Elasticsearch at ELASTICSEARCH_URL, else on one started for it. What was judged, and how:
tests/data/judged/short_names/README.md.
"""

import argparse
import asyncio
import functools
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from scripts.retrieval import product
from scripts.retrieval.engine import elasticsearch, index
from scripts.short_names import corpus, judged
from scripts.short_names.score import Score, means, score
from services.index import mapping
from services.search.answer.finder import alternatives
from services.search.query import in_index, query
from services.search.query.language.read import read
from services.search.query.query import Question
from services.search.query.request import SearchRequest
from services.search.query.synonym_file import SynonymFile
from services.search.query.synonyms import Synonyms

ALL = 1_000
"""Hits that are read: more than any of these names has."""


def found(client: Elasticsearch, name: str, synonyms: Synonyms, q: str, *, relax: bool) -> list[str]:
    """The ids of all hits in their order, as the product asks for them."""

    def ask(body: dict[str, Any]) -> Any:
        return client.search(index=name, body=body).body

    asked = Question(
        SearchRequest.model_validate({"q": q, "relax": relax}),
        read(q, today=product.TODAY),
        functools.partial(alternatives, synonyms, True),
    )
    if said := in_index.words(asked.query.node):
        asked = replace(asked, names=in_index.read(ask(in_index.search(said)), said))
    if query.may_be_relaxed(asked):
        asked = query.relaxed(asked, ask(query.strict_hits(asked))["hits"]["total"]["value"])
    body = {"query": query.narrowed(asked), "sort": query.sorting(asked), "size": ALL, "_source": False}
    return [str(hit["_id"]) for hit in ask(body)["hits"]["hits"]]


def table(title: str, scores: Mapping[str, Score], kinds: Mapping[str, str]) -> None:
    """Print a row for each kind and one for all."""
    print(f"\n{title:<36} names  P@10      R  not judged")
    for kind, label in (*judged.KINDS.items(), ("", "all")):
        of = [one for name, one in scores.items() if kind in ("", kinds[name])]
        precision, recall = means(of)
        unjudged = sum(one.unjudged for one in of)
        print(f"  {label:<34} {len(of):5}  {precision:.3f}  {recall:.3f}  {unjudged:10}")


def main() -> int:
    """Print the tables; 1 where the folder has none of the digests."""
    parser = argparse.ArgumentParser(description="P@10 and recall of 150 short names.")
    parser.add_argument("gold", type=Path)
    parser.add_argument("--half", choices=judged.HALVES, default="all", help="held_out: failures not looked at")
    parser.add_argument("--misses", action="store_true", help="print the names that are not perfect")
    arguments = parser.parse_args()
    digests = dict(corpus.enriched(arguments.gold, judged.digests()))
    if not digests:
        print(f"{arguments.gold} holds none of the digests that were judged", file=sys.stderr)
        return 1
    given = [one for one in judged.verdicts() if arguments.half in ("all", judged.half(one.name))]
    names, lost = judged.placed(given, {number: corpus.places(digest) for number, digest in digests.items()})
    items = sum(len(one.items) for one in digests.values())
    print(f"{len(digests)} digests, {items} items, {len(given)} verdicts, {lost} of items no longer parted so")
    kinds = {one.name: one.kind for one in given}
    synonyms = asyncio.run(SynonymFile().current())
    documents = corpus.documents(digests.values())
    with (
        elasticsearch() as client,
        index(client, documents, settings=product.settings(), mappings=mapping.ITEMS_MAPPING) as made,
    ):
        for title, relax in (("jianbao", True), ("jianbao, never relaxed", False)):
            answers = {name: found(client, made.name, synonyms, name, relax=relax) for name in names}
            scores = {name: score(answers[name], right) for name, right in names.items()}
            table(title, scores, kinds)
            for name, one in scores.items() if arguments.misses else ():
                if one.precision < 1 or one.recall not in (None, 1):
                    recall = "-" if one.recall is None else f"{one.recall:.2f}"
                    print(f"    {name}: P@10 {one.precision:.2f}, R {recall}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
