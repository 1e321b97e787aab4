"""Who may hold how much of what there is."""

from shared.connections.shares import Shares


def full(limit: int, *names: str) -> Shares:
    """Shares of which each name has taken all that it gets, in turns."""
    shares = Shares(limit)
    while takers := [name for name in names if shares.fits(name)]:
        for name in takers:
            if shares.fits(name):
                shares.take(name)
    return shares


def test_one_gets_half() -> None:
    """And the rest stays for whoever comes."""
    shares = full(100, "a")
    assert shares.of("a") == 50
    assert shares.fits("b")


def test_each_more_leaves_as_much_as_it_has() -> None:
    """Two get a third each, nine a tenth: there is always something for a tenth."""
    assert [full(90, "a", "b").of(name) for name in "ab"] == [30, 30]
    nine = full(100, *"abcdefghi")
    assert {nine.of(name) for name in "abcdefghi"} == {10}
    assert nine.fits("j", 5)


def test_what_is_given_back_is_there_again() -> None:
    """All of it."""
    shares = full(10, "a")
    shares.give("a", 5)
    assert (shares.held, shares.of("a")) == (0, 0)
    assert shares.fits("a", 5)
    assert not shares.fits("a", 6)
