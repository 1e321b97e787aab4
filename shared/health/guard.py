"""A request for health or metrics and the settings → answered whole, answered in a word, or refused. Pure.

| asked                           | bound to loopback | beyond, with a health key or HEALTH_OPEN | beyond, without                  |
|---------------------------------|-------------------|------------------------------------------|----------------------------------|
| `/healthz`, `/readyz`           | with reasons      | with reasons                             | the status and `ok` alone        |
| `/metrics`, enrich's `/preview` | answered          | answered                                 | 401                              |
| by a name that is not our own   | 403               | answered with a key, else 403            | 403                              |

So probes of containers and clusters need no key, and reasons (which name addresses) and figures are not for everybody. Our own names are those of
loopback, addresses, and JIANBAO_HEALTH_HOSTS: the pages of another site whose name was rebound to our address can't name any of them.
"""

import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.keys.key import hash_key
from shared.keys.request import addressed_as_loopback, is_loopback, presented
from shared.settings import HealthSettings

Answer = Literal["whole", "no_key", "no_name"]


@dataclass(frozen=True)
class Guard:
    """Who may see what of a service that listens on `host`."""

    host: str
    settings: HealthSettings

    def answer(self, headers: Mapping[str, str]) -> Answer:
        """What a request with these headers (names in lower case) gets: all, what needs no key, or nothing as it calls us by another's name."""
        key = presented(headers)
        if key is not None and any([hmac.compare_digest(hash_key(key), known) for known in self.settings.keys]):
            return "whole"
        if not self._is_ours(headers):
            return "no_name"
        return "whole" if self.settings.open or is_loopback(self.host) else "no_key"

    def _is_ours(self, headers: Mapping[str, str]) -> bool:
        return addressed_as_loopback(headers) or _is_address(name := _name(headers)) or name in self.settings.hosts


def _name(headers: Mapping[str, str]) -> str:
    """The host that a request names, in lower case and without its port."""
    host = headers.get("host", "").lower()
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _is_address(name: str) -> bool:
    """Nobody can let an address point elsewhere, as can be done with a name."""
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
