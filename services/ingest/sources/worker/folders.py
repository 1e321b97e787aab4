"""A folder, once → its files that are new handed over, as `jianbao watch` does, with the same ledger.

Only folders below roots that an operator named are looked into: whoever may edit sources could else have any
file fed that this process may read.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.ingest.feeding.targets import BulkTarget
from services.ingest.sources.fetch.errors import FetchFailed
from services.ingest.sources.folder.books import Dealt
from services.ingest.sources.folder.bundle import DIGESTS, REQUESTS, Bundle
from services.ingest.sources.folder.folder import Folder, Listener, follow
from services.ingest.sources.folder.handing import Handing
from services.ingest.sources.folder.settling import SECONDS
from services.ingest.sources.worker import plan
from services.ingest.sources.worker.turn import TURN_SECONDS, Turn
from shared.errors import Misconfigured, Unavailable
from shared.registry.entry import Fetch
from shared.registry.entry import Folder as Wanted

PATIENCE = 10.0
"""Seconds for which ingest may be away in a turn"""

LOOK_SHARE = 20
"""A look into a folder takes a twentieth of the time at most: one of 100,000 files some seconds."""

WHOLE_SECONDS = 900.0
"""For a turn in all: a look at 100,000 files of a slow file server takes some minutes, one that hangs has no end."""

AGAIN_SECONDS = 60.0
"""Until the next look into a folder that is not there: it may be mounted any time."""


@dataclass(frozen=True)
class Folders:
    """The way of folders."""

    target: BulkTarget
    called: str
    """Where digests go: what was fed to one ingest was not fed to another"""
    roots: Sequence[Path]
    state: Path | None = None
    """Where ledgers lie; None for the user's own place"""
    settle: float = SECONDS
    """Seconds for which a file must be the same"""
    patience: float = PATIENCE
    whole: float = WHOLE_SECONDS
    """Seconds after which a turn is given up"""

    async def __call__(self, turn: Turn, fetch: Fetch) -> str:
        """Take a turn, as `turn.Way` says."""
        assert isinstance(fetch, Wanted)
        began = time.monotonic()
        bundle, at_once = Bundle(self.target), REQUESTS * DIGESTS
        handing = Handing(bundle.put, source=turn.entry.source, patience=self.patience, at_once=at_once)
        away: list[str] = []
        handing.waiting = away.append
        ends = asyncio.get_running_loop().call_later(TURN_SECONDS, handing.stop.set)
        try:
            listener = Listener(
                dealt=lambda dealt: _note(turn, dealt),
                trouble=lambda path, reason: turn.problems.append(f"{path}: {reason}" if path else reason),
            )
            async with asyncio.timeout(self.whole):
                wanted = await asyncio.to_thread(self._folder, turn.entry.source, fetch)
                await follow(wanted, handing, target=self.called, state=self.state, listener=listener, once=True)
        except TimeoutError:
            message = f"{fetch.path} does not answer: nothing ended within {self.whole:g} seconds"
            raise FetchFailed("slow", message) from None
        except Misconfigured as error:
            now = turn.turns.now()
            failures = turn.state.failures + 1
            waiting = plan.postponed(turn.state, now, AGAIN_SECONDS, error=str(error))
            turn.state = waiting.model_copy(update={"failures": failures})
            return "folder"
        finally:
            ends.cancel()
        if handing.gave_up:
            raise Unavailable(away[-1])
        seconds = max(turn.every, LOOK_SHARE * (time.monotonic() - began) if not turn.fed else 0.0)
        turn.state = plan.succeeded(turn.state, seconds, turn.turns.now(), turn.turns.uniform, error=turn.problem())
        return "fetched" if turn.fed or turn.refused else "unchanged"

    def _folder(self, source: str, fetch: Wanted) -> Folder:
        """The folder as a watch takes it; raises Misconfigured where it, or one that files go to, lies elsewhere."""
        said = (fetch.path, fetch.done, fetch.failed)
        path, done, failed = (Path(one) if one is not None else None for one in said)
        for one in filter(None, (path, done, failed)):
            if not any(one.resolve().is_relative_to(root.resolve()) for root in self.roots):
                named = ", ".join(map(str, self.roots)) or "none"
                message = f"{one} is below none of the folders that may be watched ({named})"
                raise Misconfigured(f"{message}: FETCH_FOLDERS names them")
        assert path is not None
        return Folder(
            path,
            source,
            by_folder=fetch.by_folder,
            done=done,
            failed=failed,
            ignored=fetch.ignored,
            settle=self.settle,
        )


def _note(turn: Turn, dealt: Dealt) -> None:
    """Count a file, and show why it was not taken."""
    if dealt.answer is not None:
        turn.note(dealt.answer)
    elif dealt.entry.state == "failed":
        turn.refuse(dealt.entry.file.path, dealt.entry.reason or "it was refused")
