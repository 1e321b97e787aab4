"""A digest as ingest fed it, as the index holds it, and its dead letter → one row of the list. Pure.

| state         | means |
|---|---|
| `received`    | its last revision is in Kafka, and neither in the index nor a dead letter |
| `searchable`  | the index holds its last revision |
| `dead`        | its last revision could not be processed |
| `quarantined` | the index holds it without items: it seems to be no digest |
| `withdrawn`   | it was taken back |
"""

from collections.abc import Mapping
from typing import Any

from services.search.models.fed import FedDigest, State
from shared.dead_letters.letter import Letter
from shared.dead_letters.register import Register

Json = Mapping[str, Any]

_FACTS = ("source", "title", "url", "external_id", "file_name", "published_on", "received_at", "media_type")


def joined(digest_id: str, *, fed: Json | None, manifest: Json | None, letter: Letter | None) -> FedDigest:
    """Return the row of a digest of which at least one of these is known.

    `fed` is its entry in ingest's list; `letter` counts where it is of the last revision.
    """
    revisions = [one["revision"] for one in (fed, manifest) if one is not None]
    last = max(revisions, default=letter.revision if letter is not None else None)
    indexed = manifest is not None and manifest["revision"] == last
    dead = letter if letter is not None and letter.revision in (None, last) else None
    newest = manifest if fed is None or (indexed and manifest is not None and manifest["revision"] > fed["revision"]) else fed
    facts = {name: newest.get(name) for name in _FACTS if newest.get(name) is not None} if newest is not None else {}
    if manifest is not None and indexed:  # what a text says of itself, where nobody gave it
        facts = {name: value for name in _FACTS if (value := manifest.get(name)) is not None} | facts
        if manifest.get("withdrawn") and fed is None and (came := _came(manifest)):
            facts["received_at"] = came
    state = _state(fed if fed is not None and fed["revision"] == last else None, manifest if indexed else None, dead)
    return FedDigest(
        **{"source": letter.source if letter is not None else ""} | facts,
        digest_id=digest_id,
        revision=last,
        state=state,
        reason=_reason(state, manifest, dead),
        letter=str(dead.place) if dead is not None else None,
        key_name=_feeder(fed, manifest),
        withdrawn_by=_withdrawer(fed, manifest) if state == "withdrawn" else None,
        withdrawn_at=_withdrawn_at(fed, manifest) if state == "withdrawn" else None,
        released=bool((fed or {}).get("released") or (manifest or {}).get("released")),
        items=manifest.get("item_count") if manifest is not None else None,
        indexed_revision=manifest["revision"] if manifest is not None else None,
        warnings=tuple(listed(manifest.get("warnings"))) if manifest is not None and indexed else (),
        same_content=tuple((fed or {}).get("same_content") or ()),
    )


def letter_of(register: Register, digest_id: str) -> Letter | None:
    """The newest dead letter of a digest, unless it was sent again or has come to something since."""
    letters = register.of(digest_id)
    return letters[-1] if letters and stands(register, letters[-1]) else None


def stands(register: Register, letter: Letter) -> bool:
    """Whether nothing has come of a letter: it was neither sent again nor solved."""
    return register.standing(letter.place).state in ("open", "discarded")


def held(manifest: Json) -> str | None:
    """Why a digest is in quarantine; None where it is not."""
    found = manifest.get("quarantine")
    if isinstance(found, Mapping):
        return str(found.get("code") or "quarantine")
    return str(found) if found else None


def listed(value: Any) -> list[Any]:
    """A field of a document as a list: one alone, or nothing, is one too."""
    return value if isinstance(value, list) else [value] if value is not None else []


def _state(fed: Json | None, manifest: Json | None, dead: Letter | None) -> State:
    """Of the last revision, by whoever knows of it."""
    if (manifest or fed or {}).get("withdrawn"):
        return "withdrawn"
    if manifest is None:
        return "dead" if dead is not None else "received"
    return "quarantined" if held(manifest) else "searchable"


def _reason(state: State, manifest: Json | None, dead: Letter | None) -> str | None:
    if state == "quarantined" and manifest is not None:
        return held(manifest)
    return f"{dead.error}: {dead.message}" if dead is not None else None


def _feeder(fed: Json | None, manifest: Json | None) -> str | None:
    """Who fed it; of a manifest whose key took it back or released it, ingest alone knows."""
    said = manifest.get("key_name") if manifest is not None and not manifest.get("withdrawn") and not manifest.get("released") else None
    return (fed or {}).get("key_name") or said


def _withdrawer(fed: Json | None, manifest: Json | None) -> str | None:
    return fed.get("withdrawn_by") if fed is not None and fed.get("withdrawn") else (manifest or {}).get("key_name")


def _withdrawn_at(fed: Json | None, manifest: Json | None) -> str | None:
    """A withdrawal's manifest has the time of the withdrawal for that of its receipt."""
    return (fed or {}).get("withdrawn_at") or (manifest or {}).get("received_at")


def _came(manifest: Json) -> str | None:
    """When a withdrawn digest came last, as far as its manifest's list of revisions tells."""
    return max((one["at"] for one in listed(manifest.get("revisions")) if not one.get("withdrawn")), default=None)
