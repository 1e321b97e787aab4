"""Wrong keys of an address wait longer and longer; others don't, and connections and memory are bounded."""

import asyncio

import pytest

from shared.keys import slowing
from shared.keys.slowing import FORGOTTEN_SECONDS, LONGEST_SECONDS, WAITS_OF_ALL, WAITS_OF_ONE, Slowing
from tests.made_keys import no_wait


class Sleeper:
    """Notes how long it is asked to sleep; with `held` it sleeps until it is woken."""

    def __init__(self, *, held: bool = False) -> None:
        self.slept: list[float] = []
        self.woken = asyncio.Event()
        if not held:
            self.woken.set()

    async def __call__(self, seconds: float) -> None:
        """Note it."""
        self.slept.append(seconds)
        await self.woken.wait()


async def test_each_wrong_key_waits_longer() -> None:
    """Up to two seconds, for its address alone."""
    sleeper = Sleeper()
    slow = Slowing(clock=lambda: 0.0, sleep=sleeper)
    for _ in range(7):
        await slow.wait("10.0.0.1")
    await slow.wait("10.0.0.2")
    assert sleeper.slept == [0.1, 0.2, 0.4, 0.8, 1.6, LONGEST_SECONDS, LONGEST_SECONDS, 0.1]


async def test_after_a_quiet_minute_it_begins_anew() -> None:
    """A feeder whose key was mended is not held against it."""
    now, sleeper = [0.0], Sleeper()
    slow = Slowing(clock=lambda: now[0], sleep=sleeper)
    await slow.wait("10.0.0.1")
    now[0] = FORGOTTEN_SECONDS
    await slow.wait("10.0.0.1")
    now[0] += FORGOTTEN_SECONDS + 1
    await slow.wait("10.0.0.1")
    assert sleeper.slept == [0.1, 0.2, 0.1]


async def test_connections_that_wait_are_bounded() -> None:
    """Some of one address, some of all; beyond, the answer comes at once, and room comes back."""
    sleeper = Sleeper(held=True)
    slow = Slowing(clock=lambda: 0.0, sleep=sleeper)
    waiting = [asyncio.create_task(slow.wait("10.0.0.1")) for _ in range(WAITS_OF_ONE)]
    await asyncio.sleep(0)
    assert await slow.wait("10.0.0.1") == (WAITS_OF_ONE + 1, False)
    waiting += [asyncio.create_task(slow.wait(f"10.0.1.{number}")) for number in range(WAITS_OF_ALL - WAITS_OF_ONE)]
    await asyncio.sleep(0)
    assert await slow.wait("10.0.2.1") == (1, False)
    sleeper.woken.set()
    assert all(waited for _, waited in await asyncio.gather(*waiting))
    assert (await slow.wait("10.0.0.1"))[1]


async def test_a_wait_that_is_broken_off_frees_its_place() -> None:
    """As when the client goes away."""
    slow = Slowing(clock=lambda: 0.0, sleep=Sleeper(held=True))
    for _ in range(2 * WAITS_OF_ONE):
        waiting = asyncio.create_task(slow.wait("10.0.0.1"))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert slow._waits == {}


async def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was heard of longest ago is forgotten; an IPv6 machine has all addresses of its /64."""
    monkeypatch.setattr(slowing, "ADDRESSES", 3)
    slow = Slowing(clock=lambda: 0.0, sleep=no_wait)
    for address in ("10.0.0.1", "::ffff:10.0.0.2", "2001:db8::1", "2001:db8::ffff", "10.0.0.3"):
        await slow.wait(address)
    assert list(slow._tries) == ["10.0.0.2", "2001:db8::/64", "10.0.0.3"]
    assert slow._tries["2001:db8::/64"][0] == 2
