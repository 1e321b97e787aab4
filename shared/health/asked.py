"""A service's address → what its `/readyz` says: ready, why not, that it hangs or is away, or that it does not take the key."""

from dataclasses import dataclass
from typing import Literal

import httpx

SECONDS = 4.0
"""For an answer: a service gives its own checks three (shared.health)."""

Kind = Literal["ready", "not_ready", "hangs", "away", "no_name", "foreign"]


@dataclass(frozen=True)
class Asked:
    """One answer, or that there is none."""

    kind: Kind
    message: str = ""
    """Why it is not ready, in its own words"""
    key_refused: bool = False
    """It does not take the key that was sent, nor the name that it is asked by: it keeps its reasons back"""
    hidden: bool = False
    """It gives its reasons only with a key"""


async def ask(client: httpx.AsyncClient, url: str) -> Asked:
    """Return what is there; raises nothing. The client's headers have the key, if any."""
    try:
        answer = await client.get(url.rstrip("/") + "/readyz", timeout=SECONDS)
    except (httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.ReadError):
        return Asked("hangs", f"{url} does not answer within {SECONDS:g} s")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Asked("away", f"{url}: {type(error).__name__}")
    return understood(answer.status_code, answer, url=url, keyed="authorization" in client.headers)


def understood(status: int, answer: httpx.Response, *, url: str, keyed: bool) -> Asked:
    """Return what an answer means; `keyed`: whether a key was sent."""
    if status == 403:
        return Asked(
            "no_name", f"{url} knows neither the name in its address (JIANBAO_HEALTH_HOSTS) nor our key (JIANBAO_HEALTH_KEY)", key_refused=True
        )
    if status == 401:
        return Asked("not_ready", _key(keyed), key_refused=keyed, hidden=True)
    try:
        said = answer.json()
        hidden = "checks" not in said
        ready = bool(said["ok"] if hidden else said.get("ok", status == 200))
        failing = [f"{check['name']}: {check['message']}" for check in said.get("checks", ()) if not check["ok"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return Asked("foreign", f"{url} is no service of jianbao (HTTP {status})")
    message = "; ".join(failing) or (_key(keyed) if hidden and not ready else "")
    return Asked("ready" if ready else "not_ready", message, key_refused=hidden and keyed, hidden=hidden)


def _key(keyed: bool) -> str:
    return "JIANBAO_HEALTH_KEY is not among its JIANBAO_HEALTH_KEYS" if keyed else "its reasons need JIANBAO_HEALTH_KEY"
