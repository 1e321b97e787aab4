"""A Desk that knows the digests it is given and keeps operations in a list."""

from collections.abc import Collection, Mapping, Sequence

from shared.errors import Unavailable
from shared.operations import Operation
from shared.records import RawDigest


class FakeDesk:
    """`away` says that Kafka is not there."""

    def __init__(self, *known: RawDigest, away: bool = False) -> None:
        self.known = {raw.digest_id: raw for raw in known}
        self.away = away
        self.kept: list[Operation] = []

    async def latest(self, digest_ids: Collection[str]) -> Mapping[str, RawDigest]:
        """Of those that are known."""
        self._check()
        return {digest_id: self.known[digest_id] for digest_id in digest_ids if digest_id in self.known}

    async def keep(self, operations: Sequence[Operation]) -> None:
        """Keep them."""
        self._check()
        self.kept += operations

    def _check(self) -> None:
        if self.away:
            raise Unavailable("Kafka does not answer (fake)", retry_after=7)
