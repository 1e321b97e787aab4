"""Parts of a digest, and the classes of lines that head them. Pure."""

from dataclasses import dataclass, field

FIELD = 8
"""Characters of the longest name of a field of news (人工智能, 地方动态); headlines have ten and more."""


@dataclass(frozen=True)
class Part:
    """Units [first, after); `head` heads it (None: what stands before the first head), `parts` are its own parts (none: an item)."""

    head: int | None
    first: int
    after: int
    parts: tuple["Part", ...] = ()
    by: str = ""
    """The class of heads that it was found by, for people who ask why."""


@dataclass(frozen=True)
class Heads:
    """One class of heads in a region."""

    by: str
    members: tuple[int, ...]
    restarts: frozenset[int] = field(default=frozenset())
    """Members that begin a numbering anew."""
