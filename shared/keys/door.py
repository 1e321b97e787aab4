"""A presented key and the scope that a route takes → the Key that is let in, or KeyRefused: the same in every service that asks for keys."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from shared import log, metrics
from shared.errors import JianbaoError
from shared.keys.key import Key, Scope
from shared.keys.ring import Keyring
from shared.keys.slowing import LONGEST_SECONDS, Slowing

_log = log.get(__name__)

WORDS = {
    "unknown": "this API key is not known here; ask the operator for one",
    "expired": "this API key has expired; ask the operator for a new one",
    "revoked": "this API key was revoked; ask the operator for a new one",
}


class KeyRefused(JianbaoError):
    """A request whose key does not open what it asks for: status, one word to tell it by, headers of the answer."""

    def __init__(self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.headers = status, code, dict(headers or {})


class Door:
    """Lets in whoever has a valid key of the right scope."""

    def __init__(
        self,
        keyring: Keyring,
        *,
        service: str,
        missing: KeyRefused,
        wrong_status: int,
        slowing: Slowing | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`missing` is the answer to whoever sends no key; `wrong_status` that to a wrong one: 403, or 401 where a browser is to ask again."""
        self.keyring = keyring
        self._service, self._missing, self._wrong_status = service, missing, wrong_status
        self._slowing, self._now = slowing or Slowing(), now

    async def admit(self, secret: str | None, scope: Scope, *others: Scope, address: str) -> Key:
        """Return the key that `secret` is, when it is valid and has the scope, or one of the others.

        Raises KeyRefused: without a key at once, for a wrong one after a wait that grows with each from that address.
        """
        if secret is None:
            raise KeyRefused(self._missing.status, self._missing.code, str(self._missing), headers=self._missing.headers)
        key = self.keyring.find(secret)
        standing = "unknown" if key is None else key.standing(self._now())
        if key is None or standing != "valid":
            raise await self._wrong(standing, key, address)
        if not any(key.may(one) for one in (scope, *others)):
            raise self.refused(key, "scope", f"the key {key.name} may {_named(key)} and not {scope}; ask the operator for one with the scope {scope}")
        return key

    async def _wrong(self, standing: str, key: Key | None, address: str) -> KeyRefused:
        metrics.keys_refused.labels(service=self._service, reason=standing).inc()
        count, waited = await self._slowing.wait(address)
        if count & (count - 1) == 0:  # the 1st, 2nd, 4th, 8th …: a loop must not fill the log
            _log.warning("wrong_key", reason=standing, key=key.name if key else None, address=address, times=count)
        if not waited:
            after = {"Retry-After": str(int(LONGEST_SECONDS))}
            return KeyRefused(429, "too_many_wrong_keys", "too many wrong API keys from this address at once; slow down", headers=after)
        headers = self._missing.headers if self._wrong_status == 401 else {}
        return KeyRefused(self._wrong_status, f"key_{standing}", WORDS[standing], headers=headers)

    def check_source(self, key: Key | None, source: str) -> None:
        """Raise KeyRefused (403 `key_source`) unless the key may write that source; None is whoever needs no key."""
        if key is not None and not key.may_write(source):
            raise self.refused(key, "source", f"the key {key.name} may not feed or withdraw digests of the source {source!r}")

    def refused(self, key: Key, reason: str, message: str) -> KeyRefused:
        """Count and log a refusal of a key that is valid; return it."""
        metrics.keys_refused.labels(service=self._service, reason=reason).inc()
        _log.info("key_refused", key=key.name, reason=reason)
        return KeyRefused(403, f"key_{reason}", message)


def _named(key: Key) -> str:
    return " and ".join(key.scopes)
