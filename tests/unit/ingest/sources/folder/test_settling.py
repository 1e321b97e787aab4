"""When a file is whole."""

from services.ingest.sources.folder.choice import Found
from services.ingest.sources.folder.settling import Settling

BEGUN, GROWN = Found("a.md", 10, 1), Found("a.md", 20, 2)


def test_a_file_that_grows_is_not_whole() -> None:
    """The time begins again with each change."""
    settling = Settling(2)
    looks = [(0, BEGUN), (1.9, GROWN), (3, GROWN), (3.9, GROWN)]
    assert [settling.see(file, now) for now, file in looks] == [False, False, False, True]


def test_a_file_that_went_and_came_back() -> None:
    """Is a new one."""
    settling = Settling(2)
    settling.see(BEGUN, 0)
    settling.drop("a.md")
    assert [settling.see(BEGUN, now) for now in (2, 4)] == [False, True]


def test_the_time_of_a_file_says_nothing() -> None:
    """Copies keep that of their originals."""
    assert Settling(2).see(Found("a.md", 10, 0), 1e9) is False


def test_an_empty_file() -> None:
    """Is waited for longer: its writer may have nothing yet."""
    settling = Settling(2)
    assert [settling.see(Found("a.md", 0, 1), now) for now in (0, 4, 10)] == [False, False, True]


def test_when_to_look_again() -> None:
    """Once the next one may be whole."""
    settling = Settling(2)
    assert settling.until_next(0) is None
    settling.see(BEGUN, 0)
    settling.see(Found("b.md", 1, 1), 1)
    assert (settling.until_next(0.5), settling.until_next(9)) == (1.5, 0.0)
    assert [list(settling.due(now)) for now in (1.5, 2, 3)] == [[], ["a.md"], ["a.md", "b.md"]]
