"""The words of a query → a search that tells which are names in the index, and its answer → these. Pure.

    售电公司管理办法    a document that some item names: found as it stands, not where its words stand apart

Only words that would be taken apart are asked for (services.search.query.parts): short ones and names of the
tables need no asking.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from services.search.query.language.nodes import And, Node, Or, Word
from services.search.query.parts import LONGEST, Names, parts
from shared.text.document_keys import document_key
from shared.text.folding import compact, fold

Json = dict[str, Any]

FIELDS = ("agencies", "companies", "persons", "schemes", "standards", "region_names")
"""Where names stand as they are printed"""

MOST = 8
"""Words that are asked for: a name stands alone or beside a few others."""


def words(node: Node | None) -> tuple[str, ...]:
    """The words that may be names and are no short or well-known ones, each once."""
    short = (word.text for word in _words(node) if len(compact(fold(word.text))) <= LONGEST)
    found = dict.fromkeys(word for word in short if len(parts(word)) > 1)
    return tuple(found) if len(found) <= MOST else ()


def search(said: tuple[str, ...]) -> Json:
    """The body of the search, which reads no item."""
    filters = {str(at): {"bool": {"should": _named(word)}} for at, word in enumerate(said)}
    return {"size": 0, "track_total_hits": False, "aggs": {"names": {"filters": {"filters": filters}}}}


def read(answer: Mapping[str, Any], said: tuple[str, ...]) -> Names:
    """Those that some item has for a name, folded and compact."""
    buckets = answer["aggregations"]["names"]["buckets"]
    return frozenset(compact(fold(word)) for at, word in enumerate(said) if buckets[str(at)]["doc_count"])


def _words(node: Node | None) -> Iterator[Word]:
    match node:
        case Word():
            yield node
        case And() | Or():
            for one in node.nodes:
                yield from _words(one)


def _named(word: str) -> list[Json]:
    spelt = sorted({word, fold(word)})
    return [*({"terms": {field: spelt}} for field in FIELDS), {"term": {"document_keys": document_key(word)}}]
