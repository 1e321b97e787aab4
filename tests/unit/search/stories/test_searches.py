"""What folding asks Elasticsearch."""

from collections.abc import Sequence
from typing import Any

from services.search.stories.memory import KEYS, LISTS, Memory
from services.search.stories.searches import Searches
from services.search.stories.wording import Wording

BASE: dict[str, Any] = {"query": {"match": {"body": "碳"}}, "sort": [{"_score": "desc"}, {"item_id": "asc"}], "track_total_hits": True}


def hit(item_id: str, key: str | None) -> dict[str, Any]:
    """As Elasticsearch answers it, whole and collapsed."""
    source = {"item_id": item_id, "source": "日报", "headline": "题", "body": "文", "story_key": key}
    return {"_source": source, "sort": [1.0, item_id], "fields": {"story_key": [key]}}


class Elastic:
    """Answers each search with these hits; keeps their bodies."""

    def __init__(self, hits: Sequence[dict[str, Any]], aggregations: dict[str, Any] | None = None) -> None:
        self.bodies: list[dict[str, Any]] = []
        self._answer = {"took": 3, "hits": {"hits": list(hits), "total": {"value": 7}}, "aggregations": aggregations or {}}

    async def ask(self, body: dict[str, Any]) -> dict[str, Any]:
        """As a search."""
        self.bodies.append(body)
        return self._answer


async def test_the_first_read_brings_each_wording_once() -> None:
    """Where every hit has a key; their best need not be asked for then."""
    elastic = Elastic([hit("a", "k1")])
    known: dict[str, Sequence[Any]] = {}
    searches = Searches(elastic.ask, BASE, keyed=True, known=known)
    await searches.read(None, 21, ())
    assert elastic.bodies[0]["collapse"] == {"field": "story_key"}
    assert (searches.total, searches.took) == (7, 3)
    assert await searches.best(["k1"]) == {"k1": [1.0, "a"]} == known
    assert len(elastic.bodies) == 1


async def test_a_hit_without_a_key_is_not_swallowed() -> None:
    """Elasticsearch takes all that have none for one."""
    elastic = Elastic([hit("a", None), hit("b", None)])
    searches = Searches(elastic.ask, BASE)
    await searches.read(None, 21, ())
    await searches.near(["b1"], ["k1"])
    assert ["collapse" in body for body in elastic.bodies] == [False, True, False]


async def test_what_was_seen_is_left_out_with_the_same_scores() -> None:
    """By key, and by id where there is none."""
    elastic = Elastic([])
    await Searches(elastic.ask, BASE, keyed=True).read([1.0, "a"], 42, {"k2", "k1"})
    (body,) = elastic.bodies
    left_out = [{"terms": {"story_key": ["k1", "k2"]}}, {"terms": {"item_id": ["k1", "k2"]}}]
    assert body["query"]["bool"] == {"must": [BASE["query"]], "filter": [], "must_not": left_out}
    assert (body["search_after"], "collapse" in body, body["track_total_hits"]) == ([1.0, "a"], False, False)


async def test_tellings_are_counted_without_scores() -> None:
    """A hundred thousand would have to be scored again."""
    facts = {"item_id": ["a"], "source": ["日报"], "published_on": ["2026-02-06"]}
    one = {"hits": {"hits": [{"fields": facts}]}}
    elastic = Elastic([], {"keys": {"buckets": [{"key": "k1", "doc_count": 100_000, "best": one, "dated": {"first": one}, "first": one}]}})
    told = await Searches(elastic.ask, BASE).told([Wording(hit("a", "k1")), Wording(hit("b", None))])
    assert (told["k1"].count, told["k1"].first.item_id, list(told)) == (100_000, "a", ["k1"])
    assert "'_score'" not in str(elastic.bodies)
    assert (elastic.bodies[0]["size"], elastic.bodies[0]["track_total_hits"]) == (0, False)


async def test_a_guessed_day_is_never_the_first() -> None:
    """Builds before 6 wrote the day of receipt as one: an item of a known day was there first, and none shows it."""
    guessed = {"item_id": ["a"], "source": ["日报"], "published_on": ["2026-02-06"], "published_on_basis": ["received_at"]}
    none, guess = ({"hits": {"hits": hits}} for hits in ([], [{"fields": guessed}]))
    known = {"hits": {"hits": [{"fields": guessed | {"item_id": ["b"], "published_on": ["2026-02-08"], "published_on_basis": ["given"]}}]}}
    of_k1 = {"key": "k1", "doc_count": 2, "best": guess, "dated": {"first": known}, "first": guess}
    of_k2 = {"key": "k2", "doc_count": 2, "best": guess, "dated": {"first": none}, "first": guess}
    elastic = Elastic([], {"keys": {"buckets": [of_k1, of_k2]}})
    told = await Searches(elastic.ask, BASE).told([Wording(hit("a", "k1")), Wording(hit("a", "k2"))])
    first = [(told[key].first.item_id, told[key].first.published_on) for key in ("k1", "k2")]
    assert (first, told["k1"].best[0].published_on) == ([("b", "2026-02-08"), ("a", None)], None)


def test_the_shown_telling_of_a_guessed_day_has_none() -> None:
    """Nor is it compared by that day with others."""
    guessed = hit("a", "k1")
    guessed["_source"] |= {"published_on": "2026-02-06", "published_on_basis": "received_at"}
    assert (Wording(guessed).item.published_on, Wording(guessed).text.day) == (None, None)


def test_memory_is_bounded() -> None:
    """In lists and in keys."""
    memory = Memory()
    first = memory.of(0)
    first |= {str(number): [number] for number in range(KEYS + 1)}
    assert memory.of(0) == {}
    first["k"] = [1]
    for number in range(1, LISTS):
        memory.of(number)
    assert memory.of(0) == {"k": [1]}
    for number in range(LISTS, 2 * LISTS):
        memory.of(number)
    assert memory.of(0) == {}
