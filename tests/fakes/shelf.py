"""A Shelf that has the originals it is given."""

from services.ingest.release.release import Indexed
from shared.kafka.originals import Original
from shared.records import RawDigest


class FakeShelf:
    """`held` is what the index says of quarantine by digest id; of others it says nothing."""

    def __init__(self, *originals: Original, held: dict[str, bool] | None = None) -> None:
        self.originals = {(one.raw.digest_id, one.raw.revision): one for one in originals}
        self.held = held or {}

    async def original(self, digest: RawDigest) -> Original | None:
        """The one of that revision."""
        return self.originals.get((digest.digest_id, digest.revision))

    async def indexed(self, digest_id: str) -> Indexed | None:
        """Of the newest revision that is here."""
        if digest_id not in self.held:
            return None
        return Indexed(max(revision for one, revision in self.originals if one == digest_id), self.held[digest_id])
