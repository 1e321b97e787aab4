"""Which folders another user can reach."""

from pathlib import Path

from deploy.engines.account import Account, can_reach

SOMEBODY = Account("somebody", 987654, 987654)


def test_a_closed_folder_on_the_way_is_noticed(tmp_path: Path) -> None:
    """Root's home is such a folder."""
    inner = tmp_path / "closed" / "inner"
    inner.mkdir(parents=True)
    inner.parent.chmod(0o700)
    assert not can_reach(inner, SOMEBODY)


def test_open_folders_can_be_reached() -> None:
    """As most of the system is."""
    assert can_reach(Path("/usr/bin"), SOMEBODY)
