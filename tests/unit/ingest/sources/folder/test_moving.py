"""Files that move over nothing, on file systems that can do so in one and on others."""

from itertools import islice
from pathlib import Path

import pytest

from services.ingest.sources.folder.moving import free, move


@pytest.fixture(params=["in one", "in two"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way in which files are renamed."""
    if request.param == "in two":
        libraries = "services.ingest.sources.folder.moving.ctypes.CDLL"
        monkeypatch.setattr(libraries, lambda name, use_errno: object())


@pytest.mark.usefixtures("way")
def test_a_file_that_moves(tmp_path: Path) -> None:
    """Lies there then, whatever it is."""
    (tmp_path / "a").write_text("一")
    (tmp_path / "b").symlink_to("nowhere")
    assert (move(tmp_path / "a", tmp_path / "c"), move(tmp_path / "b", tmp_path / "d")) == (True, True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["c", "d"]
    assert ((tmp_path / "c").read_text(), (tmp_path / "d").is_symlink()) == ("一", True)


@pytest.mark.usefixtures("way")
def test_a_name_that_is_taken(tmp_path: Path) -> None:
    """Stays what it is, as the other file does."""
    (tmp_path / "a").write_text("一")
    (tmp_path / "b").write_text("二")
    with pytest.raises(FileExistsError):
        move(tmp_path / "a", tmp_path / "b")
    assert [(tmp_path / name).read_text() for name in "ab"] == ["一", "二"]


@pytest.mark.usefixtures("way")
def test_a_file_that_is_gone(tmp_path: Path) -> None:
    """Leaves nothing in its place."""
    with pytest.raises(FileNotFoundError):
        move(tmp_path / "a", tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def test_another_file_system(tmp_path: Path) -> None:
    """Keeps what it has, and gets no half of a file."""
    other = next((one for one in map(Path, ("/dev/shm", "/var/tmp")) if differs(one, tmp_path)), None)
    if other is None:
        pytest.skip("this machine has one file system that may be written to")
    (tmp_path / "a").write_text("一")
    new = other / f"jianbao-{tmp_path.name}"
    try:
        assert move(tmp_path / "a", new) is False
        (tmp_path / "b").write_text("二")
        with pytest.raises(FileExistsError):
            move(tmp_path / "b", new)
        assert (new.read_text(), [file.name for file in tmp_path.iterdir()]) == ("一", ["b"])
    finally:
        new.unlink(missing_ok=True)


def differs(folder: Path, other: Path) -> bool:
    """Whether a folder is on another file system."""
    return folder.is_dir() and folder.stat().st_dev != other.stat().st_dev


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("05.md", ["05.md", "05-2.md", "05-3.md"]),
        ("双" * 85, ["双" * 81, "双" * 80 + "-2", "双" * 80 + "-3"]),
        (f"1.{'双' * 80}", [f"1.{'双' * 80}", f"1.{'双' * 80}-2", f"1.{'双' * 80}-3"]),
        (f"{'双' * 84}.md", ["双" * 80 + ".md", "双" * 79 + "-2.md", "双" * 79 + "-3.md"]),
    ],
    ids=range(4),
)
def test_names(name: str, names: list[str]) -> None:
    """Have numbers, and room for what is written beside them."""
    assert [path.name for path in islice(free(Path(name)), 3)] == names
