"""A folder with files that come, grow, fail and stay; ingest is a function."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from services.ingest.accept import Submission
from services.ingest.feed import Answer, Refused
from services.ingest.sources.folder.aside import Aside
from services.ingest.sources.folder.choice import Choice
from services.ingest.sources.folder.ledger import Entry, Ledger
from services.ingest.sources.folder.settling import Settling
from services.ingest.sources.folder.watch import Watch
from shared.errors import Unavailable


@dataclass
class Folder:
    """A watched folder, what was fed from it, and a clock."""

    root: Path
    ledger: Ledger
    fed: list[Submission] = field(default_factory=list)
    refused: dict[str, Exception] = field(default_factory=dict)
    """By the text of a file: what ingest says, once"""
    told: list[tuple[str, str, str | None]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    now: float = 0.0

    @property
    def inbox(self) -> Path:
        """Where files are dropped."""
        return self.root / "in"

    def drop(self, path: str, text: str = "一、昆山") -> Path:
        """Put a file there."""
        file = self.inbox / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    async def put(self, submission: Submission) -> Answer:
        """Take it, or say what was set for it."""
        await asyncio.sleep(0)
        if (error := self.refused.pop(submission.content.decode(), None)) is not None:
            raise error
        self.fed.append(submission)
        return Answer(f"{len(self.fed):032}", 1)

    async def sleep(self, seconds: float) -> None:
        """Turn the clock."""
        self.slept.append(seconds)

    def tell(self, entry: Entry, _answer: Answer | None) -> None:
        """Write it down."""
        self.told.append((entry.file.path, entry.state, entry.reason))

    def watch(self, *, moves: bool = True, by_folder: bool = False, id_from_name: bool = False) -> Watch:
        """The watch of it."""
        aside = Aside(self.inbox, self.root / "done", self.root / "failed") if moves else Aside(self.inbox)
        return Watch(
            choice=Choice(self.inbox),
            ledger=self.ledger,
            aside=aside,
            put=self.put,
            said={"source": "weekly"},
            tell=self.tell,
            by_folder=by_folder,
            id_from_name=id_from_name,
            settling=Settling(2),
            max_bytes=1000,
            now=lambda: self.now,
            sleep=self.sleep,
        )

    async def rounds(self, watch: Watch) -> None:
        """Two rounds, between which files become whole."""
        await watch.round()
        self.now += 2
        await watch.round()

    def lies(self, name: str) -> list[str]:
        """The files of one of the folders."""
        return sorted(file.relative_to(self.root / name).as_posix() for file in (self.root / name).rglob("*") if file.is_file())


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """An empty one."""
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        (tmp_path / "in").mkdir()
        yield Folder(tmp_path, ledger)


async def test_a_file_that_is_whole_is_fed_and_put_aside(folder: Folder) -> None:
    """Under its name, as the source's; a file that came this moment is waited for."""
    folder.drop("05.md")
    watch = folder.watch()
    assert await watch.round() == 1
    assert folder.fed == []
    folder.now += 2
    assert await watch.round() == 0
    [fed] = folder.fed
    assert (fed.source, fed.file_name, fed.external_id, fed.media_type, fed.content.decode()) == (
        "weekly",
        "05.md",
        None,
        "text/markdown",
        "一、昆山",
    )
    assert (folder.lies("in"), folder.lies("done"), folder.told) == ([], ["05.md"], [("05.md", "fed", None)])


async def test_files_that_are_left(folder: Folder) -> None:
    """Are fed once, over restarts too, and again once they change."""
    file = folder.drop("05.md")
    await folder.rounds(folder.watch(moves=False))
    await folder.rounds(folder.watch(moves=False))
    assert (len(folder.fed), folder.lies("in")) == (1, ["05.md"])
    file.write_text("一、昆山 二、太仓")
    await folder.rounds(folder.watch(moves=False))
    assert len(folder.fed) == 2


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        ("空", Refused({"code": "empty", "message": "the digest is empty", "status": 422}), "the digest is empty"),
        ("长" * 400, None, "the digest is larger than"),
    ],
)
async def test_a_file_that_cannot_be_taken(folder: Folder, text: str, error: Exception | None, reason: str) -> None:
    """Lies in failed with its reason, and the others are fed."""
    folder.drop("a.md", text)
    folder.drop("b.md")
    if error:
        folder.refused[text] = error
    await folder.rounds(folder.watch())
    assert [fed.file_name for fed in folder.fed] == ["b.md"]
    assert folder.lies("failed") == ["a.md", "a.md.reason.txt"]
    assert (folder.root / "failed" / "a.md.reason.txt").read_text().startswith(reason)


async def test_a_picture(folder: Folder) -> None:
    """Is no digest."""
    (folder.inbox / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    await folder.rounds(folder.watch())
    assert "a PNG picture can't be read" in (folder.root / "failed" / "a.png.reason.txt").read_text()


async def test_a_file_that_may_not_be_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Says so; root may read all, so the system's answer is a stand-in."""
    folder.drop("a.md")

    def denied(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    await folder.rounds(folder.watch(moves=False))
    assert folder.told == [("a.md", "failed", "this file can't be read: Permission denied")]


async def test_ingest_is_away(folder: Folder) -> None:
    """A file is handed over until it is taken."""
    folder.drop("a.md")
    folder.refused["一、昆山"] = Unavailable("Kafka is away", retry_after=7)
    await folder.rounds(folder.watch())
    assert (len(folder.fed), folder.slept) == (1, [7.0])


async def test_what_is_said_of_a_file(folder: Folder) -> None:
    """Beside it before its front matter, that before its folder, that before what holds for all."""
    folder.drop("双碳/a.md", "---\ntitle: 上\nsource: front\n---\n一")
    folder.drop("双碳/b.md", "---\ntitle: 上\n---\n一")
    folder.drop("c.md", "一")
    folder.drop("双碳/a.meta.toml", 'source = "beside"\npublished_on = 2026-02-06')
    await folder.rounds(folder.watch(by_folder=True, id_from_name=True))
    assert [(fed.source, fed.title, fed.published_on, fed.external_id) for fed in sorted(folder.fed, key=lambda fed: fed.file_name or "")] == [
        ("beside", "上", "2026-02-06", "a.md"),
        ("双碳", "上", None, "b.md"),
        ("weekly", None, None, "c.md"),
    ]
    assert folder.lies("done") == ["c.md", "双碳/a.md", "双碳/a.md.meta.toml", "双碳/b.md"]


async def test_a_sidecar_that_is_wrong(folder: Folder) -> None:
    """Is the file's reason."""
    folder.drop("a.md")
    folder.drop("a.meta.toml", "autor = 1")
    await folder.rounds(folder.watch())
    assert "a.meta.toml names 'autor'" in (folder.root / "failed" / "a.md.reason.txt").read_text()


async def test_files_of_one_identity(folder: Folder) -> None:
    """Are handed over in the order of their paths: the last one holds."""
    for number in range(20):
        folder.drop(f"{number:02}/latest.md", f"第{number}期")
    await folder.rounds(folder.watch(id_from_name=True))
    assert [fed.content.decode() for fed in folder.fed] == [f"第{number}期" for number in range(20)]


@pytest.mark.parametrize("state", ["fed", "failed"])
async def test_a_kill_before_a_file_was_moved(folder: Folder, state: str) -> None:
    """It is moved then, and not fed again."""
    folder.drop("a.md")
    watch = folder.watch()
    [found] = watch.choice.files()
    folder.ledger.write(Entry(found, state, reason="empty"))  # type: ignore[arg-type]  # one of both
    await watch.round()
    assert folder.fed == []
    assert folder.lies("in") == []
    assert folder.lies("done" if state == "fed" else "failed")[0] == "a.md"


async def test_a_file_that_takes_the_place_of_another(folder: Folder) -> None:
    """While that is handed over: it stays, and is fed too."""
    file = folder.drop("a.md")
    watch = folder.watch()

    async def replaced(submission: Submission) -> Answer:
        if submission.content.decode() == "一、昆山":
            file.write_text("二、太仓")
            os.utime(file, ns=(1, 1))
        return await folder.put(submission)

    watch.put = replaced
    await folder.rounds(watch)
    assert folder.lies("in") == ["a.md"]
    await folder.rounds(watch)
    assert [fed.content.decode() for fed in folder.fed] == ["一、昆山", "二、太仓"]
    assert folder.lies("in") == []


async def test_a_file_that_goes_away(folder: Folder) -> None:
    """Is nobody's fault."""
    file = folder.drop("a.md")
    watch = folder.watch()
    await watch.round()
    folder.now += 2
    file.unlink()
    await watch.round()
    assert (folder.fed, folder.told) == ([], [])
