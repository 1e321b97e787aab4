"""An archive's folder: locked, its manifest read and replaced, its files written so that a kill at any moment leaves one whole state.

A file is written under a name of its own (`.NAME.partial`) and synced; then the manifest that names it replaces the old one; then the file takes its
name. Whoever opens the folder finds either the old manifest (what is partial is thrown away) or the new one (the file is given its name).
"""

import contextlib
import fcntl
import gzip
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from services.operate.archive import manifest as manifests
from services.operate.archive.manifest import File, Manifest
from shared.errors import Misconfigured, Unavailable

LOCK = ".lock"
SUMS = "SHA256SUMS"

LEVEL = 6
"""gzip's own default: 9 takes three times as long for some 1 % of Chinese text."""

BLOCK = 2**20


@dataclass
class Folder:
    """An archive that is locked while it is open."""

    root: Path
    manifest: Manifest

    def locate(self, file: File) -> Path:
        """Where a file's bytes lie: beside its name as long as nobody finished an export that was killed."""
        path = self.root / file.path
        half = partial(path)
        return half if half.exists() and sha256(half) == file.sha256 else path

    def lines(self, file: File) -> Iterator[bytes]:
        """Its lines one after another; raises OSError, EOFError or zlib.error where it is damaged."""
        with gzip.open(self.locate(file)) as opened:
            yield from opened

    def commit(self, manifest: Manifest) -> None:
        """Make `manifest` the folder's; files that it names and that lie beside their names are given them."""
        replace(self.root / manifests.NAME, manifests.to_json(manifest))
        self.manifest = manifest
        self.settle()
        replace(self.root / SUMS, manifest.sums().encode())

    def settle(self) -> None:
        """Finish what a killed export or erasure began, or throw it away."""
        named = {partial(self.root / file.path): file for file in self.manifest.files}
        for half in [*self.root.glob("[0-9]*/[0-9]*/.*.partial"), *self.root.glob(".*.partial")]:
            file = named.get(half)
            if file is not None and sha256(half) == file.sha256:
                half.rename(self.root / file.path)
            else:
                half.unlink()
            sync(half.parent)

    def fresh(self, day: str) -> Path:
        """The path of a new file of that day; its folder is made."""
        there = {path.relative_to(self.root).as_posix() for path in self.root.glob(f"{day[:4]}/{day[5:7]}/{day}-*.jsonl.gz")}
        path = self.root / manifests.free_path(day, there | {file.path for file in self.manifest.files})
        path.parent.mkdir(parents=True, exist_ok=True)
        sync(self.root)
        sync(path.parent.parent)
        return path


@contextlib.contextmanager
def writing(root: Path, *, create: bool = False) -> Iterator[Folder]:
    """The archive for one writer; what was interrupted before is settled. Raises Unavailable while another works on it."""
    if create:
        root.mkdir(parents=True, exist_ok=True)
    _must_be_folder(root)
    with (root / LOCK).open("a") as lock:
        _lock(lock.fileno(), fcntl.LOCK_EX, root)
        folder = Folder(root, _manifest(root, create=create))
        folder.settle()
        yield folder


@contextlib.contextmanager
def reading(root: Path) -> Iterator[Folder]:
    """The archive for readers, also on a disk that takes no writes; no writer begins meanwhile. Raises Unavailable while one works on it."""
    _must_be_folder(root)
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # never locked, or a disk that takes no writes: then nobody writes
            lock = stack.enter_context((root / LOCK).open())
            _lock(lock.fileno(), fcntl.LOCK_SH, root)
        yield Folder(root, _manifest(root, create=False))


def _must_be_folder(root: Path) -> None:
    if not root.is_dir():
        raise Misconfigured(f"{root} is no folder: name the one that `jianbao archive export` writes")


def _lock(descriptor: int, how: int, root: Path) -> None:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Unavailable(f"another jianbao is working on the archive {root}: wait until it is done") from None


def _manifest(root: Path, *, create: bool) -> Manifest:
    try:
        return manifests.from_json((root / manifests.NAME).read_bytes())
    except FileNotFoundError:
        if create and not any(root.glob("[0-9]*/[0-9]*/*.jsonl.gz")):
            return Manifest()
        raise Misconfigured(f"{root / manifests.NAME} is missing: this is no archive, or its manifest must be put back") from None


class Volume:
    """A file of lines under way; nothing of it counts before it is in the manifest."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records = 0
        self._hash = hashlib.sha256()
        self._raw = partial(path).open("wb")
        # Without name and time: the same records give the same file.
        self._gzip = gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=self, mtime=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        if not self._raw.closed:  # given up
            self._raw.close()
            partial(self.path).unlink(missing_ok=True)

    def write(self, data: bytes) -> int:
        """What gzip gives."""
        self._hash.update(data)
        return self._raw.write(data)

    def flush(self) -> None:
        """For gzip."""
        self._raw.flush()

    @property
    def size(self) -> int:
        """Bytes so far, compressed; gzip holds some back."""
        return self._raw.tell()

    def add(self, line: bytes) -> None:
        """One more."""
        self._gzip.write(line)
        self.records += 1

    def finish(self) -> tuple[str, int]:
        """On disk, under its partial name: SHA-256 and size."""
        self._gzip.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        size = self._raw.tell()
        self._raw.close()
        sync(self.path.parent)
        return self._hash.hexdigest(), size


def partial(path: Path) -> Path:
    """The name that a file has until it is whole."""
    return path.with_name(f".{path.name}.partial")


def sha256(path: Path) -> str:
    """Of a file's bytes, hex."""
    digest = hashlib.sha256()
    with path.open("rb") as opened:
        while block := opened.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def replace(path: Path, data: bytes) -> None:
    """Put `data` there as a whole or not at all."""
    half = partial(path)
    with half.open("wb") as opened:
        _write(opened, data)
    half.replace(path)
    sync(path.parent)


def _write(opened: BinaryIO, data: bytes) -> None:
    opened.write(data)
    opened.flush()
    os.fsync(opened.fileno())


def sync(folder: Path) -> None:
    """Names in a folder to disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
