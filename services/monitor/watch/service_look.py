"""A service's `/readyz` → what it says of itself."""

import httpx

from services.monitor.report.facts import ServiceFacts

SECONDS = 4.0
"""For an answer: a service gives its own checks three (shared.health)."""

STOPPED = "stopped consuming"
"""What a stage says that waits for a person after too many dead letters in a row."""


async def look(client: httpx.AsyncClient, url: str) -> ServiceFacts:
    """Return what is there; raises nothing."""
    try:
        answer = await client.get(url.rstrip("/") + "/readyz", timeout=SECONDS)
    except (httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ReadError):
        return ServiceFacts(alive=False, hangs=True, message=f"{url} does not answer within {SECONDS:g} s")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return ServiceFacts(alive=False, message=f"{url}: {type(error).__name__}")
    try:
        said = answer.json()
        failing = [f"{check['name']}: {check['message']}" for check in said.get("checks", ()) if not check["ok"]]
        ready = bool(said["ok"])
    except (ValueError, KeyError, TypeError, AttributeError):
        if answer.status_code in (401, 403):  # it lives, and tells its reasons to others
            return ServiceFacts(alive=True, ready=False, message="JIANBAO_HEALTH_KEY or JIANBAO_HEALTH_HOSTS is wrong")
        return ServiceFacts(alive=False, message=f"{url} is no service of jianbao (HTTP {answer.status_code})")
    message = "; ".join(failing) or ("" if ready else "its reasons need JIANBAO_HEALTH_KEY")
    return ServiceFacts(alive=True, ready=ready, message=message, stopped=any(STOPPED in each for each in failing))
