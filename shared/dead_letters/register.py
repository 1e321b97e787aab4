"""Dead letters, operations and manifests, one after another in any order → the state of each letter, and counts. Pure.

Filled by whoever reads: once by a command, on and on by the search service.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from sys import intern

from shared.dead_letters.letter import Letter, Place
from shared.dead_letters.shape import shape
from shared.dead_letters.state import Known, Standing, about, standing
from shared.operations import Operation

LETTERS = 100_000
"""Some 130 MB at most (1.3 kB each, measured). A stage stops after 200 in a row, so that many would be months of nobody looking."""

Group = tuple[str, str]
"""Stage and error."""

NOTHING = Standing("open", 0)


class Register:
    """All letters that Kafka still keeps, by place."""

    def __init__(self, *, limit: int = LETTERS) -> None:
        self._limit = limit
        self.clear()

    def clear(self) -> None:
        """Forget everything: the topics were made anew, or are read from the beginning again."""
        self.letters: dict[Place, Letter] = {}
        self._standings: dict[Place, Standing] = {}
        self._shapes: dict[Place, str] = {}
        self._newer: dict[Place, Place] = {}
        self._children: dict[Place, Place] = {}
        self._origins: dict[str, Place] = {}
        self._digests: dict[str, dict[Place, None]] = {}
        self._operations: dict[str, dict[tuple[str, str], Operation]] = {}
        self._known: dict[str, Known] = {}
        self._asked: Counter[str] = Counter()
        self._active: dict[Place, None] = {}
        self._closed: dict[Place, None] = {}
        self.edition = getattr(self, "edition", 0) + 1
        """Rises whenever a letter comes, goes or changes its state: what was made of the same edition still holds"""
        self.forgotten: Counter[Group] = Counter()
        """Active ones beyond the limit: they are only counted"""

    def add(self, letter: Letter) -> None:
        """Take a letter in."""
        self.letters[letter.place] = letter
        self._shapes[letter.place] = intern(shape(letter.message))
        self._digests.setdefault(letter.digest_id, {})[letter.place] = None
        self._settle(letter.place)
        # The same record delivered twice dies twice, and so does a letter that two people send again.
        rivals = [letter.parent, self._children.get(letter.parent) if letter.parent else None, self._origins.get(letter.origin)]
        self._meet(letter, *(rival for rival in rivals if rival is not None and rival != letter.place))
        if child := self._children.get(letter.place):  # partitions are read in no order
            self._meet(letter, child)
        if letter.origin:
            self._origins[letter.origin] = self._latest(self._origins.get(letter.origin), letter.place)
        if letter.parent:
            self._children[letter.parent] = self._latest(self._children.get(letter.parent), letter.place)
        if len(self.letters) > self._limit:
            oldest = next(iter(self._closed), None) or next(iter(self._active))
            if oldest in self._active:
                self.forgotten[self.letters[oldest].stage, self.letters[oldest].error] += 1
            self._drop(oldest)

    def _meet(self, letter: Letter, *places: Place) -> None:
        """Of two letters for the same record the later one stands."""
        for rival in places:
            if rival in self.letters:
                late = self._latest(rival, letter.place)
                early = rival if late == letter.place else letter.place
                self._newer[early] = self._latest(self._newer.get(early), late)
                self._settle(early)

    def _latest(self, one: Place | None, other: Place) -> Place:
        if one is None or one not in self.letters or other not in self.letters:
            return other
        if one.partition == other.partition:
            return max(one, other)
        return max((one, other), key=lambda place: (self.letters[place].at, place))

    def note(self, operation: Operation) -> None:
        """Take in what an operator did; the same record twice changes nothing."""
        if operation.action not in ("retry", "discard"):
            return
        self._operations.setdefault(operation.subject, {})[operation.operation_id, operation.outcome] = operation
        partition, _, offset = operation.subject.partition("/")
        if partition.isdigit() and offset.isdigit():
            self._settle(Place(int(partition), int(offset)))

    def learn(self, manifests: Mapping[str, Known | None]) -> None:
        """What the index holds of these digests now."""
        for digest_id, known in manifests.items():
            self._asked[digest_id] += 1
            if known is None:
                self._known.pop(digest_id, None)
            else:
                self._known[digest_id] = known
            for place in list(self._digests.get(digest_id, ())):
                self._settle(place)

    def unsettled(self, limit: int) -> list[str]:
        """At most so many ids of digests with active letters: those being retried first, then those that were asked for least often."""
        digests = {letter.digest_id: self._standings[letter.place].state != "retrying" for letter in self.active() if letter.version is not None}
        return heapq.nsmallest(limit, digests, key=lambda digest_id: (digests[digest_id], self._asked[digest_id]))

    def begin_at(self, offsets: Mapping[int, int]) -> None:
        """Forget what Kafka has deleted: everything before these offsets by partition."""
        for place in [place for place in self.letters if place.offset < offsets.get(place.partition, 0)]:
            self._drop(place)

    def _drop(self, place: Place) -> None:
        letter = self.letters.pop(place)
        self.edition += 1
        for kept in (self._standings, self._shapes, self._newer, self._active, self._closed):
            kept.pop(place, None)
        places = self._digests[letter.digest_id]
        del places[place]
        if not places:
            del self._digests[letter.digest_id]
            self._known.pop(letter.digest_id, None)
            del self._asked[letter.digest_id]
        if self._origins.get(letter.origin) == place:
            del self._origins[letter.origin]
        if letter.parent and self._children.get(letter.parent) == place:
            del self._children[letter.parent]

    def _settle(self, place: Place) -> None:
        letter = self.letters.get(place)
        if letter is None:
            return
        operations = self._operations.get(str(place), {}).values()
        now = standing(letter, operations=operations, known=self._known.get(letter.digest_id), newer=self._newer.get(place))
        if self._standings.get(place) != now:
            self.edition += 1
        self._standings[place] = now
        self._active.pop(place, None)
        self._closed.pop(place, None)
        (self._active if now.active else self._closed)[place] = None

    def standing(self, place: Place) -> Standing:
        """What became of a letter."""
        return self._standings.get(place, NOTHING)

    def shape(self, place: Place) -> str:
        """What is the same in the messages of letters that died of the same cause."""
        return self._shapes[place]

    def history(self, place: Place) -> list[Operation]:
        """Who did what with a letter, oldest first."""
        letter = self.letters.get(place)
        return about(letter, self._operations.get(str(place), {}).values()) if letter else []

    @property
    def waiting(self) -> int:
        """How many ask for attention."""
        return len(self._active)

    def active(self) -> Iterator[Letter]:
        """Those that ask for attention."""
        return (self.letters[place] for place in self._active)

    def of(self, digest_id: str) -> list[Letter]:
        """A digest's letters, newest last."""
        return sorted((self.letters[place] for place in self._digests.get(digest_id, ())), key=lambda letter: (letter.at, letter.place))

    def lineage(self, place: Place) -> list[Letter]:
        """The letters that this one follows, oldest first."""
        found: list[Letter] = []
        letter = self.letters.get(place)
        while letter is not None and letter.parent is not None and letter.parent not in {one.place for one in found}:
            letter = self.letters.get(letter.parent)
            if letter is not None:
                found.insert(0, letter)
        return found

    def counts(self) -> dict[str, tuple[Counter[str], datetime | None]]:
        """By stage: how many active ones there are of each error, and when the newest died."""
        found: dict[str, tuple[Counter[str], datetime | None]] = {}
        for letter in self.active():
            errors, newest = found.get(letter.stage, (Counter(), None))
            errors[letter.error] += 1
            found[letter.stage] = errors, max(newest or letter.at, letter.at)
        for (stage, error), count in self.forgotten.items():
            errors, newest = found.get(stage, (Counter(), None))
            errors[error] += count
            found[stage] = errors, newest
        return found

    def add_all(self, letters: Iterable[Letter]) -> "Register":
        """Several at once."""
        for letter in letters:
            self.add(letter)
        return self
