"""Verifying, knowing and forgetting what an archive holds."""

from pathlib import Path

import pytest

from services.operate.archive import known
from services.operate.archive.folder import reading, writing
from services.operate.archive.forget import forget, held
from services.operate.archive.line import Archived, from_line
from services.operate.archive.verify import verify
from tests.fakes.archive import archive, erased, identity, raw

FIRST = "2026/11/2026-11-22-0.jsonl.gz"


def records(root: Path) -> list[Archived]:
    """All, in order."""
    with reading(root) as folder:
        return [from_line(line) for file in folder.manifest.files for line in folder.lines(file)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three digests in two files, one of them twice."""
    archive(tmp_path, [raw("a", "昆山".encode()), raw("b", "徐州".encode(), offset=1)], [raw("a", "昆山改".encode(), revision=2), raw("c", b"\xff")])
    return tmp_path


def test_a_whole_one(root: Path) -> None:
    """Files and records are counted."""
    found = verify(root)
    assert (found.files, found.records, found.problems, found.strange) == (2, 4, [], [])


def test_one_flipped_bit_is_found(root: Path) -> None:
    """Anywhere in a file; the others are whole."""
    path = root / FIRST
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert [at for at, _ in verify(root).problems] == [FIRST]


def test_a_missing_and_a_cut_file_are_found(root: Path) -> None:
    """By name."""
    paths = sorted(root.glob("2026/11/*.gz"))
    paths[0].unlink()
    paths[1].write_bytes(paths[1].read_bytes()[:-5])
    assert [(Path(at).name, problem.split(":")[0]) for at, problem in verify(root).problems] == [
        (paths[0].name, "missing"),
        (paths[1].name, "damaged"),
    ]


def test_a_digest_that_is_not_what_was_received_is_found(tmp_path: Path) -> None:
    """Its header names the sum of its bytes, so that also what was damaged before the export is seen."""
    whole = raw("a", b"x")
    archive(tmp_path, [Archived(whole.kind, 0, 0, whole.at, whole.key, b"y", whole.headers)])
    assert [problem for _, problem in verify(tmp_path).problems] == ["line 1 is not the digest that was received"]


def test_what_is_in_the_files_is_known(root: Path) -> None:
    """And what is not, is not; also after the table was lost or damaged, or an older manifest was put back."""

    def knows() -> list[bool]:
        with writing(root) as folder, known.of(folder) as table:
            return [each.identity in table for each in (raw("a", "昆山".encode()), raw("a", "昆山改".encode(), revision=2), raw("d", b"x"))]

    older = (root / "manifest.json").read_bytes()
    assert knows() == [True, True, False]
    (root / known.NAME).unlink()
    assert knows() == [True, True, False]
    (root / known.NAME).write_bytes(b"SQLite format 3\0" + b"damaged" * 500)
    assert knows() == [True, True, False]
    archive(root, [raw("d", b"x")])
    assert knows() == [True, True, True]
    (root / "manifest.json").write_bytes(older)
    assert knows() == [True, True, False]


def test_what_was_added_and_never_kept_is_not_known(root: Path) -> None:
    """An export that was killed: its records are to be written again."""
    new = raw("d", b"x")
    with writing(root) as folder:
        with known.of(folder) as table:
            assert table.add(new.identity)
            assert not table.add(new.identity)
        with known.of(folder) as table:
            assert new.identity not in table


def test_forgetting_a_digest(root: Path) -> None:
    """All its revisions, from all files; the others stay as they were, sums and counts are right again."""
    others = [each for each in records(root) if each.key != identity("a").encode()]
    assert held(root, [identity("a")]) == 2
    assert forget(root, [identity("a")]) == 2
    assert records(root) == others
    assert verify(root).problems == []
    assert held(root, [identity("a")]) == 0
    assert forget(root, [identity("a")]) == 0


def test_forgetting_leaves_other_files_alone(root: Path) -> None:
    """Those that hold nothing of it are not written anew."""
    path = root / FIRST
    before = path.stat()
    forget(root, [identity("c")])
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_forgetting_everything_in_a_file(tmp_path: Path) -> None:
    """An empty file is whole too."""
    archive(tmp_path, [raw("a", b"x")])
    assert forget(tmp_path, [identity("a")]) == 1
    found = verify(tmp_path)
    assert (found.files, found.records, found.problems) == (1, 0, [])


def test_an_erasure_is_kept(tmp_path: Path) -> None:
    """It holds no word of the digest, and it is what keeps an import from bringing it back."""
    archive(tmp_path, [raw("a", b"x"), erased("a", revision=2)])
    forget(tmp_path, [identity("a")])
    assert [each.offset for each in records(tmp_path)] == [2]


def test_a_digest_that_quotes_an_id_stays(tmp_path: Path) -> None:
    """Another digest's text may hold it."""
    archive(tmp_path, [raw("b", identity("a").encode())])
    assert held(tmp_path, [identity("a")]) == 0
    assert forget(tmp_path, [identity("a")]) == 0
