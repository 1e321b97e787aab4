"""What was typed → the files that are meant."""

from pathlib import Path

import pytest

from services.ingest.feeding.choose import chosen

FILES = ("b/二.md", "b/c/三.txt", "一.html", ".hidden.md", ".git/x.md", "四.md.part", "一.meta.toml", "b/no.reason.txt")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One with digests, and with files that are none."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("昆山", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ["b/c/三.txt", "b/二.md", "一.html"]),
        ("b", ["b/c/三.txt", "b/二.md"]),
        ("**/*.md", ["b/二.md"]),
        ("**/*", ["b/c/三.txt", "b/二.md", "一.html"]),
        ("b/*", ["b/二.md"]),
        ("*.htm?", ["一.html"]),
        ("四.md.part", ["四.md.part"]),
        (".hidden.md", [".hidden.md"]),
        ("empty", ["empty"]),
        ("none*", ["none*"]),
        ("none.txt", ["none.txt"]),
    ],
)
def test_folders_and_patterns_stand_for_their_files(folder: Path, typed: str, meant: list[str]) -> None:
    """In the order of their paths; what is named itself is meant, and what stands for nothing is told."""
    assert chosen([str(folder / typed)]) == [str(folder / name) for name in meant]


def test_a_file_with_the_signs_of_a_pattern_in_its_name(tmp_path: Path) -> None:
    """Is that file."""
    (tmp_path / "周报[12].md").write_text("昆山", encoding="utf-8")
    assert chosen([str(tmp_path / "周报[12].md")]) == [str(tmp_path / "周报[12].md")]


def test_what_is_no_file_stays(tmp_path: Path) -> None:
    """Standard input, pages and a Maildir, which is one box of messages."""
    for name in ("cur", "new", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    typed = ["-", "https://example.org/weekly/12?x=[1]", str(tmp_path / "Maildir")]
    assert chosen(typed) == typed
