"""A TOML file of sources ↔ what is said of each."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.ingest.registry.toml_file import read, write
from shared.errors import Rejected
from shared.registry.edit import wanted
from shared.registry.entry import Entry, Feed, Folder, Imap, Listing

NOW = datetime(2026, 2, 6, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[4] / "deploy" / "sources.example.toml"


def entry(source: str, **said: Any) -> Entry:
    """A source."""
    return Entry(source=source, edition=2, changed_at=NOW, by="key one", **said)


def test_what_is_written_is_read_back() -> None:
    """Every kind of fetching, and names that TOML must escape."""
    entries = [
        entry("shuangtan", name='本周"双碳"\\要闻', cadence="weekly", region="320500", fetch=Feed(url="https://a.b/f.xml", full=False)),
        entry("双碳.周报", publisher="某\x7f院\t甲", on=False),
        entry("page", fetch=Listing(url="https://a.b/", links='a[href^="/x"]'), taxonomy="news", base_url="https://a.b/"),
        entry("folder", fetch=Folder(path="/srv/digests", ignored=("*.log", "~*"), by_folder=True), profile="page"),
        entry("imap", fetch=Imap(host="imap.example.org", user="a", password_file="/run/secrets/imap")),
        entry("bare"),
    ]
    said = read(write(entries))
    assert {source: wanted(fields) for source, fields in said.items()} == {one.source: one.wanted for one in entries}


def test_the_example_is_fine() -> None:
    """Each way of fetching is in it."""
    ways = [wanted(fields).fetch for fields in read(EXAMPLE.read_text("utf-8")).values()]
    assert [fetch and fetch.kind for fetch in ways] == [None, "feed", "page", "folder", "imap"]


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("[sources.a", "bad_toml", "this is no TOML"),
        ("", "bad_toml", "sources stand in tables of their own"),
        ("[weekly]\nname = 'x'", "bad_toml", "sources stand in tables of their own"),
        ("[sources]\nweekly = 1", "bad_entry", "weekly: write its fields below"),
        ("[sources.'two words']", "bad_entry", "'two words' is no source id"),
        ("[sources.weekly]\nnmae = 'x'", "bad_entry", "weekly: nmae: there is no such field"),
        ("[sources.weekly]\nfetch = { kind = 'feed', url = 'x' }", "bad_entry", "weekly: fetch.url: an address such as"),
    ],
)
def test_what_is_wrong_is_named(text: str, kind: str, message: str) -> None:
    """With source and field."""
    with pytest.raises(Rejected) as caught:
        read(text)
    assert caught.value.kind == kind
    assert caught.value.message.startswith(message)
