"""`jianbao source` as typed, against ingest's real API."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from structlog.testing import capture_logs
from typer.testing import CliRunner, Result

from services.ingest.app import create_app
from services.ingest.registry import command
from services.ingest.registry.client import SourceApi
from shared.errors import Rejected, Unavailable
from shared.registry.entry import Entry, Feed, Folder
from shared.settings import IngestSettings
from tests.fakes.publisher import FakePublisher
from tests.fakes.sources import FakeSources

NOW = datetime(2026, 2, 6, tzinfo=UTC)
TOML = '[sources.weekly]\nname = "文件里的"\n[sources.found]\nname = "文件里的"\n[sources.new]\ncadence = "weekly"\n'
OPML = (
    '<opml version="2.0"><body><outline title="能源快讯" xmlUrl="https://a.b/f.xml"/><outline title="旧的" xmlUrl="https://a.b/old"/></body></opml>'
)

app = typer.Typer()
command.add_to(app)
runner = CliRunner()


class Transport(httpx.BaseTransport):
    """Lets a client that waits ask an app that does not."""

    def __init__(self, desk: FakeSources) -> None:
        self._app = httpx.ASGITransport(create_app(IngestSettings(), FakePublisher(), sources=desk))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request."""

        async def asked() -> httpx.Response:
            copy = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
            answer = await self._app.handle_async_request(copy)
            return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())

        return asyncio.run(asked())


def entry(source: str, **said: Any) -> Entry:
    """As it is known."""
    return Entry(**({"source": source, "edition": 1, "changed_at": NOW, "by": "key one"} | said))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> FakeSources:
    """A source that somebody edited, and one that was found."""
    made = FakeSources(entry("weekly", name="双碳周报", fetch=Feed(url="https://a.b/old")), entry("found", found=True))
    monkeypatch.setattr(command, "api", lambda to, key: SourceApi(to, key, transport=Transport(made)))
    return made


def source(*arguments: str) -> Result:
    """What it answers."""
    with capture_logs():  # of ingest, which is in this process here
        return runner.invoke(app, ["source", *arguments], catch_exceptions=False)


def test_listed_and_shown(desk: FakeSources) -> None:
    """For people and as JSON."""
    assert source("list").stdout.splitlines() == ["found  -  pushed", "weekly  双碳周报  -  feed https://a.b/old"]
    assert [json.loads(line)["source"] for line in source("list", "--json").stdout.splitlines()] == ["found", "weekly"]
    assert "name        双碳周报" in source("show", "weekly").stdout
    assert json.loads(source("show", "weekly", "--json").stdout)["name"] == "双碳周报"
    with pytest.raises(Rejected, match="there is no source gone"):
        source("show", "gone")


def test_something_is_said_of_a_source(desk: FakeSources) -> None:
    """The rest stays; an empty value takes it back; a new one is made."""
    said = source("set", "weekly", "cadence=weekly", "fetch.every=3600", "fetch.full=no", "--json")
    assert json.loads(said.stdout)["fetch"] == {"kind": "feed", "url": "https://a.b/old", "every": 3600, "full": False}
    assert source("set", "weekly", "name=", "fetch.kind=folder", "fetch.path=/srv/a", "fetch.ignored=*.log *.tmp").exit_code == 0
    made = desk.listing.entries["weekly"]
    assert (made.name, made.cadence, made.fetch) == (None, "weekly", Folder(path="/srv/a", ignored=("*.log", "*.tmp")))
    assert source("set", "weekly", "fetch=").exit_code == 0
    assert desk.listing.entries["weekly"].fetch is None
    assert source("set", "new", "name=新的").exit_code == 0
    assert desk.listing.entries["new"].name == "新的"


@pytest.mark.parametrize("said", ["name", "nmae=x", "fetch=feed"])
def test_wrong_usage(desk: FakeSources, said: str) -> None:
    """Before anything is asked."""
    assert source("set", "weekly", said).exit_code == 2
    assert desk.edits == []


def test_what_ingest_refuses_is_said(desk: FakeSources) -> None:
    """In its words."""
    with pytest.raises(Rejected, match="region: 329900 is no code"):
        source("set", "weekly", "region=329900")


def test_switched_off_and_on(desk: FakeSources) -> None:
    """Said as it is then."""
    assert [source("off", "weekly").stdout, source("on", "weekly").stdout] == ["weekly  OFF\n", "weekly  on\n"]
    assert "OFF" in (source("off", "weekly").stdout and source("list").stdout)


def test_a_file_is_brought_in(desk: FakeSources, tmp_path: Path) -> None:
    """What people edited stays, unless the file is to rule; twice changes nothing."""
    file = tmp_path / "sources.toml"
    file.write_text(TOML, "utf-8")
    assert source("import", str(file), "--dry-run").stdout.splitlines()[0] == "weekly  kept (dry run)"
    assert desk.edits == []
    assert source("import", str(file)).stdout.splitlines() == ["weekly  kept", "found  changed", "new  made"]
    assert desk.listing.entries["weekly"].name == "双碳周报"
    again = [json.loads(line)["done"] for line in source("import", str(file), "--json").stdout.splitlines()]
    assert again == ["kept", "same", "same"]
    assert source("import", str(file), "--replace").stdout.splitlines()[0] == "weekly  changed"
    assert desk.listing.entries["weekly"].fetch is None


def test_feeds_of_a_reader_are_brought_in(desk: FakeSources, tmp_path: Path) -> None:
    """Those whose address is known are not made again."""
    file = tmp_path / "subscriptions.opml"
    file.write_text(OPML, "utf-8")
    assert source("import", str(file)).stdout == "能源快讯  made\n"
    assert desk.listing.entries["能源快讯"].fetch == Feed(url="https://a.b/f.xml")


def test_written_out_it_comes_back(desk: FakeSources, tmp_path: Path) -> None:
    """As TOML all of it, as OPML its feeds."""
    file = tmp_path / "sources.toml"
    file.write_text(source("export").stdout, "utf-8")
    assert source("import", str(file)).stdout.splitlines() == ["found  same", "weekly  same"]
    assert 'xmlUrl="https://a.b/old"' in source("export", "--opml").stdout


def test_ingest_away() -> None:
    """Says what to do."""
    with pytest.raises(Unavailable, match="does not answer"):
        source("list", "--to", "http://127.0.0.1:1")


def test_nothing_is_exported_of_sources_that_are_still_being_read(desk: FakeSources) -> None:
    """Ingest says that some are missing; a file without them would look whole."""
    desk.listing.complete = False
    with SourceApi("http://127.0.0.1", None, transport=Transport(desk)) as asked:
        assert asked._ask("GET", "/v1/sources")["complete"] is False
        with pytest.raises(Unavailable, match="not read all sources"):
            asked.all()
        desk.listing.complete = True
        assert [one["source"] for one in asked.all()] == ["found", "weekly"]
