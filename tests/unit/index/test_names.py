"""Index names."""

import pytest

from services.index.names import IndexName, Kind, alias, index, parse

NAMES: list[tuple[str, Kind, int, str]] = [
    ("", "items", 1, "items-v1"),
    ("", "digests", 12, "digests-v12"),
    ("test", "items", 1, "test-items-v1"),
    ("t-items", "items", 2, "t-items-items-v2"),
    ("a-", "digests", 1, "a--digests-v1"),
]


@pytest.mark.parametrize(("namespace", "kind", "version", "name"), NAMES)
def test_builder_and_parser_are_inverse(namespace: str, kind: Kind, version: int, name: str) -> None:
    """The name built of the parts is parsed into them."""
    assert index(namespace, kind, version) == name
    assert parse(name) == IndexName(namespace, kind, version)


@pytest.mark.parametrize("name", ["items", "test-items", "items-v0", "items-v01", "items-v1x", "other-v1", "-items-v1", "Items-v1", ""])
def test_other_names_are_not_ours(name: str) -> None:
    """What we would never build is not parsed."""
    assert parse(name) is None


def test_alias_is_the_name_without_version() -> None:
    """Readers and writers know no version."""
    assert (alias("", "items"), alias("test", "digests")) == ("items", "test-digests")
