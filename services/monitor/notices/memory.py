"""What each channel was told and what waits for it ↔ a JSON file, so that a restart neither repeats nor forgets anything.

A file, and no topic or index: what is told most urgently is that Kafka or Elasticsearch is away, and what lies there can't be
read just then.
"""

import contextlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from pydantic import Field, ValidationError

from shared import log
from shared.notices.grouping import Memory
from shared.notices.notice import Notice
from shared.private import make_folder
from shared.records import Record

_log = log.get(__name__)


class ChannelMemory(Record):
    """Of one channel."""

    grouping: Memory = Memory()
    waiting: Notice | None = None


class _Content(Record):
    channels: dict[str, ChannelMemory] = Field(default_factory=dict)


def path_for(state: Path | None, namespace: str) -> Path:
    """Return the file of one namespace, below `state` or the user's own place."""
    below = state or Path(os.environ.get("JIANBAO_STATE_DIR") or platformdirs.user_state_dir("jianbao"))
    return below / f"notices{f'-{namespace}' if namespace else ''}.json"


@dataclass(frozen=True)
class MemoryFile:
    """The file of one monitor; that it can't be read or written is logged, and ends nothing."""

    path: Path

    def read(self) -> Mapping[str, ChannelMemory]:
        """Return what is remembered, by the channel's name; nothing where there is no file or it can't be used."""
        try:
            return _Content.model_validate_json(self.path.read_bytes(), extra="ignore").channels
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError) as error:
            _log.error("notices_forgotten", path=str(self.path), reason=type(error).__name__)
            return {}

    def write(self, channels: Mapping[str, ChannelMemory]) -> None:
        """Put this in the file's place: whoever reads sees the old or the new."""
        try:
            make_folder(self.path.parent)
            self._replace(_Content(channels=dict(channels)).model_dump_json().encode())
        except OSError as error:
            reason = error.strerror or type(error).__name__
            _log.error("notices_not_remembered", path=str(self.path), reason=reason)

    def _replace(self, content: bytes) -> None:
        descriptor, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:
            with open(descriptor, "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(descriptor)
            os.replace(temporary, self.path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
