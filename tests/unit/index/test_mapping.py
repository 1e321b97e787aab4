"""Mapping and settings."""

import pytest

from services.index import mapping
from services.index.indices import differing, missing


@pytest.mark.parametrize("kind", ["items", "digests"])
def test_mapping_is_strict(kind: str) -> None:
    """A field that nobody thought of is refused, not guessed."""
    assert mapping.MAPPINGS[kind]["dynamic"] == "strict"


@pytest.mark.parametrize("kind", ["items", "digests"])
def test_refresh_and_durability_are_said_outright(kind: str) -> None:
    """Only an explicit refresh_interval keeps a shard refreshed that nobody searches; commits rest on durability."""
    index = mapping.settings(kind, shards=3, replicas=1)["index"]
    assert (index["refresh_interval"], index["translog"]["durability"]) == ("1s", "request")
    assert (index["number_of_shards"], index["number_of_replicas"]) == (3, 1)


def _as_found() -> mapping.Json:
    return {"mappings": mapping.ITEMS_MAPPING, "settings": {"index": {"analysis": mapping.ANALYSIS, "similarity": mapping.SIMILARITY}}}


def test_an_index_as_we_make_it_has_no_differences() -> None:
    """Ours is ours."""
    assert differing(_as_found(), "items") == []


def test_a_further_field_is_no_difference() -> None:
    """A newer version's index is written by an older one, which leaves the new field out."""
    found = _as_found()
    found["mappings"] = found["mappings"] | {"properties": mapping.ITEM_PROPERTIES | {"mood": {"type": "keyword"}}}
    assert differing(found, "items") == []


def test_missing_fields_of_an_older_index() -> None:
    """Those, and nothing else, are to be added."""
    older = mapping.ITEMS_MAPPING | {"properties": {name: form for name, form in mapping.ITEM_PROPERTIES.items() if name != "level"}}
    assert missing(older, "items") == {"level": mapping.ITEM_PROPERTIES["level"]}
    assert missing(mapping.ITEMS_MAPPING, "items") == {}


@pytest.mark.parametrize(
    "mappings",
    [{}, {"properties": {"item_id": mapping.ITEM_PROPERTIES["item_id"]}}, {"dynamic": "strict", "properties": {"item_id": {"type": "text"}}}],
    ids=["no fields", "not strict", "another form"],
)
def test_what_is_not_ours_is_left_alone(mappings: mapping.Json) -> None:
    """A person decides about it."""
    assert missing(mappings, "items") == {}


def test_differences_are_named() -> None:
    """A missing field, another form, another analysis, a mapping that is not strict."""
    found = {
        "mappings": {
            "properties": {name: form for name, form in mapping.ITEM_PROPERTIES.items() if name != "subject"} | {"source": {"type": "text"}}
        },
        "settings": {"index": {"analysis": {"analyzer": mapping.ANALYSIS["analyzer"]}}},
    }
    assert differing(found, "items") == [
        "field source is of another form",
        "field subject is missing",
        "its mapping is not strict",
        "char_filter folding is missing",
        "tokenizer chars is missing",
        "it ranks otherwise (similarity)",
    ]
