"""What became of content that was slow or took its child with it → what is not tried again. Pure.

A digest is known by its bytes, not by its place: the same bytes under another id, sent again, or delivered again after a restart are the same
work. What is known holds for this build within these limits of time and memory; with others everything is tried anew.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

import orjson

from services.enrich.stream.process import KNOWN_HEADER, Dead, Headers
from shared.dead_letters.headers import RETRY_PREFIX
from shared.errors import Rejected
from shared.records import DIGEST_HEADER
from shared.version import BUILD

DEATHS = 3
"""Workers that ended while they worked on the same content, beyond which it is a dead letter: two may be chance."""

KEPT = 10_000
"""Contents that are remembered, the latest ones: some megabytes."""

POISON = frozenset(["too_slow", "crashed", "too_much_memory"])
"""Errors of dead letters that cost a child its minute, its memory or its life."""

What = Literal["begun", "ended", "poison"]


@dataclass(frozen=True)
class Mark:
    """One thing that is known of one content."""

    name: str
    """Of the content: what `name_of` gives."""
    what: What
    run: str
    """The worker process that says so."""
    size: int
    error: str = ""
    message: str = ""

    def to_json(self) -> bytes:
        """As the topic holds it."""
        return orjson.dumps({name: getattr(self, name) for name in self.__dataclass_fields__})


def read(value: bytes | None) -> Mark:
    """Read one back; raises Rejected (`unknown_form`)."""
    try:
        said = orjson.loads(value or b"")
        mark = Mark(**{name: said[name] for name in Mark.__dataclass_fields__})
    except (orjson.JSONDecodeError, TypeError, KeyError) as error:
        raise Rejected("unknown_form", "not a record of what was tried") from error
    if not isinstance(mark.size, int) or mark.what not in ("begun", "ended", "poison"):
        raise Rejected("unknown_form", "not a record of what was tried")
    return mark


def name_of(headers: Headers, content: bytes, *, seconds: float, memory_mb: int) -> str:
    """The same for the same bytes, read as the same kind of file by this build within these limits.

    More knowledge of the source gives another name, as it is other work. A letter that somebody retries has a name of its own for each try:
    whoever asks for that shall have it.
    """
    digest = blake2b(digest_size=16)
    digest.update(f"{BUILD} {seconds:g} {memory_mb}".encode())
    header = next((data for name, data in headers if name == DIGEST_HEADER), b"")
    try:
        said = orjson.loads(header)
        digest.update(f"{said.get('media_type')} {said.get('charset')}".encode("utf-8", "replace"))
    except (orjson.JSONDecodeError, AttributeError):
        digest.update(header)
    for name, data in headers:
        if name.startswith(RETRY_PREFIX) or name == KNOWN_HEADER:
            digest.update(name.encode() + b"\0" + data + b"\0")
    digest.update(content)
    return digest.hexdigest()


@dataclass
class Tried:
    """What is known, to one worker process."""

    run: str
    sizes: dict[int, int] = field(default_factory=dict)
    """How many contents of each size are known: of any other size none is, and nothing need be hashed."""
    _known: OrderedDict[str, "_Known"] = field(default_factory=OrderedDict)

    def add(self, mark: Mark) -> None:
        """Learn it."""
        known = self._known.get(mark.name)
        if known is None:
            known = self._known[mark.name] = _Known(mark.size)
            self.sizes[mark.size] = self.sizes.get(mark.size, 0) + 1
        if mark.what == "begun":
            known.begun.add(mark.run)
        elif mark.what == "ended":
            known.begun.discard(mark.run)
        else:
            known.poison = (mark.error, mark.message)
        self._known.move_to_end(mark.name)
        if known.poison is None and not known.begun:
            self._forget(mark.name)
        while len(self._known) > KEPT:
            self._forget(next(iter(self._known)))

    def verdict(self, name: str) -> Dead | None:
        """Why content of that name is not tried again; None where it is."""
        known = self._known.get(name)
        if known is None:
            return None
        if known.poison is not None:
            error, message = known.poison
            return Dead(error, f"{message}; the same bytes are not tried again by this build within the same limits")
        deaths = len(known.begun - {self.run})
        if deaths >= DEATHS:
            return Dead("crashed", f"{deaths} workers ended while they enriched it; it is not tried again", attempts=deaths)
        return None

    def _forget(self, name: str) -> None:
        size = self._known.pop(name).size
        self.sizes[size] -= 1
        if not self.sizes[size]:
            del self.sizes[size]


@dataclass
class _Known:
    size: int
    begun: set[str] = field(default_factory=set)
    """Runs that began with it for longer than a moment and said no more."""
    poison: tuple[str, str] | None = None
