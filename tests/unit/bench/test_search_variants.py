"""Items varied for the bench of search: as many as asked for, the same for the same seed, each entity where it says that it is."""

from pathlib import Path

import pytest

from bench.search_corpus import File, enriched, files
from bench.search_queries import KINDS, queries
from bench.search_variants import PER_DIGEST, digests
from services.index.document import documents
from tests.variants import SAMPLE

BASE = enriched(File("weekly", "sample.txt", SAMPLE.read_bytes()))


def test_each_entity_stands_where_it_says() -> None:
    """In a text whose names, numbers and days are others than before."""
    made = [item for digest in digests(BASE, 200) for item in digest["items"]]
    assert len(made) == 200
    assert sum(len(item["entities"]) for item in made) > 500
    for item in made:
        for entity in item["entities"]:
            assert item[entity["field"]][entity["start"] : entity["end"]] == entity["text"]


def test_the_same_seed_makes_the_same() -> None:
    """Two runs measure the same index."""
    assert list(digests(BASE, 45)) == list(digests(BASE, 45))
    assert list(digests(BASE, 45, seed=2)) != list(digests(BASE, 45))


def test_terms_do_not_just_repeat() -> None:
    """Of nine items hundreds are made: bodies differ, but for the shortest and the few that tell the same news again."""
    bodies = [item["body"] for digest in digests(BASE, 400) for item in digest["items"]]
    assert len(set(bodies)) > 350
    titles = [item["title"] for digest in digests(BASE, 400) for item in digest["items"]]
    assert len(set(titles)) > 100


def test_the_indexer_takes_them() -> None:
    """As many documents as items, PER_DIGEST in each digest but the last."""
    made = [documents(digest) for digest in digests(BASE, 45)]
    assert [len(one.items) for one in made] == [PER_DIGEST, PER_DIGEST, 5]


def test_regions_are_replaced_with_their_codes() -> None:
    """A county by a county, with its own path."""
    found = {
        (entity["value"], entity["canonical"]["path"][-1])
        for digest in digests(BASE, 200)
        for item in digest["items"]
        for entity in item["entities"]
        if entity["type"] == "region" and entity["canonical"]
    }
    assert len(found) > 50
    assert ("320583", "昆山市") not in found or len(found) > 100


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_query_is_drawn(kind: str) -> None:
    """As often as each other."""
    drawn = [item for digest in digests(BASE, 45) for item in documents(digest).items.values()]
    asked = queries(drawn, 70)
    assert [one for one, _ in asked].count(kind) == 10
    assert all(parameters["q"].strip('" ') for _, parameters in asked)


def test_without_collections_the_tests_own_digests_are_taken() -> None:
    """The bench runs where the collections are not."""
    assert len(files(Path("/nowhere"))) > 100
