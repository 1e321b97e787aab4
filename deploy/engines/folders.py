"""Who we are and what the environment says in, the folders for cache, data and state out.

Root's own folders are closed to the user that Elasticsearch runs under, so root uses the system's: /var/cache, /var/lib.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import platformdirs

APP = "jianbao"
TEMPORARY = "jianbao-engines-"
OWNER = "owner.lock"
"""In a temporary folder: locked as long as its owner lives."""


def cache_dir() -> Path:
    """Where fetched engines are kept; `JIANBAO_CACHE_DIR` overrides it."""
    return _folder("JIANBAO_CACHE_DIR", platformdirs.user_cache_dir(APP), "/var/cache")


def data_dir() -> Path:
    """Where `jianbao up` keeps what was fed; `JIANBAO_DATA_DIR` overrides it."""
    return _folder("JIANBAO_DATA_DIR", platformdirs.user_data_dir(APP), "/var/lib")


def state_dir() -> Path:
    """Where `jianbao up` notes what it started; `JIANBAO_STATE_DIR` overrides it."""
    return Path(os.environ.get("JIANBAO_STATE_DIR") or platformdirs.user_state_dir(APP)).absolute()


def _folder(variable: str, of_user: str, of_system: str) -> Path:
    given = os.environ.get(variable)
    if given:
        return Path(given).expanduser().absolute()
    return Path(of_system, APP) if os.geteuid() == 0 else Path(of_user)


@contextlib.contextmanager
def temporary_dir(parent: Path | None = None) -> Iterator[Path]:
    """A new folder for engines that keep nothing, held while the block runs; folders of owners that died are removed first.

    An owner holds a lock on its folder, which the system lets go when the owner dies, however it dies. A pid would not do: its
    time of creation is counted from a boot time that moves with the clock, and another container may share the folder but not the pids.
    The folder stays when the block is left, as an error may name a log in it; the next start removes it.
    """
    parent = parent or Path(tempfile.gettempdir())
    # One at a time from making a folder to holding it: a sweep in between would take it for a dead owner's.
    with _locked(parent / f"{TEMPORARY}{os.geteuid()}.lock", wait=True):
        _sweep(parent)
        made = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=parent))
        made.chmod(0o711)  # Elasticsearch's user must pass through to its own folder in there
        held = contextlib.ExitStack()
        held.enter_context(_locked(made / OWNER, wait=False))
    with held:
        yield made


def _sweep(parent: Path) -> None:
    for folder in parent.glob(TEMPORARY + "*/"):
        with contextlib.suppress(OSError):  # held by its owner, somebody else's, or gone meanwhile
            if folder.stat().st_uid == os.geteuid() and (folder / OWNER).exists():
                with _locked(folder / OWNER, wait=False):
                    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _locked(file: Path, *, wait: bool) -> Iterator[None]:
    """Hold a lock on a file; raises BlockingIOError when another process holds it and we don't wait."""
    with file.open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
