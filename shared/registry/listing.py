"""The records of `sources.v1`, in their order → all that is known of sources by now. Pure."""

from dataclasses import dataclass, field

from shared import sources
from shared.errors import Rejected
from shared.registry.entry import ENTRY, FETCH, Entry, FetchState, read
from shared.sources import Source


@dataclass
class Listing:
    """By source. Of two records of a source with one number, which two people wrote at once, the first holds.

    A `light` one leaves out what takes memory and only the enrichment and the fetching of digests need: what was
    taught, and the identities of what was fetched.
    """

    light: bool = False
    complete: bool = True
    """Whether all that stood in the topic at the start has been read; until then there may be more"""
    taught: dict[str, Source] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    fetched: dict[str, FetchState] = field(default_factory=dict)

    def take(self, key: bytes | None, value: bytes | None) -> None:
        """Learn a record; raises Rejected (`unknown_form`) where it is none of the registry's."""
        name = (key or b"").decode("utf-8", "replace")
        if name.startswith(ENTRY):
            self.note(read(Entry, value))
        elif name.startswith(FETCH):
            state = read(FetchState, value)
            if self.light:
                state = state.model_copy(update={"seen": ()})
            self.fetched[state.source] = state
        elif not self.light:
            source = sources.read(value)
            before = self.taught.get(source.source)
            if before is None or source.knowledge > before.knowledge:
                self.taught[source.source] = source

    def learn(self, key: bytes | None, value: bytes | None) -> bool:
        """Learn a record where it is one; return whether it was."""
        try:
            self.take(key, value)
        except Rejected:
            return False
        return True

    def note(self, entry: Entry) -> None:
        """Know an entry that was published just now, before it is read."""
        known = self.entries.get(entry.source)
        if known is None or entry.edition > known.edition:
            self.entries[entry.source] = entry

    def forget(self) -> None:
        """Know nothing."""
        self.taught.clear()
        self.entries.clear()
        self.fetched.clear()

    def shown(self, source: str) -> str:
        """The name that people read for a source's id."""
        entry = self.entries.get(source)
        return entry.shown if entry else source

    def names(self) -> dict[str, str]:
        """What sources are called, by their ids."""
        return {source: entry.shown for source, entry in self.entries.items()}

    def on(self, source: str) -> bool:
        """Whether digests of the source are taken; those of an unknown one are."""
        entry = self.entries.get(source)
        return entry is None or entry.on


def is_taught(key: bytes | None) -> bool:
    """Whether a record says what was taught of a source, rather than how it is called or fetched."""
    return not (key or b"").startswith((ENTRY.encode(), FETCH.encode()))
