"""The bytes of a PDF → its streams: what their dictionaries say of how they are packed, and where their bytes begin. Pure.

Read as PDFium reads it (ISO 32000-1, 7.2 and 7.3): comments count as white space, `/#46lateDecode` is `/FlateDecode`, and a stream begins
behind the line that `stream` stands on. Only names and numbers are looked at, the rest is passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shared.errors import Rejected

TOKENS = 4000
"""Of one dictionary: one that describes a stream has some tens, and longer ones (the pages of a book) have no stream."""

WORK = 2_000_000
"""Tokens of a whole file, 16 bytes of white space being one more: 8 MiB that are nothing but objects have some 1,500,000. They take 5 s."""

_LINE = 65_536
"""Bytes of a line or a string that are read at once."""

_BLANK = re.compile(rb"(?:[\x00\t\n\x0c\r ]++|%[^\r\n]{0,65536}+)*+")
_OBJECT = re.compile(rb"\bobj\b")
_TOKEN = re.compile(
    rb"(?P<open><<)|(?P<close>>>)|(?P<name>/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*+)|(?P<string>\()|(?P<hex><[0-9A-Fa-f\x00\t\n\x0c\r ]*+>?)"
    rb"|(?P<mark>[\[\]{})>])|(?P<word>[^\x00\t\n\x0c\r ()<>\[\]{}/%]++)"
)
_IN_STRING = re.compile(rb"[^()\\]++|\\.|[()]|\\", re.DOTALL)
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream[^\r\n]{0,65536}+(?:\r\n|\r|\n)")


@dataclass(frozen=True)
class Stream:
    """A stream as its dictionary describes it."""

    begins: int
    """Offset of its first byte."""
    said: dict[bytes, tuple[bytes, ...]] | None
    """Names and numbers behind each key, arrays flattened, `#46` and its like resolved; None where the dictionary can't be read."""


def streams(data: bytes) -> Iterator[Stream]:
    """Each stream of `data`, in order; raises Rejected("too_large") where finding them takes more than WORK."""
    reader = _Reader(data)
    end = 0
    for match in _OBJECT.finditer(data):
        if match.end() < end:
            continue
        read = reader.dictionary(match.end())
        if read is None:
            # Whatever this is: where a stream follows before the object ends, it is one that nobody knows how to judge.
            until = data.find(b"endobj", match.end())
            opened = _STREAM.search(data, match.end(), len(data) if until < 0 else until)
            said = None
        else:
            at, said = read
            at = reader.past_blanks(at)
            opened = _STREAM.match(data, at)
            if opened is None and data.startswith(b"stream", at):
                reader.work(_LINE)
                yield Stream(at + len(b"stream"), None)  # its line has no end
        if opened is not None:
            end = opened.end()
            reader.work(end - opened.start())
            yield Stream(end, said)


def names_at(data: bytes, number: bytes, generation: bytes) -> tuple[bytes, ...] | None:
    """The names in the object with that number, such as a list of filters; None where it is not to be found."""
    found = re.search(rb"(?<![0-9])" + re.escape(number) + rb"[\x00\t\n\x0c\r ]+" + re.escape(generation) + rb"[\x00\t\n\x0c\r ]+obj\b", data)
    if found is None:
        return None
    written = data[found.end() : found.end() + 1000].partition(b"endobj")[0]
    return tuple(_resolved(name) for name in re.findall(rb"/([^\x00\t\n\x0c\r ()<>\[\]{}/%]+)", written))


def _resolved(name: bytes) -> bytes:
    return _HEX.sub(lambda found: bytes([int(found[1], 16)]), name)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.left = WORK

    def work(self, size: int) -> None:
        """Count what `size` bytes of white space cost, and one token."""
        self.left -= 1 + size // 16
        if self.left < 0:
            raise Rejected("too_large", "this PDF is made of more pieces than are read; send its text")

    def past_blanks(self, at: int) -> int:
        """Where white space and comments end."""
        found = _BLANK.match(self.data, at)
        end = found.end() if found is not None else at
        self.work(end - at)
        return end

    def dictionary(self, at: int) -> tuple[int, dict[bytes, tuple[bytes, ...]]] | None:
        """Where the dictionary at `at` ends, and what it says; None where it has no end within TOKENS."""
        at = self.past_blanks(at)
        if self.data[at : at + 2] != b"<<":
            return at, {}  # a number, a string, an array: no stream follows these
        values: dict[bytes, list[bytes]] = {}
        depth = arrays = 0
        current: list[bytes] | None = None
        for _ in range(TOKENS):
            at = self.past_blanks(at)
            token = _TOKEN.match(self.data, at)
            if token is None:
                return None
            at, kind, word = token.end(), token.lastgroup, token[0]
            if kind == "open":
                depth += 1
                continue
            if kind == "close":
                depth -= 1
                if depth == 0:
                    return at, {key: tuple(value) for key, value in values.items()}
            elif kind == "string":
                end = self._string(at)
                if end is None:
                    return None
                at = end
            elif word == b"[":
                arrays += 1
                continue
            elif word == b"]":
                arrays = max(0, arrays - 1)
            if depth != 1:
                continue
            if kind == "name" and not arrays and (current is None or current):
                current = values[_resolved(word[1:])] = []
            elif current is not None:
                # Whatever else stands there is a value that says nothing here.
                current.append(_resolved(word[1:]) if kind == "name" else word if kind == "word" else b"")
        return None

    def _string(self, at: int) -> int | None:
        """Where the string ends whose bracket stands before `at`; None where that is too far."""
        depth = 1
        for part in _IN_STRING.finditer(self.data, at, at + _LINE):
            self.work(0)
            depth += {b"(": 1, b")": -1}.get(part[0], 0)
            if depth == 0:
                return part.end()
        return None
