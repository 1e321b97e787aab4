"""Which files of a folder are digests."""

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
    assert [file.path for file in Choice(root, apart=[root / "done", root / "failed"]).files()] == ["a.md"]


def test_links(tmp_path: Path) -> None:
    """To a file they count, to a folder or to nowhere not: a folder may lie in itself."""
    root = folder(tmp_path, "a.md")
    (root / "b.md").symlink_to(root / "a.md")
    (root / "c.md").symlink_to(root / "nowhere")
    (root / "again").symlink_to(root)
    assert [file.path for file in Choice(root).files()] == ["a.md", "b.md"]


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    """Has no files."""
    assert list(Choice(tmp_path / "gone").files()) == []
