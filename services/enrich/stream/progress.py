"""What the batch loop tells the health checks, and the checks tell nobody else. Pure."""

import time
from dataclasses import dataclass, field


@dataclass
class Progress:
    """Written by the worker, read by its health checks; times are of `time.monotonic`."""

    agent_running: bool | None = None
    """Whether the agent's loop runs; None before it was entered for the first time."""
    stopping: bool = False
    """Asked to stop: what is unfinished is left to the next start."""
    digests: int = 0
    """Digests that are done: their enriched record or dead letter is acknowledged."""
    last_at: float = field(default_factory=time.monotonic)
    """When a digest was last done."""
    dead_in_a_row: int = 0
    waiting_for: str | None = None
    """What is away; the digest in hand is tried again until it is back."""
    red: str | None = None
    """Why nothing is consumed any more until a person acts."""

    def waits(self, what: str | None) -> None:
        """Note what keeps the worker from beginning; None once nothing does."""
        self.waiting_for = what

    def done(self) -> None:
        """A digest is done."""
        self.digests += 1
        self.last_at = time.monotonic()
