"""A service's `/readyz` → what it says of itself."""

import httpx

from services.monitor.report.facts import ServiceFacts
from shared.health.asked import ask

STOPPED = "stopped consuming"
"""What a stage says that waits for a person after too many dead letters in a row."""


async def look(client: httpx.AsyncClient, url: str) -> ServiceFacts:
    """Return what is there; raises nothing."""
    found = await ask(client, url)
    return ServiceFacts(
        alive=found.kind in ("ready", "not_ready", "no_name"),
        hangs=found.kind == "hangs",
        # Of one that keeps everything back it is not known that it is not ready.
        ready=found.kind in ("ready", "no_name"),
        message=found.message,
        stopped=STOPPED in found.message,
        key_refused=found.key_refused,
    )
