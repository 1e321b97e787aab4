"""Bulk requests as bytes."""

import orjson
import pytest

from services.index.batch import Operation, deleting, indexing, requests


def test_indexing_is_two_lines_of_json() -> None:
    """The action with id and version, then the document; Chinese as UTF-8."""
    operation = indexing(3, 'i"1', 5, {"title": "昆山:将新增\n零碳工厂"})
    assert operation.lines.decode() == ('{"index":{"_id":"i\\"1","version":5,"version_type":"external_gte"}}\n{"title":"昆山:将新增\\n零碳工厂"}\n')
    assert (operation.owner, operation.id, operation.deletes) == (3, 'i"1', False)


def test_deleting_is_one_line() -> None:
    """With its version: a deletion can be stale too."""
    assert orjson.loads(deleting(0, "i1", 5).lines) == {"delete": {"_id": "i1", "version": 5, "version_type": "external_gte"}}


def _of(*sizes: int) -> list[Operation]:
    return [Operation(0, str(at), b"x" * size) for at, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], []),
        ([5], [["0"]]),
        ([5, 5], [["0", "1"]]),
        ([5, 6], [["0"], ["1"]]),
        ([4, 4, 4, 4, 4], [["0", "1"], ["2", "3"], ["4"]]),
        ([99], [["0"]]),
        ([1, 99, 1], [["0"], ["1"], ["2"]]),
    ],
)
def test_requests_are_cut_by_bytes(sizes: list[int], expected: list[list[str]]) -> None:
    """At most 10 bytes each, in order; what is larger goes alone."""
    assert [[operation.id for operation in request] for request in requests(_of(*sizes), limit=10)] == expected
