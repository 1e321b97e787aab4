"""A path and hashes from settings → the keys that count now: the file is looked at twice a second and read again when it has changed.

What can't be read (broken, gone, not ours to read) leaves the keys as they were and becomes `problem`, which log, `/readyz` and a metric say:
a slip of the pen shuts nobody out, and a file that is deleted lets nobody in.
"""

import hashlib
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from shared import log, metrics
from shared.errors import Misconfigured
from shared.keys.file import Stamp, read
from shared.keys.key import Key, Scope
from shared.keys.request import is_loopback

_log = log.get(__name__)

EVERY = 0.5
"""Seconds between two looks: a change counts within a second, and a look costs some 10 µs."""

NAME_LENGTH = 8
"""Hex digits of a hash that name a key from the settings: enough to tell an installation's keys apart."""


class Keyring:
    """The keys of one service."""

    def __init__(
        self, path: Path | None, fixed: Iterable[Key] = (), *, service: str, clock: Callable[[], float] = time.monotonic, every: float = EVERY
    ) -> None:
        """Read the file at `path`, where one is named; raises Misconfigured when it can't be."""
        self._path, self._service, self._clock, self._every = path, service, clock, every
        self._fixed: tuple[Key, ...] = tuple(fixed)
        self._read: tuple[Key, ...] = ()
        self._stamp: Stamp | None = None
        self._looked = clock()
        self.problem = ""
        if path is not None:
            self._load(path)
        self.asks = path is not None or bool(self._fixed)
        """Whether a key is asked for: it stays so whatever becomes of the file"""

    @property
    def keys(self) -> tuple[Key, ...]:
        """All keys, also expired and revoked ones, at most `every` seconds late; never raises."""
        if self._path is not None and self._clock() - self._looked >= self._every:
            self._look(self._path)
            self._looked = self._clock()
        return (*self._fixed, *self._read)

    def find(self, secret: str) -> Key | None:
        """Return the key that `secret` opens; takes as long for a wrong one as for a right one."""
        found = None
        for key in self.keys:
            if key.opens_with(secret):
                found = key
        return found

    async def check(self) -> str:
        """Return what is wrong with the file, "" where nothing is: the keys before still count, so the service is ready nevertheless."""
        _ = self.keys
        return self.problem

    def secrets(self) -> list[str]:
        """Return what only this installation's services know, and stays while keys come and go: [] where no key is asked for.

        The first line of the file stays in it for ever; its salt is random and unknown also to whoever has that key.
        """
        first = [hashlib.sha256(f"{self._read[0].salt}{self._read[0].sha256}".encode()).hexdigest()] if self._read else []
        return [*(key.sha256 for key in self._fixed), *first]

    def _look(self, path: Path) -> None:
        before, self.problem = self.problem, ""
        try:
            self._load(path)
        except Misconfigured as error:
            self.problem = f"{error}. The keys read before still count"
            self._stamp = None
            if self.problem != before:
                _log.error("keys_not_read", problem=self.problem)
        metrics.keys_read.labels(service=self._service).set(not self.problem)

    def _load(self, path: Path) -> None:
        self._stamp, keys = read(path, unless=self._stamp)
        if keys is not None:
            self._read = keys
            _log.info("keys_read", path=str(path), keys=len(keys), revoked=sum(key.revoked_at is not None for key in keys))
        metrics.keys_read.labels(service=self._service).set(1)


def from_setting(hashes: Iterable[str], *scopes: Scope) -> list[Key]:
    """Return the keys that a setting names by their hashes: for all sources, valid for ever, called by the beginning of their hash. Pure."""
    return [Key(name=value[:NAME_LENGTH], salt="", sha256=value, scopes=scopes) for value in dict.fromkeys(hashes)]


def require(host: str, keyring: Keyring, *, opened: bool, prefix: str) -> None:
    """Raise Misconfigured when `host` can be reached from other machines while no key is asked for.

    `opened` is the operator's word that only loopback reaches the port; `prefix` is that of the service's settings, such as `SEARCH_`.
    """
    if keyring.asks or opened or is_loopback(host):
        return
    raise Misconfigured(
        f"{prefix}HOST={host} can be reached from other machines, but neither JIANBAO_KEYS_FILE nor {prefix}API_KEYS is set, so anyone could use it. "
        f"Make a key with `jianbao key make` and set JIANBAO_KEYS_FILE to its file, bind to 127.0.0.1, "
        f"or set {prefix}OPEN=true where the port is published to loopback alone."
    )
