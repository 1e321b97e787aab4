"""Turns of folders: files fed once, and what is shown of those that can't be."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.ingest.accept import Submission
from services.ingest.feeding.targets import Answer, Refused, Result
from services.ingest.sources.folder import folder
from services.ingest.sources.folder.choice import Found
from services.ingest.sources.folder.reading import Read, Reader
from services.ingest.sources.worker.folders import Folders
from services.ingest.sources.worker.turn import Turns
from shared.errors import Unavailable
from shared.registry.entry import Entry, FetchState, Folder
from tests.fakes.feeds import Taking

EMPTY = Refused({"code": "empty", "message": "the digest is empty", "status": 422})


@dataclass
class Shelf:
    """A folder below the only root, turns that are taken of it, and what was kept."""

    root: Path
    target: Taking = field(default_factory=Taking)
    kept: list[FetchState] = field(default_factory=list)
    whole: float = 60

    def put(self, name: str, text: str) -> Path:
        """Put a file there."""
        path = self.root / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    async def take(self, state: FetchState | None = None, said: dict[str, str] | None = None) -> FetchState:
        """Take one turn."""
        fetch = Folder.model_validate({"path": str(self.root / "in")} | (said or {}))

        async def keep(state: FetchState) -> None:
            self.kept.append(state)

        way = Folders(self.target, "http://ingest", [self.root], self.root / "state", settle=0, patience=0, whole=self.whole)
        entry = Entry(source="周报", edition=1, fetch=fetch, changed_at=datetime.now(UTC), by="a@b")
        return await Turns(self.target.put, keep, {Folder: way}, uniform=max).take(entry, state)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A folder for one test."""
    return Shelf(tmp_path)


async def test_each_file_is_fed_once(shelf: Shelf) -> None:
    """And what stays as it was is kept nowhere."""
    shelf.put("12.txt", "昆山：零碳工厂。")
    state = await shelf.take()
    assert [(digest.source, digest.file_name) for digest in shelf.target.taken] == [("周报", "12.txt")]
    assert state.fed_at is not None
    state = await shelf.take(state)
    shelf.put("13.txt", "苏州：绿色电力。")
    await shelf.take(state)
    assert [digest.file_name for digest in shelf.target.taken] == ["12.txt", "13.txt"]
    assert len(shelf.kept) == 2


class Slow(Taking):
    """A target that takes one alone only once `ready` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = asyncio.Event()
        self.alone = 0

    async def put(self, submission: Submission) -> Answer:
        """Take it then."""
        self.alone += 1
        await self.ready.wait()
        return await super().put(submission)

    async def put_all(self, submissions: Sequence[Submission]) -> list[Result]:
        """Take several at once."""
        return [await super(Slow, self).put(submission) for submission in submissions]


async def test_many_files(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go in few requests, as ingest takes several for little more than one."""
    shelf.target = slow = Slow()
    names = [f"{number:02}.txt" for number in range(99)]
    for name in names:
        shelf.put(name, f"昆山：{name}")
    loop, read = asyncio.get_running_loop(), Reader.read

    def reading(reader: Reader, file: Found) -> Read:
        if file.path == names[-1]:
            loop.call_soon_threadsafe(slow.ready.set)
        return read(reader, file)

    monkeypatch.setattr(Reader, "read", reading)
    async with asyncio.timeout(10):
        await shelf.take()
    assert len(slow.taken) == len(names)
    assert slow.alone < 10


async def test_a_file_that_is_refused(shelf: Shelf) -> None:
    """Moves aside with its reason, which the source shows too."""
    shelf.put("12.txt", " ")
    shelf.target.errors = [EMPTY]
    state = await shelf.take(said={"failed": str(shelf.root / "failed")})
    assert state.refused == ("12.txt: the digest is empty",)
    assert (shelf.root / "failed" / "12.txt").is_file()
    assert (state.failures, state.error) == (0, None)


async def test_while_ingest_is_away(shelf: Shelf) -> None:
    """Nothing is lost, and the folder has no fault."""
    shelf.put("12.txt", "昆山：零碳工厂。")
    shelf.target.errors = [Unavailable("Kafka is away", retry_after=0)]
    state = await shelf.take()
    assert (shelf.target.taken, state.failures, state.error) == ([], 0, "Kafka is away")
    await shelf.take(state)
    assert [digest.file_name for digest in shelf.target.taken] == ["12.txt"]


@pytest.mark.parametrize("said", [{"path": "/etc"}, {"path": "/"}, {"done": "/tmp"}, {"failed": "/etc"}])
async def test_folders_that_no_operator_named(shelf: Shelf, said: dict[str, str]) -> None:
    """Are not looked into, and nothing is moved there."""
    shelf.put("12.txt", "昆山：零碳工厂。")
    state = await shelf.take(said=said)
    assert "FETCH_FOLDERS names them" in (state.error or "")
    assert shelf.target.taken == []


async def test_a_link_out_of_the_root(shelf: Shelf) -> None:
    """Leads to a folder that no operator named."""
    (shelf.root / "in").symlink_to("/etc")
    assert "FETCH_FOLDERS names them" in ((await shelf.take()).error or "")


async def test_a_folder_that_is_not_there(shelf: Shelf) -> None:
    """Is never paused: it may be mounted any time."""
    state = None
    for _ in range(12):
        state = await shelf.take(state)
    assert state is not None
    assert (state.failures, state.paused) == (12, False)
    assert "there is no folder" in (state.error or "")
    shelf.put("12.txt", "昆山：零碳工厂。")
    state = await shelf.take(state)
    assert (state.failures, state.error, len(shelf.target.taken)) == (0, None, 1)


async def test_a_file_server_that_does_not_answer(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is waited for in a thread, and for so long; once it answers, nothing is left held."""
    shelf.put("12.txt", "昆山：零碳工厂。")
    found, answers = folder._root, threading.Event()

    def hung(wanted: folder.Folder) -> Path:
        answers.wait()
        return found(wanted)

    monkeypatch.setattr(folder, "_root", hung)
    shelf.whole = 0.1
    state = await shelf.take()
    assert (state.failures, shelf.target.taken) == (1, [])
    assert state.error == f"{shelf.root / 'in'} does not answer: nothing ended within 0.1 seconds"
    answers.set()
    shelf.whole = 60
    async with asyncio.timeout(20):
        while state.error:
            state = await shelf.take()
    assert [digest.file_name for digest in shelf.target.taken] == ["12.txt"]
