"""Memory and disk are judged before a start."""

from pathlib import Path

import pytest

from deploy.engines.errors import NotEnough
from deploy.engines.resources import GIB, MIB, available_memory, check_disk, check_memory


def test_too_little_memory_is_said_in_numbers() -> None:
    """Needed and available."""
    with pytest.raises(NotEnough, match="need about 2,018 MiB of memory, 900 MiB are available"):
        check_memory(900 * MIB, 2018 * MIB)


def test_enough_memory_and_disk_are_fine() -> None:
    """Exactly enough is enough."""
    check_memory(2 * GIB, 2 * GIB)
    check_disk(Path("data"), 2 * GIB, 2 * GIB)


def test_too_little_disk_names_the_folder_and_both_numbers() -> None:
    """So that one knows which disk to clean."""
    with pytest.raises(NotEnough, match=r"/srv/data has 1,500 MiB free, 2,048 MiB are needed.*--data-dir"):
        check_disk(Path("/srv/data"), 1500 * MIB, 2 * GIB)


def test_the_limit_of_a_container_counts(tmp_path: Path) -> None:
    """What is left within it, file caches not counted as used."""
    (tmp_path / "memory.max").write_text(f"{100 * MIB}\n")
    (tmp_path / "memory.current").write_text(f"{70 * MIB}\n")
    (tmp_path / "memory.stat").write_text(f"anon {30 * MIB}\ninactive_file {40 * MIB}\n")
    assert available_memory(tmp_path) == 70 * MIB


def test_no_limit_leaves_what_the_machine_has(tmp_path: Path) -> None:
    """`max` is no number."""
    (tmp_path / "memory.max").write_text("max\n")
    assert available_memory(tmp_path) > 0
