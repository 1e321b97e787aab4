"""Who is let in where connections are few, and in whose place."""

import pytest

from shared.connections.places import Guest, Places, origin_of


class House:
    """Places with a clock that stands still, and the connections that were ended for others."""

    def __init__(self, limit: int) -> None:
        self.now = 100.0
        self.places = Places(limit, lambda: self.now)
        self.ended: list[str] = []
        self._ports = iter(range(10_000))

    def enter(self, host: str, name: str = "", *, free_after: float | None = None) -> Guest | None:
        """A connection whose protocol is there, and whose place is free for others after so many seconds."""
        guest = self.places.enter((host, next(self._ports)))
        if guest is not None:
            guest.end = lambda: self.ended.append(name)
            guest.free_at = self.now + free_after if free_after is not None else None
        return guest


def test_a_new_one_takes_the_place_that_was_free_first() -> None:
    """Of the same address, where that has its share; others keep theirs."""
    house = House(8)
    for name, free_after in (("1", 2.0), ("2", 1.0), ("3", 3.0)):
        assert house.enter("10.0.0.1", name, free_after=free_after)
    assert house.enter("10.0.0.2", "other", free_after=0.0)
    house.now += 5
    assert house.enter("10.0.0.1", "4")
    assert house.ended == ["2"]
    assert house.enter("10.0.0.1", "5")
    assert house.ended == ["2", "1"]


def test_what_moves_is_ended_for_nobody() -> None:
    """Neither a request that is answered, nor one that may still be coming: then there is no place."""
    house = House(8)
    for name, free_after in (("busy", None), ("busy too", None), ("new", 1.0), ("new too", 1.0)):
        assert house.enter("10.0.0.1", name, free_after=free_after)
    assert house.enter("10.0.0.1") is None
    house.now += 1
    assert house.enter("10.0.0.1")
    assert house.ended == ["new"]


def test_one_without_its_protocol_is_not_ended() -> None:
    """It was accepted just now."""
    house = House(4)
    for port in (1, 2):
        guest = house.places.enter(("10.0.0.1", port))
        assert guest
        guest.free_at = 0.0
    assert house.enter("10.0.0.1") is None


def test_a_new_address_gets_in_among_many() -> None:
    """Where others left it nothing, the first that is free of all goes."""
    house = House(16)
    for number in range(100):
        house.enter(f"10.0.0.{number}", f"{number}", free_after=1.0)
        house.now += 1
    assert house.enter("10.0.1.1")
    assert house.ended == sorted(house.ended, key=int)
    assert house.ended


def test_those_that_are_being_ended_count_as_open() -> None:
    """Until their sockets are closed, so that files do not run out meanwhile."""
    house = House(4)
    peers = [("10.0.0.1", port) for port in range(20)]
    guests = []
    for peer in peers:
        guest = house.places.enter(peer)
        assert guest
        guest.end, guest.free_at = (lambda: None), house.now
        guests.append(guest)
        if house.places.is_crowded:
            break
    assert len(guests) == 20
    for peer, guest in zip(peers, guests, strict=True):
        house.places.left(peer, guest)
    assert house.places.open == 0
    assert not house.places.is_crowded
    assert [house.enter("10.0.0.1") is not None for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_origin(host: str, origin: str) -> None:
    """Whoever has an IPv6 address has a whole /64 of them."""
    assert origin_of(host) == origin
