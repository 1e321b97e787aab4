"""Where files lie once they were dealt with."""

from pathlib import Path

import pytest

from services.ingest.sources.folder.aside import Aside


@pytest.fixture
def aside(tmp_path: Path) -> Aside:
    """A folder with one issue and what is said of it."""
    root = tmp_path / "in"
    (root / "2026").mkdir(parents=True)
    (root / "2026" / "05.md").write_text("一、昆山")
    (root / "2026" / "05.meta.toml").write_text('title = "本周要闻"')
    return Aside(root, tmp_path / "done", tmp_path / "failed")


def lies(folder: Path | None) -> dict[str, str]:
    """The files of a folder with their texts."""
    assert folder is not None
    return {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in sorted(folder.rglob("*")) if file.is_file()}


def test_a_file_that_was_taken(aside: Aside) -> None:
    """Moves with what is said beside it, in its subfolder."""
    aside.fed("2026/05.md")
    assert (lies(aside.root), lies(aside.done)) == ({}, {"2026/05.md": "一、昆山", "2026/05.md.meta.toml": 'title = "本周要闻"'})


def test_a_file_that_was_not(aside: Aside) -> None:
    """Has its reason beside it."""
    aside.refused("2026/05.md", "the digest is empty")
    assert lies(aside.failed)["2026/05.md.reason.txt"] == "the digest is empty\n"
    assert lies(aside.root) == {}


def test_what_was_taken_earlier_stays(aside: Aside) -> None:
    """Under its own name; the second has a number."""
    for text in ("一", "二"):
        (aside.root / "5.md").write_text(text)
        aside.fed("5.md")
    assert lies(aside.done) == {"5-2.md": "二", "5.md": "一"}


def test_a_file_that_somebody_took_away(aside: Aside) -> None:
    """Leaves no reason behind for nothing."""
    aside.fed("gone.md")
    aside.refused("gone.md", "why")
    assert [file for file in (aside.done, aside.failed) if file and lies(file)] == []


def test_files_that_are_left(tmp_path: Path) -> None:
    """Where no folder is named."""
    (tmp_path / "5.md").write_text("一")
    Aside(tmp_path).fed("5.md")
    Aside(tmp_path).refused("5.md", "why")
    assert lies(tmp_path) == {"5.md": "一"}
