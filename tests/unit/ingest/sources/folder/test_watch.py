"""A folder with files that come, grow, fail and stay; ingest is a function."""

import asyncio
import errno
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from services.ingest.accept import Submission
from services.ingest.feed import Answer, Refused
from services.ingest.sources.folder import aside, notices, reading
from services.ingest.sources.folder.aside import Aside
from services.ingest.sources.folder.books import Books, Dealt
from services.ingest.sources.folder.choice import Choice, Found
from services.ingest.sources.folder.handing import Handing
from services.ingest.sources.folder.ledger import Entry, Ledger, State
from services.ingest.sources.folder.reading import IdFrom, Reader
from services.ingest.sources.folder.settling import Settling
from services.ingest.sources.folder.watch import Watch
from shared.errors import Misconfigured, Unavailable


@dataclass
class Folder:
    """A watched folder, what was fed from it, and a clock."""

    root: Path
    ledger: Ledger
    fed: list[Submission] = field(default_factory=list)
    refused: dict[str, list[Exception]] = field(default_factory=dict)
    """By the text of a file: what ingest says, one after the other"""
    told: list[tuple[str, str, str | None]] = field(default_factory=list)
    former: list[str | None] = field(default_factory=list)
    troubles: list[tuple[str, str]] = field(default_factory=list)
    waited: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    patience: float | None = None
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
        if errors := self.refused.get(submission.content.decode()):
            raise errors.pop(0)
        self.fed.append(submission)
        return Answer(f"{len(self.fed):032}", 1)

    async def sleep(self, seconds: float) -> None:
        """Turn the clock."""
        self.slept.append(seconds)
        self.now += seconds

    def tell(self, dealt: Dealt) -> None:
        """Write it down."""
        self.told.append((dealt.entry.file.path, dealt.entry.state, dealt.entry.reason))
        self.former.append(dealt.former)

    def trouble(self, path: str, reason: str) -> None:
        """Write it down."""
        self.troubles.append((path, reason))

    def watch(self, *, moves: bool = True, by_folder: bool = False, id_from: IdFrom = "content") -> Watch:
        """The watch of it."""
        done, failed = (self.root / "done", self.root / "failed") if moves else (None, None)
        choice = Choice(self.inbox)
        handing = Handing(self.put, "weekly", self.waited.append, self.patience, now=lambda: self.now, pause=self.sleep)
        return Watch(
            choice=choice,
            ledger=self.ledger,
            reader=Reader(choice, {"source": "weekly"}, by_folder, id_from, max_bytes=1000),
            handing=handing,
            books=Books(self.ledger, Aside(choice, done, failed), self.tell, self.trouble),
            settling=Settling(2),
            trouble=self.trouble,
            now=lambda: self.now,
        )

    async def rounds(self, watch: Watch, times: int = 2) -> None:
        """Some rounds, between which files become whole."""
        keeping = asyncio.create_task(watch.books.keep())
        for _ in range(times):
            await watch.round()
            self.now += 6
        keeping.cancel()
        await asyncio.wait([keeping])

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
    await folder.rounds(watch, 1)
    assert (folder.fed, watch.settling.waiting) == ([], ["05.md"])
    await folder.rounds(watch, 1)
    assert watch.settling.waiting == []
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
        folder.refused[text] = [error]
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
    """Says so, and is fed once it may; root may read all, so the system's answer is a stand-in."""
    file = folder.drop("a.md")
    opened = os.open

    def denied(path: Path, flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("services.ingest.sources.folder.reading.os.open", denied)
    watch = folder.watch(moves=False)
    await folder.rounds(watch)
    assert folder.told == [("a.md", "failed", "this file can't be read: Permission denied")]
    monkeypatch.setattr("services.ingest.sources.folder.reading.os.open", opened)
    file.chmod(0o600)
    await folder.rounds(watch)
    assert folder.told[1:] == [("a.md", "fed", None)]


async def test_a_disk_that_stutters(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is no fault of the file, which is fed later."""
    folder.drop("a.md")
    opened = os.open

    def stale(path: Path, flags: int) -> int:
        raise OSError(errno.ESTALE, "Stale file handle")

    monkeypatch.setattr("services.ingest.sources.folder.reading.os.open", stale)
    watch = folder.watch()
    await folder.rounds(watch)
    assert (folder.told, folder.troubles) == ([], [("a.md", "this file can't be read: Stale file handle")])
    monkeypatch.setattr("services.ingest.sources.folder.reading.os.open", opened)
    await folder.rounds(watch)
    assert folder.told == [("a.md", "fed", None)]


async def test_ingest_is_away(folder: Folder) -> None:
    """A file is handed over until it is taken."""
    folder.drop("a.md")
    folder.refused["一、昆山"] = [Unavailable("Kafka is away", retry_after=7), Unavailable("Kafka is away", retry_after=99)]
    await folder.rounds(folder.watch())
    assert (len(folder.fed), folder.slept, folder.waited) == (1, [7.0, 10.0], ["Kafka is away"] * 2)


async def test_what_is_said_of_a_file(folder: Folder) -> None:
    """Beside it before its front matter, that before its folder, that before what holds for all."""
    folder.drop("双碳/a.md", "---\ntitle: 上\nsource: front\n---\n一")
    folder.drop("双碳/b.md", "---\ntitle: 上\n---\n一")
    folder.drop("c.md", "一")
    folder.drop("双碳/a.meta.toml", 'source = "beside"\npublished_on = 2026-02-06')
    await folder.rounds(folder.watch(by_folder=True, id_from="name"))
    assert [(fed.source, fed.title, fed.published_on, fed.external_id) for fed in sorted(folder.fed, key=lambda fed: fed.file_name or "")] == [
        ("beside", "上", "2026-02-06", "a.md"),
        ("双碳", "上", None, "b.md"),
        ("weekly", None, None, "c.md"),
    ]
    assert folder.lies("done") == ["c.md", "双碳/a.md", "双碳/a.md.meta.toml", "双碳/b.md"]


async def test_a_sidecar_that_becomes_a_pipe(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """While its file is read stops nothing."""
    folder.drop("a.md")
    folder.drop("b.md", "二、太仓")
    pipe = folder.drop("a.md.meta.toml", 'title = "本周要闻"')
    watch = folder.watch()
    content_of = reading._bytes

    def between(path: Path, file: Found, *, links: bool) -> bytes:
        if path.name == "a.md" and pipe.is_file():
            pipe.unlink()
            os.mkfifo(pipe)
        return content_of(path, file, links=links)

    monkeypatch.setattr(reading, "_bytes", between)
    await folder.rounds(watch, 4)
    assert sorted((fed.file_name or "", fed.title) for fed in folder.fed) == [("a.md", None), ("b.md", None)]


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
    await folder.rounds(folder.watch(id_from="name"))
    assert [fed.content.decode() for fed in folder.fed] == [f"第{number}期" for number in range(20)]


@pytest.mark.parametrize("state", ["fed", "failed"])
async def test_a_kill_before_a_file_was_moved(folder: Folder, state: State) -> None:
    """It is moved then, and not fed again."""
    folder.drop("a.md")
    watch = folder.watch()
    [found] = watch.choice.files()
    folder.ledger.write([Entry(found, state, reason="empty" if state == "failed" else None, terms=watch.reader.terms)])
    await folder.rounds(watch, 1)
    assert (folder.fed, folder.told, folder.ledger.entries()) == ([], [], [])
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

    watch.handing.put = replaced
    await folder.rounds(watch)
    assert folder.lies("in") == ["a.md"]
    await folder.rounds(watch)
    assert [fed.content.decode() for fed in folder.fed] == ["一、昆山", "二、太仓"]
    assert folder.lies("in") == []


async def test_a_file_that_goes_away(folder: Folder) -> None:
    """Is nobody's fault."""
    file = folder.drop("a.md")
    watch = folder.watch()
    await folder.rounds(watch, 1)
    file.unlink()
    await folder.rounds(watch, 1)
    assert (folder.fed, folder.told, watch.settling.waiting) == ([], [], [])


async def test_a_file_that_is_written_while_it_is_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits until it is whole: neither half of it is fed."""
    file = folder.drop("a.md", "一")
    opened = os.open

    def grows(path: Path, flags: int) -> int:
        monkeypatch.setattr("services.ingest.sources.folder.reading.os.open", opened)
        file.write_text("一、昆山 二、太仓")
        return opened(path, flags)

    monkeypatch.setattr("services.ingest.sources.folder.reading.os.open", grows)
    watch = folder.watch()
    await folder.rounds(watch)
    assert folder.fed == []
    await folder.rounds(watch)
    assert [fed.content.decode() for fed in folder.fed] == ["一、昆山 二、太仓"]


async def test_a_touched_file(folder: Folder) -> None:
    """Was fed, whatever its times are."""
    file = folder.drop("a.md")
    watch = folder.watch(moves=False)
    await folder.rounds(watch)
    os.utime(file)
    await folder.rounds(watch)
    assert (len(folder.fed), len(folder.told)) == (1, 1)


async def test_other_terms(folder: Folder) -> None:
    """Make another digest of a file, but where it says itself what it is."""
    folder.drop("双碳/a.md")
    folder.drop("双碳/b.md", "---\nsource: weekly\n---\n一")
    await folder.rounds(folder.watch(moves=False))
    await folder.rounds(folder.watch(moves=False, by_folder=True))
    assert [(fed.source, fed.file_name) for fed in folder.fed] == [("weekly", "a.md"), ("weekly", "b.md"), ("双碳", "a.md")]


async def test_a_changed_file_whose_content_was_its_identity(folder: Folder) -> None:
    """Is another digest; that which lay there before is told."""
    file = folder.drop("a.md")
    watch = folder.watch(moves=False)
    await folder.rounds(watch)
    file.write_text("一、昆山 二、太仓")
    await folder.rounds(watch)
    assert folder.former == [None, f"{1:032}"]


@pytest.mark.parametrize("moves", [True, False])
async def test_what_is_said_late(folder: Folder, *, moves: bool) -> None:
    """Of a file that was fed: it is fed again with it."""
    folder.drop("a.md")
    watch = folder.watch(moves=moves)
    await folder.rounds(watch)
    folder.drop("a.meta.toml", 'title = "本周要闻"')
    await folder.rounds(watch, 10)
    assert [fed.title for fed in folder.fed] == [None, "本周要闻"]
    assert folder.lies("in") == ([] if moves else ["a.md", "a.meta.toml"])


@pytest.mark.parametrize("rounds", [2, 10])
async def test_what_is_said_of_the_next_issue(folder: Folder, monkeypatch: pytest.MonkeyPatch, rounds: int) -> None:
    """And comes before it, also long before, is not said of the last one under the same name."""
    monkeypatch.setattr(aside, "LATE_DONE", 0)
    folder.drop("weekly.md", "上周")
    watch = folder.watch()
    await folder.rounds(watch)
    folder.drop("weekly.meta.toml", 'title = "本周要闻"')
    await folder.rounds(watch, rounds)
    folder.drop("weekly.md", "本周")
    await folder.rounds(watch)
    assert [(fed.content.decode(), fed.title) for fed in folder.fed] == [("上周", None), ("本周", "本周要闻")]


async def test_what_is_said_rightly_of_a_file_that_failed(folder: Folder) -> None:
    """Has it fed after all."""
    folder.drop("a.md")
    folder.drop("a.md.meta.toml", "autor = 1")
    watch = folder.watch()
    await folder.rounds(watch)
    folder.drop("a.md.meta.toml", 'title = "本周要闻"')
    await folder.rounds(watch, 10)
    assert [fed.title for fed in folder.fed] == ["本周要闻"]
    assert (folder.lies("in"), folder.lies("failed"), folder.lies("done")) == ([], [], ["a.md", "a.md.meta.toml"])


@pytest.mark.parametrize(
    "error",
    [
        {"code": "key_unknown", "message": "no such key", "status": 403},
        {"code": "key_source", "message": "not that source", "status": 403},
        {"code": "source_off", "message": "weekly is off", "status": 409},
        {"code": "not_ingest", "message": "is it the right address?", "status": 404},
        {"code": "not_ingest", "message": "bad gateway", "status": 502},
    ],
)
async def test_what_is_no_fault_of_a_file(folder: Folder, error: dict[str, object]) -> None:
    """Is waited for: a wrong key must not move a whole folder to failed."""
    folder.drop("a.md")
    folder.refused["一、昆山"] = [Refused(error)] * 7
    await folder.rounds(folder.watch())
    assert (folder.lies("done"), len(folder.slept)) == (["a.md"], 7)


async def test_a_source_that_a_file_names_and_may_not(folder: Folder) -> None:
    """Is that file's fault, and others are fed."""
    folder.drop("a.md", "---\nsource: other\n---\n一")
    folder.drop("b.md")
    error = {"code": "key_source", "message": "the key may not feed other", "status": 403}
    folder.refused["---\nsource: other\n---\n一"] = [Refused(error)]
    await folder.rounds(folder.watch())
    assert folder.told == [("a.md", "failed", "the key may not feed other"), ("b.md", "fed", None)]


async def test_a_source_that_is_switched_off(folder: Folder) -> None:
    """Has its files lie there until it is on again, asked for now and then, while others are fed."""
    folder.drop("other/a.md")
    folder.drop("weekly/b.md", "二、太仓")
    error = Refused({"code": "source_off", "message": "other is off", "status": 409})
    folder.refused["一、昆山"] = [error, error]
    watch = folder.watch(by_folder=True)
    await folder.rounds(watch, 8)
    assert [folder.lies(name) for name in ("in", "failed", "done")] == [["other/a.md"], [], ["weekly/b.md"]]
    assert (folder.troubles, folder.refused["一、昆山"]) == ([("other/a.md", "other is off")], [error])
    await folder.rounds(watch, 24)
    assert [fed.source for fed in folder.fed] == ["weekly", "other"]


async def test_a_file_that_breaks_ingest(folder: Folder) -> None:
    """Is given up on after some tries."""
    folder.drop("a.md")
    folder.refused["一、昆山"] = [Refused({"code": "internal_error", "message": "something went wrong", "status": 500})] * 99
    await folder.rounds(folder.watch())
    assert (folder.told, len(folder.slept)) == ([("a.md", "failed", "something went wrong")], 4)


async def test_a_stop_while_ingest_is_away(folder: Folder) -> None:
    """Ends the waiting, and leaves the file where it is."""
    folder.drop("a.md")
    watch = folder.watch()
    folder.refused["一、昆山"] = [Unavailable("Kafka is away")] * 99

    async def stopping(_seconds: float) -> None:
        watch.handing.stop.set()

    watch.handing.pause = stopping
    await folder.rounds(watch)
    assert (folder.fed, folder.told, folder.lies("in")) == ([], [], ["a.md"])


async def test_all_that_is_there_once(folder: Folder) -> None:
    """Ends by itself; what grows is left for the next time."""
    folder.drop("a.md")
    watch = folder.watch()
    watch.settling.seconds = 0
    await watch.run(once=True)
    assert (folder.lies("in"), folder.lies("done")) == ([], ["a.md"])


async def test_once_while_ingest_is_away(folder: Folder) -> None:
    """Gives up after a while."""
    folder.drop("a.md")
    folder.patience = 30
    folder.refused["一、昆山"] = [Unavailable("Kafka is away")] * 99
    watch = folder.watch()
    watch.settling.seconds = 0
    await watch.run(once=True)
    assert (watch.handing.gave_up, folder.lies("in")) == (True, ["a.md"])
    assert 30 <= sum(folder.slept) < 50


async def test_an_address_that_is_none(folder: Folder) -> None:
    """Ends the watch, and no file is dealt with."""
    folder.drop("a.md")
    folder.refused["一、昆山"] = [Misconfigured("no address of ingest")]
    watch = folder.watch()
    watch.settling.seconds = 0
    with pytest.raises(Misconfigured, match="no address"):
        await watch.run()
    assert folder.lies("in") == ["a.md"]


async def test_a_file_is_fed_as_soon_as_the_system_tells_of_it(folder: Folder) -> None:
    """Long before the next look at the whole folder, which this clock never brings."""
    watch = folder.watch()
    watch.settling.seconds = 0
    running = asyncio.create_task(watch.run())
    async with asyncio.timeout(30):
        while not folder.told:
            folder.drop("2026/a.md")
            await asyncio.sleep(0.05)
    watch.handing.stop.set()
    await running
    assert folder.told[0] == ("2026/a.md", "fed", None)


async def test_files_of_one_identity_that_are_fed_again(folder: Folder) -> None:
    """Are the same sendings, which ingest knows by their keys: the older does not replace the newer."""
    folder.drop("1/latest.md", "第1期")
    folder.drop("2/latest.md", "第2期")
    await folder.rounds(folder.watch(id_from="name", moves=False))
    folder.ledger.forget(["1/latest.md", "2/latest.md"])
    await folder.rounds(folder.watch(id_from="name", moves=False))
    keys = [fed.idempotency_key for fed in folder.fed]
    assert keys[:2] == keys[2:]
    assert len(set(keys)) == 2


async def test_a_name_that_notices_cannot_tell(folder: Folder) -> None:
    """Ends them for a moment only."""
    told: list[str] = []
    missing: list[str] = []
    stop = asyncio.Event()
    listening = asyncio.create_task(notices.listen(folder.inbox, told.append, stop=stop, missing=missing.append))
    async with asyncio.timeout(30):
        for name in ("a.md", os.fsdecode(b"\xff.md"), "b.md"):
            while name not in told:
                folder.drop(name, str(len(told)))
                await asyncio.sleep(0.05)
                if name.startswith("\udcff"):
                    break
    stop.set()
    await listening
    assert missing == []


async def test_a_system_that_tells_nothing(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one whose watches are used up: the folder is looked at all the same."""

    def none_left(*_root: Path, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "OS file watch limit reached")

    monkeypatch.setattr("services.ingest.sources.folder.notices.awatch", none_left)
    monkeypatch.setattr("services.ingest.sources.folder.watch.LOOK_EVERY", 0.01)
    watch = folder.watch()
    watch.now = time.monotonic
    watch.settling.seconds = 0
    running = asyncio.create_task(watch.run())
    async with asyncio.timeout(30):
        while not folder.troubles:  # noqa: ASYNC110  # as the watch does, whose looks these are
            await asyncio.sleep(0.01)
        folder.drop("a.md")
        while not folder.told:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    watch.handing.stop.set()
    await running
    assert "OS file watch limit reached" in folder.troubles[0][1]
    assert folder.told == [("a.md", "fed", None)]


async def test_a_file_that_is_known_by_its_path(folder: Folder) -> None:
    """Needs no key of its sending: no other has its identity, and what is sent again is what lies there now."""
    folder.drop("双碳/a.md")
    await folder.rounds(folder.watch(id_from="path"))
    assert [(fed.external_id, fed.idempotency_key) for fed in folder.fed] == [("双碳/a.md", None)]
