"""Wordings → which of them tell one story, in no more than so many comparisons. Pure but for asking for near ones.

Wordings whose texts services.search.stories.same_story calls the same are linked; what hangs together is a story. Everything that counts work counts
items and characters, never time: so the same search gives the same stories on a slow machine as on a fast one.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial

from services.search.stories.wording import Hit, Wording, related
from shared.text.bands import READ

Near = Callable[[Sequence[str], Collection[str]], Awaitable[Sequence[Hit]]]
"""(bands, keys that are known) → the best hits of other wordings that have one of the bands, at most NEAR of them, the best first"""

Apart = Callable[[Callable[[], None]], Awaitable[None]]
"""Does work for the processor while others are answered"""

NEAR = 100
"""Wordings that are asked for at once: as many bodies as the largest page holds."""

ROUNDS = 3
"""Times that near ones of near ones are asked for: real stories that hang together by more than two links were none in a month of seven dailies."""

WORDINGS = 400
"""Wordings that are compared for one page. Copies are one, however many there are."""

COMPARED = 150_000
"""Characters whose texts are made ready or compared for one page: some 50 ms of one core, in a thread. A hundred news items of 700 characters have
half of it, and a page where no two hits share a band needs none."""


class Links:
    """The wordings that are known, and which of them are linked; grows page by page within one request."""

    def __init__(self, near: Near, apart: Apart) -> None:
        self._near, self._apart = near, apart
        self._known: dict[str, Wording] = {}
        self._stories: dict[str, list[Wording]] = {}
        self._left = COMPARED
        self._made: set[str] = set()
        self._grown: set[str] = set()
        self.whole = True
        """False once a bound was reached: a story may have more wordings than were found"""

    async def add(self, wordings: Sequence[Wording]) -> None:
        """Know these too, with all that tell their stories as far as the bounds allow; errors of `near` pass through."""
        for wording in wordings:
            self._learn(wording)
        await self._grow([self._known[wording.key] for wording in wordings])

    async def _grow(self, wordings: Sequence[Wording]) -> None:
        """Ask for what is near these, then for what is near what was linked to them."""
        for _ in range(ROUNDS):
            new = [wording for wording in wordings if wording.bands and wording.key not in self._grown]
            if not new:
                return
            if self._left <= 0 or len(self._known) >= WORDINGS:
                break
            self._grown |= {wording.key for wording in new}
            found = await self._near(sorted(set().union(*(wording.bands for wording in new))), list(self._known))
            self.whole = self.whole and len(found) < NEAR
            others = [wording for wording in map(Wording, found) if self._learn(wording)]
            await self._apart(partial(self._link, [*new, *others]))
            told = {id(self._stories[wording.key]) for wording in new}
            wordings = [wording for wording in others if id(self._stories[wording.key]) in told]
            if len(found) >= NEAR:
                break  # more of them would still be "at least"
        self.whole = self.whole and not any(wording.bands and wording.key not in self._grown for wording in wordings)

    def story(self, key: str) -> Sequence[Wording]:
        """The wordings that tell the same story as that one, it too."""
        return self._stories[key]

    def _learn(self, wording: Wording) -> bool:
        if wording.key in self._known:
            return False
        self._known[wording.key] = wording
        self._stories[wording.key] = [wording]
        return True

    def _link(self, new: Sequence[Wording]) -> None:
        """Compare each of the new with each that is known; what hangs together already is not compared again."""
        known = list(self._known.values())
        for one in new:
            mine, bands = self._stories[one.key], one.bands
            for other in known:
                # What hangs together already needs no comparing.
                if (story := self._stories[other.key]) is mine or bands.isdisjoint(other.bands):
                    continue
                if self._left <= 0:
                    self.whole = False
                    return
                self._left -= self._cost(one, other)
                if related(one, other):
                    mine = self._joined(mine, story)

    def _joined(self, one: list[Wording], other: list[Wording]) -> list[Wording]:
        longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
        longer += shorter
        self._stories |= {wording.key: longer for wording in shorter}
        return longer

    def _cost(self, one: Wording, other: Wording) -> int:
        """Characters: of a text that is looked at for the first time all, of one that is only compared a twentieth, as that is quicker so much."""
        cost = 40  # what any comparison takes
        for wording in (one, other):
            length = min(len(wording.hit["_source"]["body"]), READ)
            cost += length // 20 if wording.key in self._made else length
            self._made.add(wording.key)
        return cost
