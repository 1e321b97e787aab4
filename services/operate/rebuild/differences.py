"""What the live and the new pair of indices hold of each digest → how they differ, and whether that forbids the swap. Pure.

| the new pair is, of a digest                                 | swap                    |
|--------------------------------------------------------------|-------------------------|
| missing: the topic has it no more, or it was refused         | no, or --accept-missing |
| behind                                                       | no, or --accept-missing |
| changed                                                      | no, or --accept-changed |
| incomplete                                                   | no                      |
| ahead: the live pair is behind the topic                     | yes                     |
| added: the live pair lacks it                                | yes                     |
| repaired: the live pair has more or fewer items than it says | yes                     |
| stray: the live pair has items without a manifest            | yes                     |
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.operate.comparison.documents import differing
from services.operate.comparison.holding import NOTHING, Holding, Kind, difference

FORBIDDEN: frozenset[Kind] = frozenset({"missing", "behind", "changed", "incomplete"})

PASSING = ("enriched_at", "to_delete", "revisions")
"""Fields of a manifest that may differ under one version: when it was enriched again, what is under way, which copies of it were read."""

SHOWN = 20
"""Differences of one kind that are named; the rest is counted."""

NOTED = 10_000
"""Differences that are looked at again at most: more are no digests in flight."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One digest that differs."""

    digest_id: str
    kind: Kind
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.digest_id}{': ' + self.detail if self.detail else ''}"


def of_digest(digest_id: str, live: Holding | None, new: Holding | None) -> Difference | None:
    """How one digest differs; None when both hold the same, as far as counts and versions say."""
    live, new = live or NOTHING, new or NOTHING
    kind = difference(live, new)
    return Difference(digest_id, kind, f"live {live}, new {new}") if kind else None


def owed(then: Holding | None, now: Holding | None, new: Holding | None) -> Holding | None:
    """What the new pair must have of a digest, once it has read the topic to an end that lies between `then` and `now` of the live pair.

    A version that the live pair got after that end is owed by nobody yet.
    """
    came_since = now is not None and (then is None or now.version > then.version) and (new is None or now.version > new.version)
    if not came_since:
        return now
    return then if then is not None and then.version >= 0 else new


def other_words(live: Mapping[str, Any], new: Mapping[str, Any], fields: frozenset[str]) -> list[str]:
    """Of these fields those in which the live document says something that the new one does not say; in order.

    What the live one leaves empty is no difference: a field that came later is filled by the rebuild.
    """
    return differing(live, new, [name for name in fields if name not in PASSING and _filled(live.get(name))])


def _filled(value: object) -> bool:
    return value is not None and value != [] and value != ()


@dataclass
class Comparison:
    """All that was compared."""

    digests: int = 0
    """In either"""
    items: int = 0
    """In the new one"""
    sampled: int = 0
    """Digests whose documents were compared field by field"""
    documents: int = 0
    """Documents compared so"""
    differences: list[Difference] = field(default_factory=list)
    """The first NOTED"""
    counts: Counter[Kind] = field(default_factory=Counter)

    def note(self, found: Difference) -> None:
        """Add one."""
        self.counts[found.kind] += 1
        if len(self.differences) < NOTED:
            self.differences.append(found)

    def forbidding(self, *, accept_missing: bool = False, accept_changed: bool = False, refused: frozenset[str] = frozenset()) -> list[Difference]:
        """Those that forbid the swap; `refused` are digests that the topic has and the new index does not take: they are never accepted."""
        accepted: set[Kind] = set()
        if accept_missing:
            accepted |= {"missing", "behind"}
        if accept_changed:
            accepted.add("changed")
        return [one for one in self.differences if one.kind in FORBIDDEN and (one.kind not in accepted or one.digest_id in refused)]

    def __str__(self) -> str:
        found = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.counts.items())) or "0 differences"
        sampled = f"{self.documents:,} documents of {self.sampled:,} digests word by word"
        return f"{self.digests:,} digests and {self.items:,} items compared, {sampled}: {found}"
