"""Bodies → an index on Elasticsearch; queries → ids of hits; with what both took."""

import os
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar
from uuid import uuid4

from elasticsearch import Elasticsearch
from elasticsearch.exceptions import GeneralAvailabilityWarning

from deploy.engines.engines import running_engines
from scripts.retrieval.score import DEPTH

Json = dict[str, Any]
T = TypeVar("T")

BULK = 500
"""Documents a request."""
ASKED = 100
"""Queries a request: the way there and back is not what is measured."""


@dataclass(frozen=True)
class Index:
    """An index with what it took."""

    name: str
    seconds: float
    """To make the documents and have them indexed"""
    size: int
    """Bytes after merging to one segment, without what Elasticsearch keeps of the documents as they were sent"""


@contextmanager
def elasticsearch() -> Iterator[Elasticsearch]:
    """A client for the one that runs, or for one of our own."""
    with ExitStack() as stack:
        url = os.environ.get("ELASTICSEARCH_URL") or stack.enter_context(running_engines()).elasticsearch_url
        yield stack.enter_context(Elasticsearch(url, request_timeout=120))


@contextmanager
def index(client: Elasticsearch, documents: Iterable[Json], *, settings: Json, mappings: Json) -> Iterator[Index]:
    """An index of the documents by their `item_id`, deleted afterwards. Raises RuntimeError where one is refused."""
    name = f"known-items-{uuid4().hex[:8]}"
    client.indices.create(index=name, settings=settings, mappings=mappings)
    try:
        began = time.perf_counter()
        for part in _parts(documents, BULK):
            lines: list[Json] = [line for document in part for line in ({"index": {"_id": document["item_id"]}}, document)]
            if client.bulk(index=name, operations=lines).body["errors"]:
                raise RuntimeError(f"Elasticsearch refused documents of {name}")
        client.indices.refresh(index=name)
        seconds = time.perf_counter() - began
        client.indices.forcemerge(index=name, max_num_segments=1)
        client.indices.refresh(index=name)
        yield Index(name, seconds, _size(client, name))
    finally:
        client.indices.delete(index=name)


def _size(client: Elasticsearch, name: str) -> int:
    with warnings.catch_warnings():
        # The interface is in technical preview, which is good enough for a figure.
        warnings.simplefilter("ignore", GeneralAvailabilityWarning)
        fields = client.indices.disk_usage(index=name, run_expensive_tasks=True).body[name]["fields"]
    return sum(int(use["total_in_bytes"]) for field, use in fields.items() if field != "_source")


def ask(client: Elasticsearch, name: str, queries: Sequence[Json]) -> tuple[list[list[str]], float]:
    """The ids of the first hits of each query, and the ms that each took on average."""
    found: list[list[str]] = []
    began = time.perf_counter()
    for part in _parts(queries, ASKED):
        searches = [line for query in part for line in ({}, _search(query))]
        for answer in client.msearch(index=name, searches=searches).body["responses"]:
            if "error" in answer:
                raise RuntimeError(f"Elasticsearch refused a query: {answer['error']}")
            found.append([str(hit["_id"]) for hit in answer["hits"]["hits"]])
    return found, 1000 * (time.perf_counter() - began) / len(queries)


def _search(query: Json) -> Json:
    # Where scores are equal the id decides, which is a hash; else the order of indexing would.
    order: list[Json] = [{"_score": "desc"}, {"item_id": "asc"}]
    return {"query": query, "size": DEPTH, "sort": order, "_source": False, "track_total_hits": False}


def _parts(values: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part
