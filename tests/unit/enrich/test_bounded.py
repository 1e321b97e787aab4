"""A child with limits: what it gives, and what is said when it takes more."""

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from services.enrich.commands.bounded import Bounded
from shared.errors import Rejected
from shared.settings import EnrichSettings


def given(value: Any) -> Any:
    """The value, or one of the ways to fail."""
    if value == "refuse":
        raise Rejected("empty", "nothing in it")
    if value == "hang":
        time.sleep(600)
    if value == "exit":
        os._exit(3)
    if value == "eat":
        return len(bytearray(2**33))
    return value


FAILS = {"refuse": "empty", "hang": "too_slow", "exit": "crashed", "eat": "too_much_memory"}


@pytest.mark.parametrize("way", FAILS)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process allocates")
def test_what_fails_is_told_and_the_next_call_is_answered(way: str) -> None:
    """By another child where the first is gone."""
    with Bounded(given, EnrichSettings(digest_seconds=0.5 if way == "hang" else 60, child_memory_mb=2048)) as bounded:
        assert bounded(1) == 1
        with pytest.raises(Rejected) as refused:
            bounded(way)
        assert refused.value.kind == FAILS[way]
        assert bounded("甲" * 100_000) == "甲" * 100_000


def test_one_child_answers_many_calls() -> None:
    """Starting one for each line would take longer than the line."""
    function: Callable[[], int] = os.getpid
    with Bounded(function, EnrichSettings()) as bounded:
        assert len({bounded() for _ in range(5)} | {os.getpid()}) == 2
