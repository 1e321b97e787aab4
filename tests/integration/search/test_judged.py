"""Queries whose answers somebody judged, on a real Elasticsearch: the right items come first.

Judged by reading (tests/data/judged), graded 3, 2 or 1. nDCG@10 is 1 where the ten first hits could not be ordered better, and counts a hit at place
p by 1/log2(p + 1), with a grade's gain of 2^grade - 1 (Järvelin and Kekäläinen 2002, in the form of Burges 2005).
"""

import math
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from shared.records import EnrichedDigest
from tests.engines import RunningEngines
from tests.integration.search.conftest import Site
from tests.integration.search.library import Library, digests, opened
from tests.search_corpus import digest

pytestmark = pytest.mark.connected

FOLDER = Path(__file__).parents[2] / "data" / "judged"
QUERIES: list[dict[str, Any]] = tomllib.loads((FOLDER / "queries.toml").read_text("utf-8"))["query"]
PLACES = 10

ENOUGH = 0.95
"""Of the mean: what was measured when the queries were judged, less what one of them may lose."""


def held() -> tuple[EnrichedDigest, ...]:
    """The digests that were judged: gold ones are not on every machine."""
    stories = tomllib.loads((FOLDER / "stories.toml").read_text("utf-8"))["story"]
    made = [
        digest([(one["title"], "动态", one["body"])], source=f"judged-{at}", name=f"judged-{at}", published_on=one["published_on"])
        for at, one in enumerate(stories)
    ]
    return (*digests(gold=False), *made)


@pytest.fixture(scope="module")
def library(engines: RunningEngines) -> Iterator[Library]:
    """What was judged, searchable."""
    with opened(engines.elasticsearch_url, held()) as found:
        yield found


async def first(site: Site, q: str) -> list[str]:
    """Headlines of the first hits."""
    return [hit["headline"] for hit in (await site.get("/api/search", q=q, size=PLACES))["hits"]]


def grades(headlines: Sequence[str], judged: dict[str, int]) -> list[int]:
    """The grade of each hit, 0 for what was not judged."""
    return [next((grade for start, grade in judged.items() if headline.startswith(start)), 0) for headline in headlines]


def ndcg(found: Sequence[int], judged: Sequence[int]) -> float:
    """How near the order comes to the best one."""

    def gain(grades: Sequence[int]) -> float:
        return sum((2.0**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades[:PLACES], 1))

    return gain(found) / gain(sorted(judged, reverse=True))


def test_the_right_items_come_first(library: Library) -> None:
    """The mean over all queries; those that are not perfect are printed."""
    scores = {}
    for query in QUERIES:
        found = library.ask(lambda site, q=query["q"]: first(site, q))  # type: ignore[misc]
        scores[query["q"]] = ndcg(grades(found, query["hits"]), list(query["hits"].values()))
        if scores[query["q"]] < 0.999:
            print(f"{query['q']}: {scores[query['q']]:.3f}: {found}")
    mean = sum(scores.values()) / len(scores)
    print(f"nDCG@{PLACES} over {len(scores)} judged queries: {mean:.3f}")
    assert mean >= ENOUGH


def test_each_judged_item_is_there_once() -> None:
    """A headline that nothing or several begin with would judge nothing."""
    headlines = [item.headline for one in held() for item in one.items]
    wrong = [start for query in QUERIES for start in query["hits"] if sum(headline.startswith(start) for headline in headlines) != 1]
    assert wrong == []


@pytest.mark.parametrize(
    ("found", "score"), [([3, 2, 1], 1.0), ([3, 2, 0, 1], 0.993), ([0, 0, 0], 0.0), ([1, 2, 3], 0.681), ([0] * 10 + [3, 2, 1], 0.0)]
)
def test_the_score(found: list[int], score: float) -> None:
    """By hand: gains 7, 3, 1 at places 1, 2, 3 give 9.393."""
    assert ndcg(found, [1, 2, 3]) == pytest.approx(score, abs=0.001)
