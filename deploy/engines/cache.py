"""A cache folder in, the verified homes of both engines out, fetched and built when they are not there or damaged.

Everything is made in a folder beside and renamed into place, under a lock: two processes starting at once fetch once,
and what is there is whole. Every file is hashed at each start (0.4 s for all): a damaged cache is noticed, and made anew.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.errors import FolderUnusable
from deploy.engines.java import Jdk
from deploy.engines.maven import MANIFEST, POM, Manifest, fetch, load_manifest, sha256_of
from deploy.engines.plugin import build as plugin
from deploy.engines.progress import Progress
from deploy.engines.resources import MIB, check_disk, free_disk
from shared.private import make_folder

STAMP = "verified.json"
STEP = "Kafka and Elasticsearch"

DISK_NEEDED = 700 * MIB
"""For fetching: 180 MB fetched twice over (Maven's repository and ours), 150 MB unpacked, some room."""


@dataclass(frozen=True)
class Homes:
    """Where the engines' files are."""

    kafka: Path
    elasticsearch: Path


def homes(cache: Path, *, jdk: Jdk, progress: Progress, manifest: Manifest | None = None) -> Homes:
    """The engines' homes in the cache, verified; fetches them where needed. Raises EngineError."""
    manifest = manifest or load_manifest()
    folder = cache / f"engines-{_name(manifest)}"
    with _locked(cache, progress):
        damage = damaged(folder)
        if damage:
            _make(folder, manifest, jdk=jdk, progress=progress, why=damage)
        else:
            progress(STEP, "done", f"{manifest.kafka} and {manifest.elasticsearch}, verified in {folder}")
    return Homes(folder / "kafka", folder / "elasticsearch")


def damaged(folder: Path) -> str | None:
    """None where every file is there as it was when it was made, else what is wrong, in plain words."""
    try:
        stamp: dict[str, str] = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return "not fetched yet" if not folder.exists() else "its stamp is missing"
    except (OSError, ValueError) as error:
        return f"its stamp can't be read: {error}"
    there = _files(folder)
    for name in sorted(stamp.keys() | there.keys()):
        if name not in there:
            return f"{name} is missing"
        if name not in stamp:
            return f"{name} does not belong there"
        if sha256_of(there[name]) != stamp[name]:
            return f"{name} has changed"
    return None


def _name(manifest: Manifest) -> str:
    """Versions and a hash over everything that the engines are made from: another release finds its own folder."""
    digest = hashlib.sha256(MANIFEST.read_bytes() + POM.read_bytes() + plugin.fingerprint().encode()).hexdigest()
    return f"{manifest.kafka}-{manifest.elasticsearch}-{digest[:12]}"


def _files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file() and path != folder / STAMP}


def _make(folder: Path, manifest: Manifest, *, jdk: Jdk, progress: Progress, why: str) -> None:
    check_disk(folder, free_disk(folder), DISK_NEEDED)
    progress(STEP, "working", f"{why}; fetching {manifest.kafka} and {manifest.elasticsearch}, {manifest.total_bytes / 1e6:.0f} MB")
    making = Path(tempfile.mkdtemp(prefix="making-", dir=folder.parent))
    try:
        fetched = making / "fetched"
        fetch(fetched, manifest, jdk=jdk)
        progress(STEP, "working", "unpacking and building the analysis plugin")
        whole = making / "engines"
        _arrange(fetched, whole, manifest, jdk)
        stamp = {name: sha256_of(path) for name, path in _files(whole).items()}
        (whole / STAMP).write_text(json.dumps(stamp, indent=1), encoding="utf-8")
        if folder.exists():
            folder.rename(making / "damaged")
        whole.rename(folder)
    except BaseException:
        progress(STEP, "failed", "not fetched")
        raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    progress(STEP, "done", f"{manifest.kafka} and {manifest.elasticsearch}, fetched into {folder}")


def _arrange(fetched: Path, whole: Path, manifest: Manifest, jdk: Jdk) -> None:
    """Fetched files → `kafka/*.jar` and `elasticsearch/` with the plugin, readable by every user."""
    whole.mkdir()
    archive = fetched / f"elasticsearch-{manifest.elasticsearch}.zip"
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(whole)
    (whole / f"elasticsearch-{manifest.elasticsearch}").rename(whole / "elasticsearch")
    archive.unlink()
    smartcn = next(fetched.glob("lucene-analysis-smartcn-*.jar"))
    plugin.build(whole / "elasticsearch" / "plugins" / plugin.NAME, elasticsearch=whole / "elasticsearch", smartcn=smartcn, jdk=jdk)
    smartcn.unlink()
    fetched.rename(whole / "kafka")
    for path in (whole, *whole.rglob("*")):
        # zipfile drops the archive's modes. Readable by all: as root, Elasticsearch runs under another user.
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)


@contextmanager
def _locked(cache: Path, progress: Progress) -> Iterator[None]:
    try:
        # Programs of others alone, which as root are run by Elasticsearch's user.
        make_folder(cache, mode=0o755 if os.geteuid() == 0 else 0o700)
        lock = (cache / "lock").open("w")
    except OSError as error:
        raise FolderUnusable(
            f"{cache} can't be used for the engines ({error.strerror}): set JIANBAO_CACHE_DIR to a folder that you can write to."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(STEP, "working", "another process is fetching or checking them")
            fcntl.flock(lock, fcntl.LOCK_EX)
        for left in cache.glob("making-*"):  # by a process that was killed; nobody else makes anything while we hold the lock
            shutil.rmtree(left, ignore_errors=True)
        yield
