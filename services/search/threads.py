"""Work for the processor → its result, from a thread: the event loop goes on answering others meanwhile.

Two pools, each as wide as a small machine: pages are made while revisions are compared. What is cancelled before its turn is never begun; what has
begun ends by its own bounds, and so long holds its place in the pool, so that readers who leave don't make work pile up.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_QUICK = ThreadPoolExecutor(2, "page")
_SLOW = ThreadPoolExecutor(2, "comparison")


async def quick(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a page needs: some tens of ms at most."""
    return await asyncio.get_running_loop().run_in_executor(_QUICK, lambda: function(*args, **kwargs))


async def slow(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What may take seconds."""
    return await asyncio.get_running_loop().run_in_executor(_SLOW, lambda: function(*args, **kwargs))
