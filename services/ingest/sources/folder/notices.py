"""A folder → paths at which something has changed, as the system tells of them (inotify and its likes).

They only make a watch quicker: network file systems tell nothing, a system's watches may be used up, and a name that
is no UTF-8 ends them for a moment. What is missed is found by the next look at the whole folder.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from watchfiles import awatch

DEBOUNCE_MS = 400
"""For how long changes are gathered while they keep coming; a file is waited for longer than that."""

STEP_MS = 100

UNNAMED = "Unable to decode path"
"""What watchfiles ends with at the first change of a file whose name is no UTF-8"""


AGAIN_SECONDS = 1.0
"""Until notices are asked for again after a name that is no UTF-8 ended them"""

LATER_SECONDS = 60.0
"""Until they are asked for again where there were none: others may have given theirs back"""


async def listen(root: Path, changed: Callable[[str], None], *, stop: asyncio.Event, missing: Callable[[str], None]) -> None:
    """Tell `changed` of each path below the root until `stop`, and `missing` why no notices are to be had."""
    while not stop.is_set():
        seconds = LATER_SECONDS
        try:
            await _listen(root, changed, stop)
        except Exception as error:  # Of the system or the library: a watch goes on without them.
            leaf = _leaf(error)
            if UNNAMED in str(leaf):
                seconds = AGAIN_SECONDS
            else:
                missing(str(leaf))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await stop.wait()


async def _listen(root: Path, changed: Callable[[str], None], stop: asyncio.Event) -> None:
    changes = awatch(
        root,
        watch_filter=None,
        debounce=DEBOUNCE_MS,
        step=STEP_MS,
        rust_timeout=1000,
        stop_event=stop,
        force_polling=False,  # We look at the folder ourselves.
        ignore_permission_denied=True,
    )
    async for several in changes:
        for _kind, path in several:
            found = Path(path)
            if found != root and found.is_relative_to(root):
                changed(found.relative_to(root).as_posix())


def _leaf(error: BaseException) -> BaseException:
    """The error itself, of a task group's one."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
