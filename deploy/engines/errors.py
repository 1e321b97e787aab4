"""What can go wrong with local engines, each with a message that says what to do. Pure.

EngineError
├── JavaMissing      no JDK of the needed version
├── MavenMissing     nothing to fetch the engines with
├── FetchFailed      Maven could not bring what artifacts.toml names
├── FolderUnusable   a folder is in use, or closed to the user that Elasticsearch runs under
├── NotEnough        memory or disk
├── PortTaken        something else listens there
├── ProcessDied      a process ended by itself: the last lines of its log
└── NotReady         a process runs but does not answer in time
"""

from pathlib import Path

from shared.errors import Misconfigured


class EngineError(Misconfigured):
    """Anything that keeps the local engines from running."""


class JavaMissing(EngineError):
    """No JDK that is new enough."""


class MavenMissing(EngineError):
    """`mvn` is not on PATH."""


class FetchFailed(EngineError):
    """Maven failed, or brought something else than what is pinned."""


class FolderUnusable(EngineError):
    """A folder can't be used as it is."""


class NotEnough(EngineError):
    """Too little memory or disk."""


class PortTaken(EngineError):
    """A port that was asked for is in use."""


class NotReady(EngineError):
    """A process did not become ready in time."""


class ProcessDied(EngineError):
    """A process ended by itself; the message ends with the last lines of its log."""

    def __init__(self, *, name: str, code: int | None, log: Path, tail: str) -> None:
        super().__init__(f"{name} stopped by itself ({_reason(code)}). The end of {log}:\n{tail or '(the log is empty)'}")
        self.name = name
        self.code = code
        self.log = log


def _reason(code: int | None) -> str:
    if code is None:
        return "exit status unknown"
    # Popen gives a signal as its negative number.
    return f"killed by signal {-code}: is memory short?" if code == -9 else f"signal {-code}" if code < 0 else f"exit status {code}"
