"""What a person says of a source → its next entry."""

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.registry.edit import BadField, Changed, check_profile, edited, found, patched, wanted
from shared.registry.entry import Entry, Feed
from shared.registry.listing import Listing

NOW = datetime(2026, 2, 6, tzinfo=UTC)
LATER = datetime(2026, 2, 7, tzinfo=UTC)


def entry(**said: Any) -> Entry:
    """As it is known."""
    return Entry(**({"source": "weekly", "edition": 3, "changed_at": NOW, "by": "key one"} | said))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"nmae": "周报"}, "nmae: there is no such field; there are name, publisher, region, language"),
        ({"name": "周" * 201}, "name: String should have at most 200 characters"),
        ({"region": "32050"}, "region: String should match pattern"),
        ({"region": "329900"}, "region: 329900 is no code of GB/T 2260 that is known, such as 320500 for 苏州市"),
        ({"taxonomy": "weather"}, "taxonomy: there is no taxonomy 'weather'; there are energy, general, news"),
        ({"cadence": "hourly"}, "cadence: Input should be 'daily', 'workdays'"),
        ({"fetch": {"kind": "feed", "url": "example.org"}}, "fetch.url: an address such as https://example.org/feed"),
        ({"fetch": {"kind": "feed", "url": "https://a.b/", "every": 5}}, "fetch.every: Input should be greater than"),
        ({"fetch": {"kind": "ftp"}}, "fetch: its kind must be one of feed, page, folder, imap"),
        ({"fetch": {"url": "https://a.b/"}}, "fetch: say its kind: feed, page, folder, imap"),
        ({"fetch": {"kind": "feed", "url": "https://a.b/", "path": "/x"}}, "fetch.path: there is no such field"),
        ({"fetch": {"kind": "page", "url": "https://a.b/"}}, "fetch.links: Field required"),
        ({"base_url": "ftp://a.b"}, "base_url: an address such as"),
        ({"on": "perhaps"}, "on: Input should be a valid boolean"),
        ({"profile": "two words"}, "profile: String should match pattern"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(values: dict[str, Any], message: str) -> None:
    """In plain words."""
    with pytest.raises(BadField) as caught:
        wanted(values)
    assert caught.value.message.startswith(message)
    assert caught.value.more["field"] == message.partition(":")[0]


def test_empty_fields_of_a_form_say_nothing() -> None:
    """Pushed is no way of fetching."""
    said = wanted({"name": "", "language": "", "on": "", "fetch": "push", "taxonomy": "news", "region": "320500"})
    assert (said.name, said.language, said.on, said.fetch, said.taxonomy) == (None, "zh", True, None, "news")


def test_a_whole_entry_replaces_the_one_that_was_seen() -> None:
    """What is not said of it any more is gone; an entry that was found is found no more."""
    known = entry(name="旧", publisher="某社", found=True)
    now = edited(known, "weekly", {"name": "新"}, edition=3, by="key two", at=LATER)
    assert (now.edition, now.name, now.publisher, now.found, now.by, now.changed_at) == (
        4, "新", None, False, "key two", LATER,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("known", "edition", "message"),
    [
        (entry(), 2, "weekly is at edition 3, changed 2026-02-06 00:00 UTC by key one, and you sent edition 2"),
        (entry(), None, "weekly is at edition 3, changed 2026-02-06 00:00 UTC by key one, and you sent no edition"),
        (None, 1, "there is no source weekly yet"),
    ],
)
def test_a_change_of_another_is_not_lost(known: Entry | None, edition: int | None, message: str) -> None:
    """Whoever did not see it is told what is there."""
    with pytest.raises(Changed, match=message) as caught:
        edited(known, "weekly", {}, edition=edition, by="x", at=LATER)
    assert caught.value.more == ({"present": known.model_dump(mode="json")} if known else {})


def test_a_new_source_begins_at_one() -> None:
    """With what is said of it."""
    assert edited(None, "weekly", {"cadence": "weekly"}, edition=0, by="x", at=NOW).edition == 1


def test_what_a_digest_made_is_nobody_s_change() -> None:
    """Whoever says something of it first needs not have seen it."""
    known = found("weekly", NOW, "key one")
    assert edited(known, "weekly", {"name": "周报"}, edition=None, by="key two", at=LATER).edition == 2
    with pytest.raises(Changed):
        edited(known, "weekly", {"name": "周报"}, edition=5, by="key two", at=LATER)


def test_some_fields_change_and_the_others_stay() -> None:
    """Whoever changed others meanwhile loses nothing."""
    known = entry(name="周报", fetch=Feed(url="https://example.org/feed.xml"))
    now = patched(known, "weekly", {"on": False}, edition=None, by="x", at=LATER)
    assert (now.edition, now.on, now.name, now.fetch) == (4, False, "周报", known.fetch)
    assert patched(known, "weekly", {"fetch": None}, edition=3, by="x", at=LATER).fetch is None
    with pytest.raises(Changed):
        patched(known, "weekly", {"on": False}, edition=2, by="x", at=LATER)


def test_a_profile_leads_to_a_source_with_examples_of_its_own() -> None:
    """Not in circles."""
    listing = Listing(entries={"a": entry(source="a", profile="b"), "b": entry(source="b")})
    check_profile(entry(profile="b"), listing)
    for profile, problem in (
        ("weekly", "a source is split by its own"),
        ("c", "there is no"),
        ("a", "a itself is split"),
    ):
        with pytest.raises(BadField, match=problem):
            check_profile(entry(profile=profile), listing)


def test_refusals_survive_the_way_between_processes() -> None:
    """Kind and words."""
    for error in (BadField("name", "too long"), Changed("a", "changed")):
        back = pickle.loads(pickle.dumps(error))
        assert (back.kind, back.message) == (error.kind, error.message)


def test_a_first_digest_makes_an_entry() -> None:
    """Which nobody has edited."""
    assert found("双碳周报", NOW, "key one") == Entry(source="双碳周报", edition=1, found=True, changed_at=NOW, by="key one")
