"""When a file is whole."""

from services.ingest.sources.folder.choice import Found
from services.ingest.sources.folder.settling import Settling

BEGUN, GROWN = Found("a.md", 10, 1), Found("a.md", 20, 2)


def test_a_file_that_grows_is_not_whole() -> None:
    """The time begins again with each change."""
    settling = Settling(2)
    looks = [(0, BEGUN), (1.9, GROWN), (3, GROWN), (3.9, GROWN)]
    assert [settling.whole([file], now) for now, file in looks] == [[], [], [], [GROWN]]


def test_a_file_that_went_and_came_back() -> None:
    """Is a new one."""
    settling = Settling(2)
    looks = [(0, [BEGUN]), (1, []), (2, [BEGUN]), (4, [BEGUN])]
    assert [settling.whole(files, now) for now, files in looks] == [[], [], [], [BEGUN]]


def test_the_time_of_a_file_says_nothing() -> None:
    """Copies keep that of their originals."""
    assert Settling(2).whole([Found("a.md", 10, 0)], 1e9) == []
