"""An archive's folder: whole at every moment, for one writer at a time."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from services.operate.archive.folder import Folder, Volume, partial, reading, writing
from services.operate.archive.manifest import Manifest, free_path, from_json, to_json
from services.operate.archive.verify import verify
from shared.errors import Misconfigured, Unavailable
from tests.fakes.archive import DAY, archive, raw

ROOT = Path(__file__).parents[4]


def test_ordinary_tools_read_it(tmp_path: Path) -> None:
    """gunzip, and sha256sum -c."""
    archive(tmp_path, [raw("a", "昆山".encode())], [raw("b", "徐州".encode())])
    assert [orjson.loads(gzip.decompress(path.read_bytes()))["value"] for path in sorted(tmp_path.glob("2026/11/*.gz"))] == ["昆山", "徐州"]
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout.count("OK")) == (0, 2)


def test_the_same_records_give_the_same_file(tmp_path: Path) -> None:
    """Whenever and wherever they are written."""
    for name in ("one", "two"):
        archive(tmp_path / name, [raw("a", b"x"), raw("b", b"y")])
    one, two = [path.read_bytes() for path in sorted(tmp_path.glob("*/2026/11/*.gz"))]
    assert one == two


def test_two_writers_at_once_are_refused(tmp_path: Path) -> None:
    """And a reader while one writes; also from another process, as the lock is the system's."""
    archive(tmp_path, [raw("a", b"x")])
    code = f"from pathlib import Path; from services.operate.archive.folder import writing; writing(Path({str(tmp_path)!r})).__enter__()"
    with writing(tmp_path):
        with pytest.raises(Unavailable), writing(tmp_path):
            pass
        with pytest.raises(Unavailable), reading(tmp_path):
            pass
        other = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "another jianbao is working on" in other.stderr
    with reading(tmp_path), reading(tmp_path):
        pass


def test_what_was_begun_and_never_named_is_thrown_away(tmp_path: Path) -> None:
    """Killed before the manifest was replaced: the file is no part of the archive, and its records are read again."""
    archive(tmp_path, [raw("a", b"x")])
    partial(tmp_path / "2026/11/2026-11-22-1.jsonl.gz").write_bytes(b"half")
    with writing(tmp_path) as folder:
        assert len(folder.manifest.files) == 1
    assert list(tmp_path.rglob(".*.partial")) == []


def test_what_was_named_is_given_its_name(tmp_path: Path) -> None:
    """Killed after the manifest was replaced and before the file had its name: it is whole, for readers and for the next writer."""
    archive(tmp_path, [raw("a", b"x")])
    path = tmp_path / "2026/11/2026-11-22-0.jsonl.gz"
    path.rename(partial(path))
    assert verify(tmp_path).problems == []
    with writing(tmp_path):
        assert path.exists()
    assert verify(tmp_path).problems == []


def test_a_file_being_written_anew_stays_what_it_was_until_it_is_named(tmp_path: Path) -> None:
    """An erasure that was killed."""
    archive(tmp_path, [raw("a", b"x")])
    path = tmp_path / "2026/11/2026-11-22-0.jsonl.gz"
    before = path.read_bytes()
    with Volume(path) as volume:
        volume.add(b"other\n")
        volume.finish()
    with writing(tmp_path):
        assert path.read_bytes() == before


def test_a_disk_that_takes_no_writes_can_be_read(tmp_path: Path) -> None:
    """A backup on a read-only medium, never locked."""
    archive(tmp_path, [raw("a", b"x")])
    (tmp_path / ".lock").unlink()
    os.chmod(tmp_path, 0o555)
    try:
        assert verify(tmp_path).problems == []
    finally:
        os.chmod(tmp_path, 0o755)


def test_a_folder_without_its_manifest_is_not_taken_for_an_empty_archive(tmp_path: Path) -> None:
    """Somebody lost the manifest: that must not pass in silence."""
    archive(tmp_path, [raw("a", b"x")])
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(Misconfigured, match=r"manifest\.json is missing"), writing(tmp_path, create=True):
        pass


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"form": 1, "files": 3}', b'{"form": 2}'])
def test_a_damaged_or_newer_manifest_is_said(data: bytes) -> None:
    """In plain words."""
    with pytest.raises(Misconfigured):
        from_json(data)


def test_a_manifest_comes_back_as_it_was(tmp_path: Path) -> None:
    """Positions by number of partition too."""
    manifest = Manifest.model_validate({"positions": {"digests.raw.v1": {"topic_id": "x", "next": {0: 12, 1: 3}}}})
    assert from_json(to_json(manifest)) == manifest
    assert manifest.next_of("digests.raw.v1", "x") == {0: 12, 1: 3}


@pytest.mark.parametrize("topic_id", ["y", ""])
def test_a_topic_made_anew_is_read_from_its_beginning(topic_id: str) -> None:
    """Its places mean nothing for another topic of the name, or where ids are not known."""
    manifest = Manifest.model_validate({"positions": {"digests.raw.v1": {"topic_id": "x", "next": {0: 12}}}})
    assert manifest.next_of("digests.raw.v1", topic_id) == {}


def test_free_path() -> None:
    """One file or more a day."""
    assert free_path(DAY, []) == "2026/11/2026-11-22-0.jsonl.gz"
    assert free_path(DAY, ["2026/11/2026-11-22-0.jsonl.gz"]) == "2026/11/2026-11-22-1.jsonl.gz"


def test_a_file_that_the_manifest_does_not_know_is_not_written_over(tmp_path: Path) -> None:
    """As when an older manifest was put back."""
    archive(tmp_path, [raw("a", b"x")])
    folder = Folder(tmp_path, Manifest())
    assert folder.fresh(DAY).name == "2026-11-22-1.jsonl.gz"
    assert verify(tmp_path).strange == []
