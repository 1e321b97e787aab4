"""Index names."""

import pytest

from shared.index_names import IndexName, Kind, alias, apart, index, operations, parse

NAMES: list[tuple[str, Kind, int, int, str]] = [
    ("", "items", 1, 1, "items-v1"),
    ("", "digests", 12, 1, "digests-v12"),
    ("", "items", 1, 2, "items-v1-2"),
    ("", "digests", 3, 14, "digests-v3-14"),
    ("test", "items", 1, 1, "test-items-v1"),
    ("t-items", "items", 2, 10, "t-items-items-v2-10"),
    ("a-", "digests", 1, 1, "a--digests-v1"),
    ("items-v1", "items", 1, 2, "items-v1-items-v1-2"),
]


@pytest.mark.parametrize(("namespace", "kind", "version", "generation", "name"), NAMES)
def test_builder_and_parser_are_inverse(namespace: str, kind: Kind, version: int, generation: int, name: str) -> None:
    """The name built of the parts is parsed into them."""
    assert index(namespace, kind, version, generation) == name
    assert parse(name) == IndexName(namespace, kind, version, generation)


@pytest.mark.parametrize(
    "name",
    ["", "items", "test-items", "other-v1", "-items-v1", "Items-v1", "items-v0", "items-v01", "items-v1x", "items-v１"],
)
def test_other_names_are_not_ours(name: str) -> None:
    """What we would never build is not parsed."""
    assert parse(name) is None


@pytest.mark.parametrize("name", ["items-v1-1", "items-v1-0", "items-v1-02", "items-v1-", "items-v1-2-3", "items-v1-x"])
def test_other_generations_are_not_ours(name: str) -> None:
    """The first has no number, and numbers are written in one way."""
    assert parse(name) is None


def test_alias_is_the_name_without_version() -> None:
    """Readers and writers know no version."""
    assert (alias("", "items"), alias("test", "digests")) == ("items", "test-digests")


def test_names_beside_the_indices_are_no_indices_of_ours() -> None:
    """Neither the alias of an index that is written apart, nor the index of locks."""
    assert (apart("items-v1-2"), operations(""), operations("test")) == ("items-v1-2-apart", "operations", "test-operations")
    assert [parse(name) for name in (apart("items-v1-2"), apart("test-items-v1"), operations("items"))] == [None] * 3
