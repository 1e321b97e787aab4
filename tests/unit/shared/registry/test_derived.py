"""What an entry says of how digests are enriched → what is known of the source."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared import sources
from shared.registry.entry import Entry
from shared.registry.listing import Listing
from shared.registry.register import derived
from shared.sources import Example, Source, packed

NOW = datetime(2026, 2, 6, tzinfo=UTC)


def entry(**said: Any) -> Entry:
    """As people said it."""
    return Entry(**({"source": "weekly", "edition": 3, "changed_at": NOW, "by": "x"} | said))


def example(text: str) -> Example:
    """An issue."""
    content = text.encode()
    return Example(media_type="text/plain", packed=packed(content), sha256=text.encode().hex(), items=(), taught_at=NOW, by="x")


OWN, OTHERS = example("一、本刊"), example("一、他刊")
TAUGHT = Source(source="weekly", knowledge=2, examples=(OWN,))
OTHER = Source(source="other", knowledge=5, examples=(OTHERS,))


def test_nothing_is_written_where_nothing_changes() -> None:
    """A name changes no digest; a number that rises would make all of them be enriched again."""
    assert derived(Listing(entries={"weekly": entry(name="周报")}), "weekly") is None
    assert derived(Listing(), "weekly") is None
    known = Source(source="weekly", knowledge=2, taxonomy="news")
    assert derived(Listing(taught={"weekly": known}, entries={"weekly": entry(taxonomy="news")}), "weekly") is None


def test_what_people_say_stands_beside_the_examples() -> None:
    """And is taken back with a number that rises again."""
    listing = Listing(taught={"weekly": TAUGHT}, entries={"weekly": entry(taxonomy="news", region="320500")})
    known = derived(listing, "weekly")
    assert known == Source(source="weekly", knowledge=3, examples=(OWN,), taxonomy="news", region="320500")
    listing = Listing(taught={"weekly": known}, entries={"weekly": entry()})
    assert derived(listing, "weekly") == Source(source="weekly", knowledge=4, examples=(OWN,))


def test_examples_of_another_source_come_and_go_with_the_profile() -> None:
    """Also the new ones that it was taught meanwhile."""
    listing = Listing(taught={"other": OTHER}, entries={"weekly": entry(profile="other")})
    known = derived(listing, "weekly")
    assert known == Source(source="weekly", knowledge=1, examples=(OTHERS,), profile="other")
    newer = OTHER.model_copy(update={"knowledge": 6, "examples": (OWN, OTHERS)})
    listing = Listing(taught={"weekly": known, "other": newer}, entries={"weekly": entry(profile="other")})
    assert derived(listing, "weekly") == known.model_copy(update={"knowledge": 2, "examples": (OWN, OTHERS)})
    listing = Listing(taught={"weekly": known, "other": OTHER}, entries={"weekly": entry()})
    assert derived(listing, "weekly") == Source(source="weekly", knowledge=2)


@pytest.mark.parametrize("forgets", [True, False])
def test_teaching_and_forgetting_keep_what_people_said(forgets: bool) -> None:
    """Examples alone change."""
    known = Source(source="weekly", knowledge=2, examples=(OWN,), taxonomy="news", base_url="https://a.b/")
    after = sources.forgotten(known) if forgets else sources.taught(known, "weekly", OTHERS, most_bytes=2**23)
    assert (after.knowledge, after.taxonomy, after.base_url) == (3, "news", "https://a.b/")
    assert after.examples == (() if forgets else (OTHERS, OWN))
