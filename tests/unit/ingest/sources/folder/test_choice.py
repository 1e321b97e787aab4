"""Which files of a folder are digests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.ingest.sources.folder.choice import Choice


def folder(root: Path, *paths: str) -> Path:
    """A folder with files of three bytes at those paths."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes("文".encode())
    return root


def test_the_files_in_the_order_of_their_paths(tmp_path: Path) -> None:
    """In folders too, with their size."""
    root = folder(tmp_path, "b.md", "a.txt", "双碳周报/2026/05.html")
    assert [(file.path, file.size) for file in Choice(root).files()] == [("a.txt", 3), ("b.md", 3), ("双碳周报/2026/05.html", 3)]


@pytest.mark.parametrize(
    "path",
    [
        ".DS_Store",
        ".git/HEAD",
        "a.md.part",
        "第5期.docx.crdownload",
        "~$第5期.docx",
        "a.md~",
        ".a.md.swp",
        "a.meta.toml",
        "a.md.meta.toml",
        "a.md.reason.txt",
        "Thumbs.db",
        "logs/x.log",
        "x.log",
        "drafts/2026/a.md",
        "keep/old/a.md",
    ],
)
def test_what_is_left_out(path: str, tmp_path: Path) -> None:
    """Hidden, unfinished, said of another file, or named by the operator's patterns."""
    root = folder(tmp_path, path, "a.md")
    assert [file.path for file in Choice(root, ignored=["*.log", "drafts", "keep/old/*"]).files()] == ["a.md"]


@pytest.mark.parametrize("path", ["old/a.md", "log.md", "a.log.md", "部分.md"])
def test_what_only_looks_like_it(path: str, tmp_path: Path) -> None:
    """Is taken."""
    root = folder(tmp_path, path)
    assert [file.path for file in Choice(root, ignored=["*.log", "keep/old/*"]).files()] == [path]


def test_folders_apart(tmp_path: Path) -> None:
    """Those that taken files move to, wherever they lie."""
    root = folder(tmp_path, "a.md", "done/b.md", "failed/c.md")
    assert [file.path for file in Choice(root, apart=(root / "done", root / "failed")).files()] == ["a.md"]


def test_links(tmp_path: Path) -> None:
    """To a file they count, to a folder or to nowhere not: a folder may lie in itself."""
    root = folder(tmp_path, "a.md")
    (root / "b.md").symlink_to(root / "a.md")
    (root / "c.md").symlink_to(root / "nowhere")
    (root / "again").symlink_to(root)
    (root / "loop.md").symlink_to(root / "loop.md")
    assert [file.path for file in Choice(root).files()] == ["a.md", "b.md"]


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    """Has no files."""
    assert list(Choice(tmp_path / "gone").files()) == []


def test_links_that_are_not_followed(tmp_path: Path) -> None:
    """Where others may write to the folder: they could have any file fed."""
    root = folder(tmp_path, "a.md")
    (root / "b.md").symlink_to(root / "a.md")
    assert [file.path for file in Choice(root, links=False).files()] == ["a.md"]


def test_what_is_no_file(tmp_path: Path) -> None:
    """Such as a pipe, which would be read without end."""
    os.mkfifo(folder(tmp_path, "a.md") / "b.md")
    assert [file.path for file in Choice(tmp_path).files()] == ["a.md"]
    assert Choice(tmp_path).look("b.md") is None


def test_what_is_said_of_a_file(tmp_path: Path) -> None:
    """Makes another of it, when it comes, changes and goes."""
    root = folder(tmp_path, "a.md")
    looks = [Choice(root).look("a.md")]
    for text in ('title = "一"', 'title = "二、"', None):
        meta = root / "a.meta.toml"
        meta.unlink() if text is None else meta.write_text(text)
        looks.append(Choice(root).look("a.md"))
        assert [looks[-1]] == list(Choice(root).files())
    assert looks[3] == looks[0]
    assert len(set(looks)) == 3


def test_what_is_said_of_no_file(tmp_path: Path) -> None:
    """Is found as such."""
    root = folder(tmp_path, "a.md", "a.meta.toml", "2026/b.md.meta.toml", ".c.meta.toml")
    listings = Choice(root).listings("", lambda path, error: None)
    assert [orphan.path for listing in listings for orphan in listing.orphans] == ["2026/b.md.meta.toml"]


def test_a_folder_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is told, and the others are read; root may read all, so the system's answer is a stand-in."""
    root = folder(tmp_path, "a/1.md", "b/2.md")
    listed = os.scandir

    def denied(path: Path) -> Iterator[os.DirEntry[str]]:
        if path.name == "a":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", denied)
    told: list[str] = []
    assert [file.path for file in Choice(root).files(unreadable=lambda path, error: told.append(path))] == ["b/2.md"]
    assert told == ["a"]


def test_names_of_other_systems(tmp_path: Path) -> None:
    """Bytes that are no UTF-8, and line ends."""
    for name in (b"\xd6\xdc\xb1\xa8\xff.md", "第\n5期.md".encode()):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("文")
    assert len(list(Choice(tmp_path).files())) == 2


def test_folders_within_folders(tmp_path: Path) -> None:
    """As deep as the system lets them be."""
    deep = tmp_path.joinpath(*["d"] * 600)
    deep.mkdir(parents=True)
    (deep / "a.md").write_text("文")
    assert [file.size for file in Choice(tmp_path).files()] == [3]


def test_what_is_said_of_a_file_by_no_file(tmp_path: Path) -> None:
    """Is nothing: a pipe might be read without end, and a link tell of any file that we may read."""
    root = folder(tmp_path, "in/a.md", "in/b.md", "b.toml") / "in"
    os.mkfifo(root / "a.md.meta.toml")
    (root / "b.md.meta.toml").symlink_to(tmp_path / "b.toml")
    beside = {file.path: file.beside.split(" ")[-1] for file in Choice(root, links=False).files()}
    assert beside == {"a.md": "", "b.md": ""}
    assert [found and found.beside for found in map(Choice(root, links=False).look, beside)] == ["", ""]
    assert [file.beside.split(" ")[-1] for file in Choice(root).files()] == ["", "b.md.meta.toml"]
