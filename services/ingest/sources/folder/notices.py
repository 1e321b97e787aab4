"""A folder → paths at which something has changed, as the system tells of them (inotify and its likes).

They only make a watch quicker: network file systems tell nothing, a system's watches may be used up, and a name that
is no UTF-8 is not told of. What is missed is found by the next look at the whole folder.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from watchfiles import awatch

DEBOUNCE_MS = 400
"""For how long changes are gathered while they keep coming; a file is waited for longer than that."""

STEP_MS = 100


async def listen(root: Path, changed: Callable[[str], None], *, stop: asyncio.Event, missing: Callable[[str], None]) -> None:
    """Tell `changed` of each path below the root until `stop`; return early where no notices are to be had, and
    tell `missing` why.
    """
    try:
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
    except Exception as error:  # Of the system or the library: a watch goes on without them.
        missing(str(error))
