"""A folder, how its files are meant, and where digests go → the folder watched, until it is stopped or all is dealt with."""

import asyncio
import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from services.ingest.sources.folder.aside import Aside
from services.ingest.sources.folder.books import Books, Dealt
from services.ingest.sources.folder.choice import Choice
from services.ingest.sources.folder.handing import Handing
from services.ingest.sources.folder.ledger import Ledger
from services.ingest.sources.folder.reading import IdFrom, Reader
from services.ingest.sources.folder.settling import SECONDS, Settling
from services.ingest.sources.folder.watch import Watch
from shared.errors import Misconfigured

CLOSE_SECONDS = 5.0
"""For letting a folder go; a file server that is away is left to end it later."""


@dataclass(frozen=True)
class Folder:
    """A folder of digests."""

    path: Path
    source: str
    """Who publishes what names nobody itself"""
    by_folder: bool = False
    """Whether each folder in it is a source"""
    id_from: IdFrom = "content"
    done: Path | None = None
    """Where files go that were taken; None leaves them"""
    failed: Path | None = None
    """Where files go that can't be taken, each with its reason; None leaves them"""
    ignored: Sequence[str] = ()
    settle: float = SECONDS
    """Seconds for which a file must be the same"""
    links: bool = False
    """Whether links to files are followed: who may write to the folder can then have any file fed that we may read."""
    said: Mapping[str, str] = field(default_factory=dict)
    """What is said of each file besides"""


@dataclass(frozen=True)
class Listener:
    """Who is told what a watch does."""

    began: Callable[[Path], None] = lambda root: None
    dealt: Callable[[Dealt], None] = lambda dealt: None
    backlog: Callable[[int], None] = lambda files: None
    trouble: Callable[[str, str], None] = lambda path, reason: None


async def follow(
    folder: Folder,
    handing: Handing,
    *,
    target: str,
    state: Path | None = None,
    listener: Listener | None = None,
    once: bool = False,
    retry: bool = False,
) -> None:
    """Feed each file of a folder once, until `handing.stop` is set, or with `once` those that are there.

    `target` names where digests go, as what was fed to one ingest was not fed to another. The ledger lies below
    `state`. With `retry` what was not taken before is tried again. Raises Misconfigured where the folder can't be
    watched, or is watched already.
    """
    listener = listener or Listener()

    def opening() -> tuple[Watch, ExitStack]:
        with ExitStack() as stack:
            return _opened(folder, handing, stack, target, state, listener, retry=retry), stack.pop_all()

    watch, held_open = await _in_thread(opening)
    try:
        with _readable(watch.ledger.path):
            listener.began(watch.choice.root)
            await watch.run(once=once)
    finally:
        closing = asyncio.ensure_future(asyncio.to_thread(held_open.close))
        await asyncio.wait([closing], timeout=CLOSE_SECONDS)
        if closing.done():
            closing.result()


async def _in_thread(opening: Callable[[], tuple[Watch, ExitStack]]) -> tuple[Watch, ExitStack]:
    """Open in a thread, as a file server may be away for long; what opens when nobody waits any more is closed again."""
    task = asyncio.ensure_future(asyncio.to_thread(opening))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        loop = asyncio.get_running_loop()

        def close(done: "asyncio.Future[tuple[Watch, ExitStack]]") -> None:
            if not done.cancelled() and done.exception() is None:
                loop.run_in_executor(None, done.result()[1].close)

        task.add_done_callback(close)
        raise


def _opened(
    folder: Folder,
    handing: Handing,
    stack: ExitStack,
    target: str,
    state: Path | None,
    listener: Listener,
    *,
    retry: bool,
) -> Watch:
    """A watch whose folder and ledger are held open by `stack`; raises Misconfigured."""
    root = _root(folder)
    aside = [one.resolve() for one in (folder.done, folder.failed) if one is not None]
    for one in aside:
        if root.is_relative_to(one):
            raise Misconfigured(f"{one} is the folder itself, or holds it: name another for files that are dealt with")
    kept = ledger_path(root, target, state).resolve()
    choice = Choice(root, tuple(folder.ignored), (*aside, kept.parent), folder.links)
    done, failed = (one.resolve() if one is not None else None for one in (folder.done, folder.failed))
    put_aside = Aside(choice, done, failed)
    stack.enter_context(held(root))
    with _readable(kept):
        ledger = stack.enter_context(Ledger(kept))
        if retry:
            ledger.forget_failed()
    return Watch(
        choice=choice,
        ledger=ledger,
        reader=Reader(choice, {**folder.said, "source": folder.source}, folder.by_folder, folder.id_from),
        handing=handing,
        books=Books(ledger, put_aside, listener.dealt, listener.trouble),
        settling=Settling(folder.settle),
        backlog=listener.backlog,
        trouble=listener.trouble,
    )


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Raise Misconfigured for what SQLite says of a ledger while the block runs."""
    try:
        yield
    except sqlite3.Error as error:
        raise Misconfigured(f"the ledger {path} can't be used: {error}") from error


def ledger_path(root: Path, target: str, state: Path | None = None) -> Path:
    """Return where the ledger of a folder and a target lies: in the user's state folder, or below `state`."""
    below = state or Path(os.environ.get("JIANBAO_STATE_DIR") or platformdirs.user_state_dir("jianbao"))
    known_by = hashlib.blake2b(os.fsencode(root) + b"\0" + target.encode(), digest_size=8).hexdigest()
    name = "".join(character if character.isalnum() else "-" for character in root.name)[:40]
    return below / "watch" / f"{name}-{known_by}.sqlite"


@contextmanager
def held(root: Path) -> Iterator[None]:
    """Hold a folder while the block runs; raises Misconfigured where another watch on this machine does.

    The lock is on the folder itself, whatever name it is reached by, and ends with its process.
    """
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise Misconfigured(f"{root} is watched already; stop that watch first, or leave it to it") from None
    except OSError:
        pass  # Not every file server has locks; the ledger has one too.
    try:
        yield
    finally:
        os.close(descriptor)


def _root(folder: Folder) -> Path:
    root = folder.path.resolve()
    if not root.is_dir():
        raise Misconfigured(f"there is no folder {folder.path}")
    if not os.access(root, os.R_OK | os.X_OK):
        raise Misconfigured(f"the folder {folder.path} can't be read; give this user the right to")
    return root
