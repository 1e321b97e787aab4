"""A cache that was damaged is noticed."""

import json
from pathlib import Path

import pytest

from deploy.engines.cache import STAMP, damaged
from deploy.engines.maven import sha256_of


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A folder as it is when it was just made."""
    folder = tmp_path / "engines"
    (folder / "kafka").mkdir(parents=True)
    for name in ("one.jar", "two.jar"):
        (folder / "kafka" / name).write_bytes(name.encode())
    stamp = {f"kafka/{name}": sha256_of(folder / "kafka" / name) for name in ("one.jar", "two.jar")}
    (folder / STAMP).write_text(json.dumps(stamp))
    return folder


def test_a_whole_one_is_fine(whole: Path) -> None:
    """Nothing to fetch."""
    assert damaged(whole) is None


def test_a_changed_byte_is_noticed(whole: Path) -> None:
    """Same size, other content."""
    (whole / "kafka" / "two.jar").write_bytes(b"twO.jar")
    assert damaged(whole) == "kafka/two.jar has changed"


def test_a_missing_file_is_noticed(whole: Path) -> None:
    """Somebody cleaned up."""
    (whole / "kafka" / "one.jar").unlink()
    assert damaged(whole) == "kafka/one.jar is missing"


def test_a_foreign_file_is_noticed(whole: Path) -> None:
    """A jar beside the others would be on the class path."""
    (whole / "kafka" / "zero.jar").touch()
    assert damaged(whole) == "kafka/zero.jar does not belong there"


def test_without_a_stamp_it_was_never_whole(whole: Path) -> None:
    """The stamp is written last."""
    (whole / STAMP).unlink()
    assert damaged(whole) == "its stamp is missing"


def test_a_broken_stamp_is_no_stamp(whole: Path) -> None:
    """Cut while it was written."""
    (whole / STAMP).write_text('{"kafka/one')
    assert str(damaged(whole)).startswith("its stamp can't be read")


def test_nothing_there_is_not_fetched_yet(tmp_path: Path) -> None:
    """The first time."""
    assert damaged(tmp_path / "engines") == "not fetched yet"
