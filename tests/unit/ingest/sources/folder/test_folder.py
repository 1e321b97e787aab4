"""A folder is watched by one watch at a time, and known by where it lies and where it is fed to."""

import os
from pathlib import Path

import pytest

from services.ingest import media
from services.ingest.accept import Submission
from services.ingest.feed import Answer
from services.ingest.sources.folder.folder import Folder, follow, held, ledger_path
from services.ingest.sources.folder.handing import Handing
from shared.errors import Misconfigured
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
