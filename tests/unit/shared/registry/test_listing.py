"""The records of the registry's topic → what is known by now."""

from datetime import UTC, datetime

from shared.registry.entry import Entry, FetchState
from shared.registry.listing import Listing
from shared.sources import Source

NOW = datetime(2026, 2, 6, tzinfo=UTC)


def entry(edition: int, name: str, *, on: bool = True) -> bytes:
    """What the topic holds."""
    return Entry(source="a", edition=edition, name=name, on=on, changed_at=NOW, by="a@b").to_json()


def test_each_kind_of_record_is_known_by_its_key() -> None:
    """All of one source."""
    listing = Listing()
    listing.take(b"a", Source(source="a", knowledge=2).to_json())
    listing.take(b"entry:a", entry(1, "周报"))
    listing.take(b"fetch:a", FetchState(source="a", failures=1).to_json())
    assert (listing.taught["a"].knowledge, listing.entries["a"].name, listing.fetched["a"].failures) == (2, "周报", 1)


def test_of_two_with_one_number_the_first_holds() -> None:
    """And a higher one replaces it."""
    listing = Listing()
    for value in (entry(1, "先"), entry(1, "后")):
        listing.take(b"entry:a", value)
    assert listing.shown("a") == "先"
    listing.take(b"entry:a", entry(2, "新"))
    assert listing.shown("a") == "新"


def test_a_later_state_of_fetching_replaces_the_earlier() -> None:
    """It has no number, as one process writes it."""
    listing = Listing()
    for failures in (3, 0):
        listing.take(b"fetch:a", FetchState(source="a", failures=failures).to_json())
    assert listing.fetched["a"].failures == 0


def test_an_unknown_source_is_shown_by_its_id_and_on() -> None:
    """Its first digest makes it known."""
    listing = Listing()
    assert (listing.shown("b"), listing.on("b")) == ("b", True)
    listing.take(b"entry:a", entry(1, "周报", on=False))
    assert not listing.on("a")


def test_what_cannot_be_read_says_nothing() -> None:
    """What was known stays."""
    listing = Listing()
    listing.take(b"entry:a", entry(1, "周报"))
    assert not any(listing.learn(key, value) for key, value in ((b"entry:a", b"{"), (b"a", None), (None, b"")))
    assert listing.shown("a") == "周报"


def test_a_light_listing_leaves_out_what_takes_memory() -> None:
    """Examples, and identities of what was fetched."""
    listing = Listing(light=True)
    assert listing.learn(b"a", Source(source="a", knowledge=2).to_json())
    listing.take(b"fetch:a", FetchState(source="a", failures=1, seen=("1", "2")).to_json())
    assert (listing.taught, listing.fetched["a"].seen, listing.fetched["a"].failures) == ({}, (), 1)
