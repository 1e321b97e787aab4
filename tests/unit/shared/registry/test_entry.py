"""Entries of the registry and states of fetching, as records."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from shared.errors import Rejected
from shared.registry.entry import Entry, Feed, FetchState, Folder, Imap, Listing, read

NOW = datetime(2026, 2, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "fetch",
    [
        None,
        Feed(url="https://example.org/feed.xml"),
        Listing(url="https://example.org/news/", links="ul.news a"),
        Folder(path="/srv/digests", done="/srv/done", ignored=("*.log",)),
        Imap(host="imap.example.org", user="周报", password_file="/run/secrets/imap"),
    ],
)
def test_an_entry_is_read_as_it_was_written(fetch: Feed | Listing | Folder | Imap | None) -> None:
    """Whatever it is fetched by."""
    entry = Entry(source="双碳周报", edition=3, name="本周双碳要闻", cadence="weekly", fetch=fetch, changed_at=NOW, by="a@b")
    assert read(Entry, entry.to_json()) == entry


def test_a_state_is_read_as_it_was_written() -> None:
    """With what was taken, in its order."""
    state = FetchState(source="a", etag='"1"', seen=("2", "1"), at=NOW, failures=2, error="500")
    assert read(FetchState, state.to_json()) == state


def test_a_newer_versions_fields_are_dropped() -> None:
    """At every level."""
    value = b'{"source":"a","edition":1,"changed_at":"2026-02-06T00:00:00Z","by":"x","new":1,"fetch":{"kind":"feed","url":"https://a.b/","new":1}}'
    entry = read(Entry, value)
    assert entry.fetch == Feed(url="https://a.b/")


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b'{"source":"a"}'])
def test_what_is_no_entry_is_refused(value: bytes | None) -> None:
    """In the registry's words."""
    with pytest.raises(Rejected, match="not a Entry of the registry"):
        read(Entry, value)


@pytest.mark.parametrize("url", ["", "example.org/feed", "ftp://example.org/", "file:///etc/passwd", "https://", "https://user:word@example.org/"])
def test_addresses_that_are_none_of_the_web(url: str) -> None:
    """A password would stand in the topic."""
    with pytest.raises(ValidationError):
        Feed(url=url)


@pytest.mark.parametrize("path", ["digests", "", "/srv/../etc"])
def test_paths_that_are_not_whole(path: str) -> None:
    """Where they lead would depend on where the worker runs."""
    with pytest.raises(ValidationError):
        Folder(path=path)
