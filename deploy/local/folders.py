"""Who we are and what the environment says in, the folders for cache, data and state out.

Root's own folders are closed to the user that Elasticsearch runs under, so root uses the system's: /var/cache, /var/lib.
"""

import os
import shutil
import tempfile
from pathlib import Path

import platformdirs
import psutil

APP = "jianbao"
TEMPORARY = "jianbao-engines-"


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


def temporary_dir() -> Path:
    """A new folder for engines that keep nothing, named by its owner; those of owners that died without cleaning up are removed."""
    _sweep(Path(tempfile.gettempdir()))
    me = psutil.Process()
    made = Path(tempfile.mkdtemp(prefix=f"{TEMPORARY}{me.pid}-{int(me.create_time())}-"))
    made.chmod(0o711)  # Elasticsearch's user must pass through to its own folder in there
    return made


def _sweep(parent: Path) -> None:
    for folder in parent.glob(TEMPORARY + "*-*-*"):
        pid, created = folder.name.removeprefix(TEMPORARY).split("-")[:2]
        if pid.isdigit() and created.isdigit() and folder.stat().st_uid == os.geteuid() and not _alive(int(pid), int(created)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int, created: int) -> bool:
    try:
        # One second of tolerance: the time is counted from boot, and clocks are set.
        return abs(int(psutil.Process(pid).create_time()) - created) <= 1
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
