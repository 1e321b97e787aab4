"""What the request at hand may read: everything, or, with keys that may feed and not search, digests of some sources.

It is put into the request's context once (services.search.web.access) rather than handed through every part of
an answer, as the names of sources are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True)
class Reader:
    """Who reads."""

    searches: bool = True
    """Whether they may search; else they read what became of the digests that they may feed"""
    sources: tuple[str, ...] | None = None
    """Those of which they read, by patterns with `*`; None: all"""


ALL = Reader()
"""Whoever may search"""

_reader: ContextVar[Reader] = ContextVar("who reads", default=ALL)


def searches() -> bool:
    """Whether they may search, and so follow links to what is found."""
    return _reader.get().searches


def everything() -> bool:
    """Whether there is no source that they may not read of."""
    return _reader.get().sources is None


def may_read(source: str) -> bool:
    """Whether they may read digests of a source."""
    sources = _reader.get().sources
    return sources is None or any(fnmatchcase(source, pattern) for pattern in sources)


def clauses() -> list[dict[str, Any]]:
    """The clauses that a manifest must fulfil to be read; a key's patterns know `*` alone, as in Elasticsearch."""
    sources = _reader.get().sources
    if sources is None:
        return []
    patterns = [{"wildcard": {"source": one}} for one in sources]
    return [{"bool": {"should": patterns, "minimum_should_match": 1}}]


@contextmanager
def read_by(reader: Reader) -> Iterator[None]:
    """Whatever is done in the block is done for them, also in threads and tasks that it begins."""
    token = _reader.set(reader)
    try:
        yield
    finally:
        _reader.reset(token)
