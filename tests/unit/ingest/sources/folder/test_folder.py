"""A folder is watched by one watch at a time, and known by where it lies and where it is fed to."""

import os
from pathlib import Path

import pytest

from services.ingest import media
from services.ingest.accept import Submission
from services.ingest.feed import Answer
from services.ingest.sources.folder.folder import Folder, follow, held, ledger_path
from services.ingest.sources.folder.handing import Handing
from shared.errors import Misconfigured, Rejected
from shared.records import MediaType


def test_a_second_watch(tmp_path: Path) -> None:
    """Is refused by whatever name it reaches the folder; after the first has ended, another may begin."""
    (tmp_path / "in").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "in")
    with held(tmp_path / "in"):
        for name in ("in", "link"):
            with pytest.raises(Misconfigured, match="is watched already"), held(tmp_path / name):
                pass
    with held(tmp_path / "in"):
        pass


def test_a_ledger_for_each_folder_and_target(tmp_path: Path) -> None:
    """What was fed to one ingest was not fed to another; the folder's name tells people which is which."""
    places = [(Path("/srv/双碳 周报"), "http://a"), (Path("/srv/双碳 周报"), "http://b"), (Path("/srv/x"), "http://a")]
    found = [ledger_path(root, target, tmp_path) for root, target in places]
    assert len(set(found)) == 3
    assert found[0].parent == tmp_path / "watch"
    assert found[0].name.startswith("双碳-周报-")


@pytest.fixture
def fed() -> list[str | None]:
    """What was fed, by its file's name."""
    return []


async def once(folder: Folder, fed: list[str | None], state: Path) -> None:
    """Deal with all that is there."""

    async def put(submission: Submission) -> Answer:
        fed.append(submission.file_name)
        return Answer("0" * 32, 1)

    await follow(folder, Handing(put, folder.source), target="x", state=state, once=True)


async def test_a_ledger_within_its_folder(tmp_path: Path, fed: list[str | None]) -> None:
    """Is no digest."""
    (tmp_path / "5.md").write_text("一、昆山")
    for _ in range(2):
        await once(Folder(tmp_path, "weekly", settle=0), fed, tmp_path)
    assert fed == ["5.md"]


async def test_more_files_than_are_known_at_once(tmp_path: Path, fed: list[str | None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Are all fed, a part after the other."""
    monkeypatch.setattr("services.ingest.sources.folder.watch.PENDING", 3)
    (tmp_path / "in").mkdir()
    for number in range(4):
        for name in "abcd":
            (tmp_path / "in" / str(number)).mkdir(exist_ok=True)
            (tmp_path / "in" / str(number) / f"{number}{name}.md").write_text(f"一、{number}{name}")
    await once(Folder(tmp_path / "in", "weekly", settle=0), fed, tmp_path)
    assert len(fed) == len(set(fed)) == 16


async def test_a_file_that_no_reader_foresaw(tmp_path: Path, fed: list[str | None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails alone."""
    decide = media.decide

    def breaks(content: bytes, *, filename: str | None = None) -> MediaType:
        if filename == "a.md":
            raise ZeroDivisionError("of all things")
        return decide(content, filename=filename)

    monkeypatch.setattr("services.ingest.sources.folder.reading.media.decide", breaks)
    (tmp_path / "in").mkdir()
    for name in ("a.md", "b.md"):
        (tmp_path / "in" / name).write_text("一、昆山")
    await once(Folder(tmp_path / "in", "weekly", settle=0, failed=tmp_path / "failed"), fed, tmp_path)
    assert fed == ["b.md"]
    assert "of all things" in (tmp_path / "failed" / "a.md.reason.txt").read_text()


async def test_a_name_that_is_no_utf8(tmp_path: Path, fed: list[str | None]) -> None:
    """Is no reason to stop, whatever is wrong with the file."""
    name = os.fsdecode(b"\xff\xfe")
    (tmp_path / "in").mkdir()
    for end, content in ((".md", "一、昆山"), (".md.meta.toml", "autor = 1")):
        (tmp_path / "in" / (name + end)).write_text(content)
    (tmp_path / "in" / "b.md").write_text("一、太仓")
    folder = Folder(tmp_path / "in", "weekly", settle=0, failed=tmp_path / "failed")
    await once(folder, fed, tmp_path)
    assert fed == ["b.md"]
    assert len(list((tmp_path / "failed").iterdir())) == 3


MAIL = """From: 双碳周报 <weekly@example.org>
Message-ID: <5@example.org>
Date: Fri, 06 Feb 2026 18:30:00 +0800
Subject: weekly 5
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=utf-8

一、昆山:新增零碳工厂10家。
--x
Content-Type: text/plain; charset=utf-8; name=6.txt
Content-Disposition: attachment; filename=6.txt

一、太仓:新增零碳工厂11家。
--x--
"""


@pytest.mark.parametrize("name", ["5.eml", "inbox"])
async def test_mail(tmp_path: Path, fed: list[str | None], name: str) -> None:
    """Is a digest for its text and one for each document."""
    (tmp_path / "in").mkdir()
    begins = "" if name == "5.eml" else "From weekly@example.org Fri Feb  6 18:30:00 2026\n"
    (tmp_path / "in" / name).write_text(begins + MAIL)
    await once(Folder(tmp_path / "in", "weekly", settle=0, done=tmp_path / "done", id_from="name"), fed, tmp_path)
    assert sorted(fed, key=str) == ["6.txt", None]
    assert [file.name for file in (tmp_path / "done").iterdir()] == [name]


async def test_mail_of_which_a_part_is_refused(tmp_path: Path) -> None:
    """Lies in failed, with what was taken of it."""

    async def put(submission: Submission) -> Answer:
        if submission.file_name:
            raise Rejected("too_large", "6.txt is too large")
        return Answer("0" * 32, 1)

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "5.eml").write_text(MAIL)
    folder = Folder(tmp_path / "in", "weekly", settle=0, failed=tmp_path / "failed")
    await follow(folder, Handing(put, "weekly"), target="x", state=tmp_path, once=True)
    reason = (tmp_path / "failed" / "5.eml.reason.txt").read_text()
    assert reason == "of its 2 digests 1 were taken; 6.txt is too large\n"
