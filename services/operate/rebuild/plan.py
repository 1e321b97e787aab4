"""Indices as Elasticsearch describes them → which are live, standing by or left over; what the next are called; how aliases move. Pure.

| state    | aliases         | `_meta.standby` |                                                             |
|----------|-----------------|-----------------|-------------------------------------------------------------|
| live     | `items`         |                 | searched and written                                        |
| standby  | none            | since, read_to  | replaced, or built and not swapped in: can become live      |
| partial  | `…-apart`       |                 | being filled, or left over by a run that was killed         |
| partial  | `…-dropped`     |                 | being removed: can't be swapped in any more                 |
| unknown  | none            |                 | not made by us: never touched                               |
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared import index_names as names
from shared.errors import Misconfigured
from shared.index_names import Kind

Json = dict[str, Any]
Offsets = dict[int, int]


@dataclass(frozen=True, order=True)
class Pair:
    """Items and digests that belong together."""

    namespace: str
    version: int
    generation: int

    def index(self, kind: Kind) -> str:
        """The name of one of the two."""
        return names.index(self.namespace, kind, self.version, self.generation)

    @property
    def indices(self) -> tuple[str, ...]:
        """Both names."""
        return tuple(self.index(kind) for kind in names.KINDS)

    def __str__(self) -> str:
        return " and ".join(self.indices)


@dataclass(frozen=True)
class Standby:
    """A whole pair that is not live."""

    pair: Pair
    since: datetime
    read_to: Offsets
    """Offsets of the enriched topic up to which it surely has everything"""


@dataclass(frozen=True)
class Survey:
    """All indices of one namespace."""

    live: Pair | None
    standby: tuple[Standby, ...]
    """The newest first"""
    partial: tuple[str, ...]
    unknown: tuple[str, ...]
    known: tuple[Pair, ...]
    """Every pair of which at least one index exists"""


def survey(found: Mapping[str, Json], namespace: str) -> Survey:
    """Read `GET {alias}-v*` of both kinds; raises Misconfigured where the aliases name two indices, or two that don't belong together."""
    by_pair: dict[Pair, dict[Kind, Json]] = {}
    for name, described in found.items():
        parts = names.parse(name)
        if parts is not None and parts.namespace == namespace:
            by_pair.setdefault(Pair(namespace, parts.version, parts.generation), {})[parts.kind] = described
    live: dict[Kind, list[Pair]] = {kind: [] for kind in names.KINDS}
    standby: list[Standby] = []
    partial: list[str] = []
    unknown: list[str] = []
    for pair, both in sorted(by_pair.items()):
        is_live = False
        for kind in names.KINDS:
            if kind in both and names.alias(namespace, kind) in both[kind].get("aliases", {}):
                live[kind].append(pair)
                is_live = True
        stood = _standby(pair, both)
        if is_live:
            continue
        if stood is not None:
            standby.append(stood)
        else:
            for of_kind, one in both.items():
                name = pair.index(of_kind)
                (partial if {names.apart(name), names.dropped(name)} & set(one.get("aliases", {})) else unknown).append(name)
    return Survey(
        _live(live), tuple(sorted(standby, key=lambda one: one.since, reverse=True)), tuple(partial), tuple(unknown), tuple(sorted(by_pair))
    )


def _live(found: Mapping[Kind, list[Pair]]) -> Pair | None:
    pairs = sorted({pair for pairs in found.values() for pair in pairs})
    if not pairs:
        return None
    if len(pairs) > 1 or any(len(each) != 1 for each in found.values()):
        stand = "; ".join(f"{kind}: {', '.join(pair.index(kind) for pair in each) or 'nothing'}" for kind, each in found.items())
        raise Misconfigured(f"the aliases of items and digests do not stand for one pair of indices ({stand}): put them on one that belongs together")
    return pairs[0]


def _standby(pair: Pair, described: Mapping[Kind, Json]) -> Standby | None:
    said = [one.get("mappings", {}).get("_meta", {}).get("standby") for one in described.values()]
    if len(said) != len(names.KINDS) or not all(said):
        return None
    since = datetime.fromisoformat(said[0]["since"])
    return Standby(pair, since, {int(partition): offset for partition, offset in said[0]["read_to"].items()})


def standby_meta(since: datetime, read_to: Mapping[int, int]) -> Json:
    """What a standby's indices say of themselves; `survey` reads it."""
    return {"standby": {"since": since.astimezone(UTC).isoformat(), "read_to": {str(partition): offset for partition, offset in read_to.items()}}}


def following(known: Iterable[Pair], namespace: str, *, version: int = names.INDEX_VERSION, above: int = 0) -> Pair:
    """The pair to be made next: a generation above all that exist of this version, and above that number.

    A name is never used twice, so that a run that slept for long finds its own indices or none.
    """
    return Pair(namespace, version, max(above, *(pair.generation for pair in known if pair.version == version), 0) + 1)


def swap(live: Pair | None, target: Pair) -> list[Json]:
    """The actions of one `_aliases` request; it fails as a whole where anything is not as it was surveyed."""
    actions: list[Json] = []
    for kind in names.KINDS:
        alias, new = names.alias(target.namespace, kind), target.index(kind)
        actions.append({"add": {"index": new, "alias": alias}})
        actions.append({"remove": {"index": new, "alias": names.apart(new), "must_exist": True}})
        if live is not None:
            actions.append({"remove": {"index": live.index(kind), "alias": alias, "must_exist": True}})
    return actions


def drop(index: str) -> list[Json]:
    """The actions that make it impossible to swap an index in; the request fails where it was swapped in already."""
    return [
        {"remove": {"index": index, "alias": names.apart(index), "must_exist": True}},
        {"add": {"index": index, "alias": names.dropped(index)}},
    ]


def earliest(*places: Mapping[int, int]) -> Offsets:
    """By partition the lowest of the offsets; one that any of them does not know begins at 0."""
    partitions = {partition for place in places for partition in place}
    return {partition: min(place.get(partition, 0) for place in places) for partition in sorted(partitions)}
