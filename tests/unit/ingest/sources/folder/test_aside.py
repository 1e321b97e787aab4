"""Where files lie once they were dealt with."""

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from services.ingest.sources.folder import moving
from services.ingest.sources.folder.aside import LATE_DONE, LATE_FAILED, Aside
from services.ingest.sources.folder.choice import Choice, Found
from services.ingest.sources.folder.ledger import Entry, State

META = 'title = "本周要闻"'


@pytest.fixture
def aside(tmp_path: Path) -> Aside:
    """A folder with one issue and what is said of it."""
    root = tmp_path / "in"
    (root / "2026").mkdir(parents=True)
    (root / "2026" / "05.md").write_text("一、昆山")
    (root / "2026" / "05.meta.toml").write_text(META)
    return Aside(Choice(root), tmp_path / "done", tmp_path / "failed")


def put(aside: Aside, path: str, state: State = "fed", reason: str | None = None) -> list[str]:
    """Put a file aside as it lies there; what is free then."""
    file = aside.choice.look(path)
    assert file is not None
    return put_all(aside, Entry(file, state, reason=reason))


def put_all(aside: Aside, *entries: Entry) -> list[str]:
    """Put several aside, of which each can be moved."""

    def never(path: str, error: OSError) -> None:
        raise AssertionError((path, error))

    return aside.put(entries, never)


def lies(folder: Path | None) -> dict[str, str]:
    """The files of a folder with their texts."""
    assert folder is not None
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in files}


def test_a_file_that_was_taken(aside: Aside) -> None:
    """Moves with what is said beside it, in its subfolder."""
    assert put(aside, "2026/05.md") == ["2026/05.md"]
    assert lies(aside.choice.root) == {}
    assert lies(aside.done) == {"2026/05.md": "一、昆山", "2026/05.md.meta.toml": META}


def test_a_file_that_was_not(aside: Aside) -> None:
    """Has its reason beside it."""
    put(aside, "2026/05.md", "failed", "the digest is empty")
    assert lies(aside.failed)["2026/05.md.reason.txt"] == "the digest is empty\n"
    assert lies(aside.choice.root) == {}


def test_what_was_taken_earlier_stays(aside: Aside) -> None:
    """Under its own name; the second has a number."""
    for text in ("一", "二"):
        (aside.choice.root / "5.md").write_text(text)
        put(aside, "5.md")
    assert lies(aside.done) == {"5-2.md": "二", "5.md": "一"}


def test_a_file_that_somebody_took_away(aside: Aside) -> None:
    """Leaves no reason behind for nothing."""
    file = aside.choice.look("2026/05.md")
    assert file is not None
    (aside.choice.root / "2026" / "05.md").unlink()
    put_all(aside, Entry(file, "fed"), Entry(file, "failed", reason="why"))
    assert [folder for folder in (aside.done, aside.failed) if lies(folder)] == []


def test_a_file_that_is_another_by_now(aside: Aside) -> None:
    """Stays, as it is to be fed too."""
    file = aside.choice.look("2026/05.md")
    assert file is not None
    (aside.choice.root / "2026" / "05.md").write_text("一、昆山 二、太仓")
    put_all(aside, Entry(file, "fed"))
    assert "2026/05.md" in lies(aside.choice.root)


def test_files_that_are_left(tmp_path: Path) -> None:
    """Where no folder is named."""
    (tmp_path / "5.md").write_text("一")
    aside = Aside(Choice(tmp_path))
    assert [put(aside, "5.md"), put(aside, "5.md", "failed", "why")] == [[], []]
    assert lies(tmp_path) == {"5.md": "一"}


def test_what_is_said_of_two_files(aside: Aside) -> None:
    """Stays for the second: 05.meta.toml is of 05.md and 05.html."""
    (aside.choice.root / "2026" / "05.html").write_text("<p>一")
    put(aside, "2026/05.html")
    assert lies(aside.choice.root) == {"2026/05.md": "一、昆山", "2026/05.meta.toml": META}
    put(aside, "2026/05.md")
    assert lies(aside.choice.root) == {}
    assert [name for name in lies(aside.done) if name.endswith(".toml")] == ["2026/05.html.meta.toml", "2026/05.md.meta.toml"]


def say(aside: Aside, path: str, *, later: int = 0) -> Found:
    """What is said of a file, some nanoseconds later than now."""
    (aside.choice.root / path).write_text('title = "更正"')
    meta = aside.choice.look(path, ())
    assert meta is not None
    return replace(meta, changed=meta.changed + later)


@pytest.mark.parametrize("name", ["05.md.meta.toml", "05.meta.toml"])
def test_what_is_said_late_of_a_file_that_failed(aside: Aside, name: str) -> None:
    """Brings the file back; what was said before, and why it was refused, hold no longer."""
    put(aside, "2026/05.md", "failed", "why")
    assert aside.recall(say(aside, f"2026/{name}", later=LATE_FAILED // 2)) == "2026/05.md"
    assert lies(aside.choice.root) == {"2026/05.md": "一、昆山", f"2026/{name}": 'title = "更正"'}
    assert lies(aside.failed) == {}


@pytest.mark.parametrize("name", ["05.md.meta.toml", "05.meta.toml"])
def test_what_is_said_late_of_a_file_that_was_taken(aside: Aside, name: str) -> None:
    """Brings the file back, where nothing was said of it."""
    (aside.choice.root / "2026" / "05.meta.toml").unlink()
    put(aside, "2026/05.md")
    assert aside.recall(say(aside, f"2026/{name}", later=LATE_DONE // 2)) == "2026/05.md"
    assert lies(aside.choice.root) == {"2026/05.md": "一、昆山", f"2026/{name}": 'title = "更正"'}


@pytest.mark.parametrize(
    ("state", "said", "later"),
    [("fed", False, 2 * LATE_DONE), ("fed", True, 0), ("failed", True, 2 * LATE_FAILED)],
    ids=["last week's", "with a sidecar of its own", "last week's that failed"],
)
def test_what_is_said_of_the_next_issue(aside: Aside, state: State, later: int, *, said: bool) -> None:
    """And comes before it brings none of the same name back."""
    if not said:
        (aside.choice.root / "2026" / "05.meta.toml").unlink()
    put(aside, "2026/05.md", state, "why" if state == "failed" else None)
    before = lies(aside.done) | lies(aside.failed)
    assert aside.recall(say(aside, "2026/05.meta.toml", later=later)) is None
    assert lies(aside.done) | lies(aside.failed) == before


@pytest.mark.parametrize("name", ["05.pdf", ".05.pdf.Xa3kQ1", "05.pdf.part"])
def test_what_is_said_of_a_file_that_is_being_written(aside: Aside, name: str) -> None:
    """Waits for it, however soon it comes."""
    put(aside, "2026/05.md", "failed", "why")
    (aside.choice.root / "2026" / name).write_text("%PDF")
    assert aside.recall(say(aside, "2026/05.meta.toml")) is None


def test_what_is_said_of_no_file(aside: Aside) -> None:
    """Waits for it."""
    assert aside.recall(say(aside, "2026/06.meta.toml")) is None


def test_two_watches_of_one_folder_for_what_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the files of both, also where the second moves its own while the first is about to."""
    one, two = (Aside(Choice(tmp_path / name), failed=tmp_path / "failed") for name in ("one", "two"))
    for watch in (one, two):
        watch.choice.root.mkdir()
        (watch.choice.root / "w.md").write_text(watch.choice.root.name)
    rename = moving._rename

    def between(old: Path, new: Path) -> None:
        monkeypatch.setattr(moving, "_rename", rename)
        put(two, "w.md", "failed", "the second")
        rename(old, new)

    monkeypatch.setattr(moving, "_rename", between)
    put(one, "w.md", "failed", "the first")
    assert lies(one.failed) == {
        "w.md": "one",
        "w.md.reason.txt": "the first\n",
        "w-2.md": "two",
        "w-2.md.reason.txt": "the second\n",
    }


def test_a_kill_before_the_move(aside: Aside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves nothing that is in the way of the next one."""

    def killed(_old: Path, _new: Path) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(moving, "_rename", killed)
        with pytest.raises(SystemExit):
            put(aside, "2026/05.md", "failed", "why")
    put(aside, "2026/05.md", "failed", "why")
    said = {"2026/05.md.meta.toml": META, "2026/05.md.reason.txt": "why\n"}
    assert lies(aside.failed) == {"2026/05.md": "一、昆山"} | said


def test_a_reason_that_was_left(aside: Aside) -> None:
    """By somebody who took its file away says nothing of the next one."""
    assert aside.failed is not None
    (aside.failed / "2026").mkdir(parents=True)
    (aside.failed / "2026" / "05.md.reason.txt").write_text("of another")
    put(aside, "2026/05.md", "failed", "why")
    assert lies(aside.failed)["2026/05-2.md.reason.txt"] == "why\n"


def test_a_file_that_comes_while_one_is_brought_back(aside: Aside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stays what it is."""
    put(aside, "2026/05.md", "failed", "why")
    meta = say(aside, "2026/05.md.meta.toml")
    told_of = Aside._told_of

    def between(self: Aside, meta: Found) -> tuple[Path, Path] | None:
        found = told_of(self, meta)
        (self.choice.root / "2026" / "05.md").write_text("二、太仓")
        return found

    monkeypatch.setattr(Aside, "_told_of", between)
    assert aside.recall(meta) is None
    assert lies(aside.choice.root)["2026/05.md"] == "二、太仓"
    assert lies(aside.failed)["2026/05.md"] == "一、昆山"


@pytest.mark.parametrize("name", ["双" * 84 + ".md", "双" * 85, "1." + "双" * 84, "双" * 82 + ".md"], ids=range(4))
def test_a_file_with_a_long_name(aside: Aside, name: str) -> None:
    """Is cut where the system would not take what is written beside it."""
    for text in "一二":
        (aside.choice.root / name).write_text(text)
        put(aside, name, "failed", f"why {text}")
    found = lies(aside.failed)
    assert sorted(found.values()) == ["why 一\n", "why 二\n", "一", "二"]
    assert all(f"{file}.reason.txt" in found for file in found if not file.endswith(".reason.txt"))


def test_a_sidecar_of_a_file_with_a_long_name(aside: Aside) -> None:
    """Goes with it."""
    (aside.choice.root / f"{'双' * 81}.md").write_text("一")
    (aside.choice.root / f"{'双' * 81}.meta.toml").write_text(META)
    put(aside, f"{'双' * 81}.md")
    assert sorted(lies(aside.done).values()) == [META, "一"]


def test_another_file_system(aside: Aside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gets a copy, and the original goes; a stand-in for the system's answer, as one disk has one file system."""
    monkeypatch.setattr(moving, "_rename", across)
    put(aside, "2026/05.md")
    assert lies(aside.choice.root) == {}
    assert lies(aside.done) == {"2026/05.md": "一、昆山", "2026/05.md.meta.toml": META}


def test_a_full_disk(aside: Aside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is told, and leaves the file where it is and nothing half there."""
    file = aside.choice.look("2026/05.md")
    assert file is not None
    monkeypatch.setattr(moving, "_rename", across)
    monkeypatch.setattr("services.ingest.sources.folder.moving.shutil.copy2", full)
    told: list[tuple[str, str | None]] = []
    entries = [Entry(file, "failed", reason="why"), Entry(file, "failed", reason="of the second nothing is told")]
    gone = aside.put(entries, lambda path, error: told.append((path, error.strerror)))
    assert (gone, told) == ([], [("2026/05.md", "No space left on device")])
    assert sorted(lies(aside.choice.root)) == ["2026/05.md", "2026/05.meta.toml"]
    assert lies(aside.failed) == {}


rename = moving._rename


def across(old: Path, new: Path) -> None:
    """What the system says of a move between two file systems."""
    if old.parent != new.parent:
        raise OSError(errno.EXDEV, "Invalid cross-device link", str(old), None, str(new))
    rename(old, new)


def full(_old: Path, new: Path) -> None:
    """A copy of which a part fits."""
    new.write_text("一")
    raise OSError(errno.ENOSPC, "No space left on device", str(new))
