"""The keys file: what is read, what is refused, and that it is replaced as a whole."""

import os
import threading
from pathlib import Path

import pytest

from shared.errors import Misconfigured
from shared.keys import file
from shared.keys.file import changing, parse, read, write
from tests.made_keys import keys_file, made

A, B = made("a", "ingest", sources=("weekly",)), made("b", "search")
LINE = A.model_dump_json().encode()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """One key a line, for nobody else's eyes."""
    path = keys_file(tmp_path, A, B)
    assert read(path)[1] == (A, B)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes().count(b"\n") == 2
    assert os.listdir(tmp_path) == ["keys.jsonl"]


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    """By its stamp."""
    path = keys_file(tmp_path, A)
    stamp, _ = read(path)
    assert read(path, unless=stamp) == (stamp, None)
    write(path, [A, B])
    assert read(path, unless=stamp)[1] == (A, B)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "holds no key"),
        (b"\n \n", "holds no key"),
        (b"{}", "line 1 is no key: name missing"),
        (LINE + b"\n" + LINE[:40], "line 2 is no key: json_invalid"),
        (LINE + b"\n\n" + LINE, "line 3: the name a comes twice"),
        (LINE.replace(b'"ingest"', b'"admin"'), "line 1 is no key: scopes.0 literal_error"),
        (b"\xff\xfe", "line 1 is no key"),
        (b"[" * 100_000, "line 1 is no key"),
        (LINE[:-1] + b',"only_from":"::1"}', "line 1 is no key: only_from extra_forbidden"),
    ],
)
def test_what_is_no_keys_file(content: bytes, problem: str) -> None:
    """The line is named, and not what stands in it: it may be a key that was pasted there."""
    with pytest.raises(Misconfigured, match=problem) as refused:
        parse(content)
    assert A.sha256 not in str(refused.value)


def test_what_can_not_be_read_is_said(tmp_path: Path) -> None:
    """Missing, a folder, a pipe (which is not waited for), too large, or open to others' writing."""
    path = tmp_path / "keys.jsonl"
    with pytest.raises(Misconfigured, match="jianbao key make"):
        read(path)
    open_before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(Misconfigured, match="is no file"):
        read(tmp_path)
    assert len(os.listdir("/proc/self/fd")) == open_before  # it is tried twice a second
    os.mkfifo(path)
    with pytest.raises(Misconfigured, match="is no file"):
        read(path)
    path.unlink()
    path.write_bytes(LINE + b"\n" * file.MAX_BYTES)
    path.chmod(0o600)
    with pytest.raises(Misconfigured, match="1 MiB"):
        read(path)
    path.write_bytes(LINE)
    path.chmod(0o620)
    with pytest.raises(Misconfigured, match="chmod 600"):
        read(path)


def test_a_link_stays_one(tmp_path: Path) -> None:
    """As where files are deployed by links."""
    (tmp_path / "real").mkdir()
    target, link = keys_file(tmp_path / "real", A), tmp_path / "link"
    link.symlink_to(target)
    with changing(link) as keys:
        keys.append(B)
    assert link.is_symlink()
    assert read(target)[1] == (A, B)


def test_a_change_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither when the block raises, nor when the disk is full; nothing is left beside."""
    path = keys_file(tmp_path, A)

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    def twice() -> None:
        with changing(path) as keys:
            keys.append(B)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        twice()
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(Misconfigured, match="No space left"), changing(path) as keys:
        keys.append(B)
    assert read(path)[1] == (A,)
    assert os.listdir(tmp_path) == ["keys.jsonl"]


def test_a_broken_file_is_not_written_over(tmp_path: Path) -> None:
    """Somebody's slip must not cost all other keys."""
    path = keys_file(tmp_path, A, B)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Misconfigured, match="line 2"), changing(path) as keys:
        keys.append(A)
    assert path.read_bytes().startswith(LINE[:20])


def test_two_changes_at_once_both_count(tmp_path: Path) -> None:
    """One waits for the other."""
    path = keys_file(tmp_path, A)

    def add(number: int) -> None:
        with changing(path) as keys:
            keys.append(made(f"k{number}", "ingest"))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {key.name for key in read(path)[1] or ()} == {"a", *(f"k{number}" for number in range(8))}
