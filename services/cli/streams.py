"""A process's standard streams, whatever the shell made of them → streams whose failures are told from all others.

A shell may close a stream (`>&-`), fill its disk (`>/dev/full`), leave (`| head -1`) or name an encoding without Chinese letters
(`PYTHONIOENCODING=ascii`). Commands need not know: they read and write, and `services.cli.main` says once what went wrong.
"""

import errno
import io
import os
import sys
from typing import Any

from shared.errors import JianbaoError


class OutputFailed(JianbaoError):
    """Standard output can't be written; no OSError, as a command that reads files would take it for a failure to read."""


class OutputGone(OutputFailed):
    """Who read our standard output has left, such as `head`: no reason for a message."""


class _Input(io.RawIOBase):
    """Standard input that the shell has closed."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raise OSError(errno.EBADF, "standard input is closed; give a file, or a pipe")


class _Output(io.FileIO):
    """Standard output; raises OutputFailed or OutputGone, never OSError."""

    def __init__(self, *, closed: bool) -> None:
        super().__init__(1, "w", closefd=False)
        self._closed = closed

    def write(self, data: Any) -> int:
        if self._closed:
            raise OutputFailed("can't write: standard output is closed")
        try:
            return super().write(data)
        except BrokenPipeError:
            raise OutputGone("standard output was closed by its reader") from None
        except OSError as error:
            raise OutputFailed(f"can't write to standard output: {error.strerror}") from None


class _Errors(io.FileIO):
    """Standard error, or nothing: what can't be said must not hinder what is done."""

    def __init__(self, *, closed: bool) -> None:
        super().__init__(2, "w", closefd=False)
        self._closed = closed

    def write(self, data: Any) -> int:
        try:
            return len(data) if self._closed else super().write(data)
        except OSError:
            return len(data)


def prepare() -> None:
    """Put streams in place that can't raise for a letter, whose failures are OutputFailed, and none of which is None."""
    closed = [stream is None for stream in (sys.stdin, sys.stdout, sys.stderr)]
    # A closed stream's number would be given to the next file opened, and what is printed would end up in it.
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    if closed[0]:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(_Input()), encoding="utf-8")
    sys.stdout = _text(_Output(closed=closed[1]), sys.stdout)
    sys.stderr = _text(_Errors(closed=closed[2]), sys.stderr)


def finish() -> None:
    """Write what is still in the buffer; raises OutputFailed."""
    sys.stdout.flush()


def abandon() -> None:
    """Give up standard output, so that the interpreter's own last flush has nothing to complain of."""
    number = os.open(os.devnull, os.O_WRONLY)
    os.dup2(number, 1)
    os.close(number)
    if isinstance(raw := getattr(getattr(sys.stdout, "buffer", None), "raw", None), _Output):
        raw._closed = False


def _text(raw: io.FileIO, before: Any) -> io.TextIOWrapper:
    """In the encoding that Python chose; letters that it lacks are shown as their numbers, which loses nothing."""
    lines = before is not None and (before.line_buffering or before.write_through)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=before.encoding if before is not None else "utf-8", errors="backslashreplace", line_buffering=lines
    )
