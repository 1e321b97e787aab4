"""What two pairs of indices hold of each digest → how they differ, and whether that forbids the swap. Pure.

| difference | of the new against the live                                            | swap                    |
|------------|------------------------------------------------------------------------|-------------------------|
| missing    | has nothing of a digest: the topic has it no more, or it was refused    | no, or --accept-missing |
| behind     | has an older version only                                               | no, or --accept-missing |
| changed    | says something else under the same version                              | no, or --accept-changed |
| incomplete | has other items than its own manifest names                             | no                      |
| ahead      | has a newer version: the live index is behind the topic                 | yes                     |
| added      | has a digest that the live one lacks                                    | yes                     |
| repaired   | has the items that the manifest names, the live one has not             | yes                     |
| stray      | lacks items that have no manifest in the live one                       | yes                     |
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["missing", "behind", "changed", "incomplete", "ahead", "added", "repaired", "stray"]

FORBIDDEN: frozenset[Kind] = frozenset({"missing", "behind", "changed", "incomplete"})

PASSING = ("enriched_at", "to_delete", "revisions")
"""Fields of a manifest that may differ under one version: when it was enriched again, what is under way, which copies of it were read."""

SHOWN = 20
"""Differences of one kind that are named; the rest is counted."""

NOTED = 10_000
"""Differences that are looked at again at most: more are no digests in flight."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a pair holds of one digest."""

    digest_id: str
    version: int
    """-1 where there are items without a manifest"""
    named: int
    """Items that the manifest names"""
    held: int
    """Items that are there"""


@dataclass(frozen=True, slots=True)
class Difference:
    """One digest that differs."""

    digest_id: str
    kind: Kind
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.digest_id}{': ' + self.detail if self.detail else ''}"


def difference(live: Holding | None, new: Holding | None) -> Difference | None:
    """How one digest differs; None when both hold the same, as far as counts and versions say."""
    kind: Kind | None = None
    if new is not None and new.held != new.named:
        kind = "incomplete"
    elif live is None or live.version < 0:
        kind = "added" if new is not None else "stray" if live is not None else None
    elif new is None:
        kind = "missing"
    elif new.version != live.version:
        kind = "behind" if new.version < live.version else "ahead"
    elif live.named != new.named:
        kind = "changed"
    elif live.held != live.named:
        kind = "repaired"
    either = new or live
    return Difference(either.digest_id, kind, f"live {_said(live)}, new {_said(new)}") if kind and either else None


def owed(then: Holding | None, now: Holding | None, new: Holding | None) -> Holding | None:
    """What the new pair must have of a digest, once it has read the topic to an end that lies between `then` and `now` of the live pair.

    A version that the live pair got after that end is owed by nobody yet.
    """
    came_since = now is not None and (then is None or now.version > then.version) and (new is None or now.version > new.version)
    if not came_since:
        return now
    return then if then is not None and then.version >= 0 else new


def _said(holding: Holding | None) -> str:
    if holding is None:
        return "nothing"
    return f"version {holding.version} with {holding.held} of {holding.named} items" if holding.version >= 0 else f"{holding.held} items only"


async def beside(left: AsyncIterator[Holding], right: AsyncIterator[Holding]) -> AsyncIterator[tuple[Holding | None, Holding | None]]:
    """Two streams in the order of their digest ids → the holdings of each digest side by side."""
    one, other = await anext(left, None), await anext(right, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one.digest_id < other.digest_id):
            yield one, None
            one = await anext(left, None)
        elif one is None or other.digest_id < one.digest_id:
            yield None, other
            other = await anext(right, None)
        else:
            yield one, other
            one, other = await anext(left, None), await anext(right, None)


def other_words(live: Mapping[str, Any], new: Mapping[str, Any], fields: frozenset[str]) -> list[str]:
    """Of these fields those in which the live document says something that the new one does not say; in order.

    What the live one leaves empty is no difference: a field that came later is filled by the rebuild.
    """
    return sorted(name for name in fields if _filled(live.get(name)) and live.get(name) != new.get(name) and name not in PASSING)


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
