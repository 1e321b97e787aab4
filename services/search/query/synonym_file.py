"""A path in, its synonyms out, as they are now: looked at every few seconds, read again when they have changed.

What can't be read leaves the groups as they were and becomes a problem, for whoever looks after the file; a search never fails for it.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from services.search.query.synonyms import Problem, Rule, Rules, Synonyms, parse
from shared.log import get
from shared.names.aliases import Kind, full_names, printed

log = get(__name__)

EVERY = 2.0
"""Seconds between two looks at the file: a change is effective within a minute, and a look costs 10 µs on a disk, some ms on a network's."""

MAX_BYTES = 1 << 20
"""Of a file: some 50,000 groups."""

SHORT = 2
"""Characters of a firm's name that are ordinary words as often: 美的, 苹果, 华能."""

_DATA = Path(__file__).parent / "data"

Stamp = tuple[int, int, int]
"""Inode, time of change in ns, size: editors write in place or put a new file in its place."""


def packaged() -> tuple[Rules, Rules]:
    """Variants and synonyms that come with jianbao: services/search/query/data/variants.txt and synonyms.txt, and the tables of names."""
    variants, synonyms = (parse((_DATA / name).read_text(encoding="utf-8")) for name in ("variants.txt", "synonyms.txt"))
    return variants, Rules((*synonyms.rules, *_names("agency"), *_names("company")), synonyms.removed, synonyms.problems)


def _names(kind: Kind) -> Iterator[Rule]:
    """Every name of a body or firm, and what else that is called."""
    for full in dict.fromkeys(full_names(kind).values()):
        forms = printed(kind, full)
        # 苹果公司 is not to find every apple: what is short says a firm's name to those alone who typed it.
        said = [form for form in forms if kind == "agency" or len(form) > SHORT or form.isascii()]
        for form in forms:
            if others := tuple(one for one in said if one != form):
                yield Rule(form, others)


class SynonymFile:
    """The packaged groups and those of the file at `path`, if one is named; `clock` in seconds."""

    def __init__(self, path: Path | None = None, *, clock: Callable[[], float] = time.monotonic, every: float = EVERY) -> None:
        self._path, self._clock, self._every = path, clock, every
        self._variants, self._synonyms = packaged()
        self._current = Synonyms(self._variants, self._synonyms)
        self._unread: Problem | None = None
        self._stamp: Stamp | None = None
        self._looked: float | None = None
        self._lock = asyncio.Lock()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the file, as of the last look: bad lines of what counts now, and why a newer one can't be read."""
        return (*((self._unread,) if self._unread else ()), *self._current.problems)

    async def current(self) -> Synonyms:
        """The synonyms as the file has them now, at most `every` seconds late; never raises."""
        if self._path is not None and self._due():
            async with self._lock:
                if self._due():  # else another search has looked while this one waited
                    await asyncio.to_thread(self._look, self._path)
                    self._looked = self._clock()
        return self._current

    def _due(self) -> bool:
        return self._looked is None or self._clock() - self._looked >= self._every

    def _look(self, path: Path) -> None:
        before = self._unread
        try:
            stamp = _stamp(path)
            if stamp != self._stamp or before is not None:
                self._read(path)
                self._stamp = stamp
            self._unread = None
        except OSError as error:
            self._unread = Problem(None, f"读不到同义词文件({error.strerror}),仍用原来的词组")
        except UnicodeDecodeError as error:
            self._unread = Problem(None, f"同义词文件不是 UTF-8(第 {error.start} 字节),仍用原来的词组")
        except ValueError as error:
            self._unread = Problem(None, str(error))
        if self._unread is not None and self._unread != before:
            log.warning("synonyms not read", path=str(path), problem=self._unread.message)

    def _read(self, path: Path) -> None:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ValueError(f"同义词文件超过 {MAX_BYTES >> 20} MB,仍用原来的词组")
        self._current = Synonyms(self._variants, self._synonyms, parse(content.decode("utf-8-sig")))
        problems = [str(problem) for problem in self._current.problems]
        log.info("read synonyms", path=str(path), problems=problems)


def _stamp(path: Path) -> Stamp:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size
