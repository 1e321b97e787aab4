"""What channels were told survives the process: a restart repeats nothing, and the end of what was told before is told."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.monitor.notices.memory import ChannelMemory, MemoryFile, path_for
from shared.notices.grouping import Memory, Told
from shared.notices.notice import Notice

NOW = datetime(2026, 2, 6, 2, tzinfo=UTC)
MEMORY = ChannelMemory(
    grouping=Memory(told=(Told(key="stalled/enrich", colour="red", text="加工停滞。", since=NOW, at=NOW + timedelta(seconds=30)),), last=NOW),
    waiting=Notice(id="n1", level="red", title="1 项新问题", at=NOW),
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Into a folder that was not there; for its owner alone."""
    file = MemoryFile(tmp_path / "below" / "notices.json")
    file.write({"值班群": MEMORY})
    assert file.read() == {"值班群": MEMORY}
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [path.name for path in file.path.parent.iterdir()] == ["notices.json"]


@pytest.mark.parametrize("content", [b"", b"{", '{"channels": {"群": {"grouping": 1}}}'.encode(), b"\xff"])
def test_a_file_that_can_not_be_used_is_as_none(tmp_path: Path, content: bytes) -> None:
    """Cut short by a full disk, or another's."""
    (tmp_path / "notices.json").write_bytes(content)
    assert MemoryFile(tmp_path / "notices.json").read() == {}


def test_a_newer_file_is_read(tmp_path: Path) -> None:
    """With what is known of it."""
    (tmp_path / "notices.json").write_text('{"channels": {"群": {"waiting": null, "new": 1}}, "form": 2}', "utf-8")
    assert MemoryFile(tmp_path / "notices.json").read() == {"群": ChannelMemory()}


def test_a_place_that_can_not_be_written_ends_nothing(tmp_path: Path) -> None:
    """Notices go on, though they are not remembered."""
    (tmp_path / "file").touch()
    MemoryFile(tmp_path / "file" / "notices.json").write({"群": MEMORY})
    assert (tmp_path / "file").read_bytes() == b""


def test_each_namespace_has_its_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the folder that is set, or the user's own."""
    monkeypatch.setenv("JIANBAO_STATE_DIR", str(tmp_path))
    assert path_for(None, "") == tmp_path / "notices.json"
    assert path_for(Path("/var/lib/jianbao"), "t1") == Path("/var/lib/jianbao/notices-t1.json")
