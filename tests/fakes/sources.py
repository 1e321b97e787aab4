"""A SourceDesk that keeps entries in its listing, and a list of who changed what."""

from collections.abc import Callable

from shared.errors import Unavailable
from shared.registry.edit import check_profile
from shared.registry.entry import Entry
from shared.registry.listing import Listing


class FakeSources:
    """`away` says that Kafka is not there."""

    def __init__(self, *entries: Entry, away: bool = False) -> None:
        self.listing = Listing(entries={entry.source: entry for entry in entries}, light=True)
        self.away = away
        self.noted: list[tuple[str, str]] = []
        """Sources that were fed, and by whom"""
        self.edits: list[tuple[str, str]] = []

    def fed(self, source: str, by: str) -> None:
        """Keep it."""
        self.noted.append((source, by))

    async def edit(self, source: str, edit: Callable[[Entry | None], Entry], *, by: str) -> Entry:
        """Change it at once."""
        if self.away:
            raise Unavailable("Kafka does not answer (fake)", retry_after=7)
        entry = edit(self.listing.entries.get(source))
        check_profile(entry, self.listing)
        self.listing.note(entry)
        self.edits.append((source, by))
        return entry
