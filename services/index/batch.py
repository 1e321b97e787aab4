"""Documents → NDJSON bytes built once, and cut into requests by size. Pure; services.index.verdicts judges the answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

Json = dict[str, Any]

LARGEST = 4 * 2**20
"""Bytes of one write. Elasticsearch counts the largest write of a request four times over and allows all writes together a tenth of its heap
(9.5.3): 256 MiB, the least that the local engines are given, take one of 6.7 MB. Enrich makes items of a megabyte at most."""

WITNESS = "jianbao-witness"
"""The id under which there is never anything"""

WITNESS_BYTES = 2**20
"""Of the heaviest witness: as much as the largest item that enrich makes"""


@dataclass(frozen=True, slots=True)
class Operation:
    """One action of a bulk request."""

    owner: int
    """Place of its digest in the batch, so that answers find back"""
    id: str
    lines: bytes
    """NDJSON with its final newline: the action, and the document when it is indexed"""
    deletes: bool = False


# The version rule is external_gte, not external: a replay of the same version succeeds, and repairs what a crash left undone.
_INDEX = b'{"index":{"_id":%b,"version":%d,"version_type":"external_gte"}}\n%b\n'
_DELETE = b'{"delete":{"_id":%b,"version":%d,"version_type":"external_gte"}}\n'
_CREATE = b'{"create":{"_id":%b}}\n%b\n'
_WITNESS = b'{"index":{"_id":%b,"routing":%b,"if_seq_no":0,"if_primary_term":1}}\n{%b}\n'
_REPLACE = b'{"index":{"_id":%b,"if_seq_no":%d,"if_primary_term":%d}}\n%b\n'


def indexing(owner: int, id: str, version: int, document: Mapping[str, Any]) -> Operation:
    """The operation that puts `document` under `id` unless a higher version is there."""
    return Operation(owner, id, _INDEX % (orjson.dumps(id), version, orjson.dumps(document)))


def deleting(owner: int, id: str, version: int) -> Operation:
    """The operation that deletes `id` unless a higher version is there."""
    return Operation(owner, id, _DELETE % (orjson.dumps(id), version), deletes=True)


def replacing(owner: int, id: str, seen: tuple[int, int] | None, document: Mapping[str, Any]) -> Operation:
    """The operation that puts `document` under `id` in place of what was read there, unless anybody wrote it since.

    `seen` is the sequence number and primary term that were read; None where nothing was there.
    """
    if seen is None:
        return Operation(owner, id, _CREATE % (orjson.dumps(id), orjson.dumps(document)))
    return Operation(owner, id, _REPLACE % (orjson.dumps(id), *seen, orjson.dumps(document)))


def witness(operation: Operation) -> Operation:
    """A write that goes to the same shard as `operation`, is as heavy as it (up to 1 MiB, of white space), and changes nothing.

    It takes the way of every write and is refused in the end (409), as nothing of that sequence number stands under its id.
    """
    weight = max(0, min(len(operation.lines), WITNESS_BYTES) - len(_WITNESS))
    return Operation(operation.owner, WITNESS, _WITNESS % (orjson.dumps(WITNESS), orjson.dumps(operation.id), b" " * weight))


def requests(operations: Sequence[Operation], *, limit: int) -> Iterator[Sequence[Operation]]:
    """Cut into requests of at most `limit` bytes, in order; an operation larger than that goes alone."""
    start, size = 0, 0
    for at, operation in enumerate(operations):
        length = len(operation.lines)
        if size and size + length > limit:
            yield operations[start:at]
            start, size = at, 0
        size += length
    if start < len(operations):
        yield operations[start:]
