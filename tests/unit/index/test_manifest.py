"""Manifest arithmetic."""

from typing import Any

import pytest

from services.index import manifest
from services.index.document import Documents


def _documents(*item_ids: str, version: int = 5) -> Documents:
    facts = {"item_ids": list(item_ids), "item_count": len(item_ids), "version": version}
    return Documents("d", version, False, "2026-02-06T01:02:03Z", facts, {item_id: {} for item_id in item_ids})


SURPLUS: list[tuple[dict[str, Any] | None, tuple[str, ...], list[str]]] = [
    (None, ("a", "b"), []),
    ({"item_ids": [], "to_delete": []}, ("a",), []),
    ({"item_ids": ["a", "b"], "to_delete": []}, ("a", "b"), []),
    ({"item_ids": ["a", "b"], "to_delete": []}, ("b", "c"), ["a"]),
    ({"item_ids": ["a", "b"], "to_delete": ["x"]}, ("b",), ["a", "x"]),  # whoever was before us did not come to delete x
    ({"item_ids": ["a"], "to_delete": ["b"]}, ("a", "b"), []),  # b is back
    ({"item_ids": ["a", "b"], "to_delete": ["a"]}, (), ["a", "b"]),  # withdrawn
    ({"item_ids": ["a"]}, (), ["a"]),
    ({"item_ids": "a", "to_delete": None}, (), ["a"]),
]


@pytest.mark.parametrize(("previous", "item_ids", "expected"), SURPLUS)
def test_surplus(previous: dict[str, Any] | None, item_ids: tuple[str, ...], expected: list[str]) -> None:
    """(old.item_ids ∪ old.to_delete) − new.item_ids."""
    assert manifest.surplus(previous, _documents(*item_ids)) == expected


@pytest.mark.parametrize(
    ("previous", "expected"), [(None, False), ({"version": 4}, False), ({"version": 5}, False), ({"version": 6}, True), ({}, False)]
)
def test_older(previous: dict[str, Any] | None, expected: bool) -> None:
    """Only a higher version makes it older: the same again is a replay."""
    assert manifest.is_older(previous, _documents("a")) is expected


def test_manifest_before_and_after() -> None:
    """First with what must go, in the end without; what was refused is named apart."""
    documents = _documents("a", "b")
    assert manifest.before(documents, ["x"], ["y"]) == {
        "item_ids": ["a", "b"], "item_count": 2, "version": 5, "to_delete": ["x"], "refused": ["y"],
    }  # fmt: skip
    assert manifest.after(documents) == {"item_ids": ["a", "b"], "item_count": 2, "version": 5, "to_delete": [], "refused": []}
    assert manifest.after(documents, ["a"]) == {"item_ids": ["b"], "item_count": 1, "version": 5, "to_delete": [], "refused": ["a"]}


@pytest.mark.parametrize(
    ("previous", "expected"), [(None, []), ({"version": 5}, []), ({"version": 5, "refused": "a"}, ["a"]), ({"version": 4, "refused": ["a"]}, [])]
)
def test_what_was_refused_stays_named_until_it_is_answered_for(previous: dict[str, Any] | None, expected: list[str]) -> None:
    """Of the same version alone: another one's items are others."""
    assert manifest.still_refused(previous, _documents("a", "b")) == expected
