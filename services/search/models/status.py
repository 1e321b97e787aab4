"""A digest's manifest, how many of its items are found, and its way by the ledger → what became of one revision. Pure.

| state         | means |
|---|---|
| `waiting`     | accepted, not searchable yet: on its way, or never seen |
| `searchable`  | this revision's items are found, and its text outside them |
| `superseded`  | a later revision of the digest has taken its place |
| `quarantined` | it seems to be no digest, so it is held until a person decides; nothing of it is found |
| `withdrawn`   | the digest was taken back; nothing of it is found any more |
| `dead`        | it could not be processed: `jianbao dead list` says why |
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services.search.models.search import State, StatusAnswer
from shared.ledger.journey import Journey, Where

_ON_ITS_WAY: Mapping[Where, str] = {
    "unknown": "not seen yet: on its way, or never accepted under this id",
    "received": "received, on its way to enrich",
    "enriched": "enriched, on its way into the index",
    "withdrawing": "its withdrawal is on its way",
}

AHEAD_MS = 120_000
"""A revision so much later than now is from a clock that was ahead: as far as ingest lets clocks differ by default."""


def status(
    digest_id: str,
    revision: int | None,
    *,
    manifest: Mapping[str, Any] | None,
    found: int,
    seen: bool = True,
    way: Journey | None = None,
    now_ms: int | None = None,
) -> StatusAnswer:
    """The state of `revision` (None: of whatever is there).

    `found` counts items of the manifest's revision that a search finds now; `manifest` is read in real time, before
    they can be found; `seen` is whether a search sees it too, as the digest's text outside items is in it. `way` is
    what the ledger says of it, which is asked where the manifest does not answer for the revision. With
    `now_ms`, in ms since 1970, it is said where what stands in the way is from the future.
    """
    known = manifest["revision"] if manifest else None

    def says(state: State, message: str, items: int | None = None) -> StatusAnswer:
        of = revision if revision is not None else known
        return StatusAnswer(digest_id=digest_id, revision=of, state=state, message=message, items=items)

    if manifest is not None and known is not None and (revision is None or known >= revision):
        if manifest.get("withdrawn"):
            if found:
                return says("waiting", f"being withdrawn: {found} items are still found")
            if not seen:
                return says("waiting", "being withdrawn: its text outside items may still be found")
            return says("withdrawn", f"the digest was withdrawn{_from_the_future(known, revision, now_ms)}")
        if revision is not None and known > revision:
            ahead = _from_the_future(known, revision, now_ms)
            return says("superseded", f"revision {known} has taken its place{ahead}")
        if quarantine := manifest.get("quarantine"):
            if found:
                return says("waiting", f"being held in quarantine: {found} items of an earlier revision are still found")
            if not seen:
                return says("waiting", "being held in quarantine: text of an earlier revision may still be found")
            why = quarantine.get("message") or quarantine["code"]
            return says("quarantined", f"held, as {why}. Release or discard it: `jianbao quarantine show {digest_id}`")
        wanted = len(manifest.get("item_ids") or ())
        if found < wanted:
            return says("waiting", f"being indexed: {found} of {wanted} items are found so far")
        if not seen:
            return says("waiting", f"being indexed: {wanted} items are found, its text outside them is not yet")
        return says("searchable", f"{wanted} items are searchable", wanted)
    if way is not None and (dead := way.dead) and way.where == "dead":
        place = f"{dead.partition}/{dead.offset}"
        return says("dead", f"{dead.stage} gave up ({dead.error}): {dead.message}. See it with `jianbao dead show {place}`")
    now = _ON_ITS_WAY.get(way.where if way else "unknown", _ON_ITS_WAY["unknown"])
    if manifest is None:
        return says("waiting", f"{now}. See where it is with `jianbao where {digest_id}`")
    return says("waiting", f"{now}: revision {known} is what is found until then")


def _from_the_future(known: int, revision: int | None, now_ms: int | None) -> str:
    if now_ms is None or revision is None or known == revision or known - now_ms < AHEAD_MS:
        return ""
    at = datetime.fromtimestamp(known / 1000, UTC).isoformat(sep=" ", timespec="seconds")
    return f", under a clock that was ahead ({at}): feed it again with `jianbao feed --kafka --above-last`"
