"""A digest's manifest and the raw topic → the original of one of its revisions, or why there is none."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from services.search.errors import NotFound
from services.search.original.records import Original, Originals

Json = Mapping[str, Any]

ERASED_SOURCE = "erased"
"""The source of a digest that was erased: nothing else is known of it any more (services.ingest.erasure)"""


class NotIndexed(NotFound):
    """Nobody says of which revision it is to be, and the index knows none."""


class Withdrawn(NotFound):
    """The digest was taken back."""

    code = "original_withdrawn"
    chinese = "这份简报已撤回，不再提供原文。"


class Erased(NotFound):
    """The digest was erased for good."""

    code = "original_erased"
    chinese = "这份简报已按要求抹除，原文已不存在。"


class Gone(NotFound):
    """Kafka no longer has it."""

    code = "original_gone"
    chinese = "Kafka 中没有这一版的原文：可能已过保留期，或主题曾经重建。"


class Manifests(Protocol):
    """What the index knows."""

    async def manifest(self, digest_id: str) -> dict[str, Any] | None:
        """A digest's manifest; None where there is none."""


class OriginalFinder:
    """Finds originals; raises SearchError alone."""

    def __init__(self, manifests: Manifests, originals: Originals) -> None:
        self._manifests = manifests
        self._originals = originals

    async def find(self, digest_id: str, revision: int | None) -> Original:
        """The original of that revision, without one of the revision that is searchable.

        Raises NotFound with the reason, also for a withdrawn digest's earlier revisions, and KafkaAway.
        """
        manifest = await self._manifests.manifest(digest_id)
        check(digest_id, manifest, revision)
        wanted = revision if revision is not None else (manifest or {})["revision"]
        at_ms = min(wanted, _received_ms(manifest)) if manifest and manifest["revision"] == wanted else wanted
        # What nobody indexed may never have been there: the whole topic is not read for an invented id or revision.
        everywhere = wanted in indexed(manifest)
        found = await self._originals.find(digest_id, wanted, at_ms=at_ms, everywhere=everywhere)
        if found is None:
            raise Gone(f"Kafka has no original of digest {digest_id} at revision {wanted}")
        if found.raw.withdrawn:
            raise _taken_back(digest_id, found.raw.source)
        return found


def check(digest_id: str, manifest: Json | None, revision: int | None) -> None:
    """Raise NotFound where the manifest says that there is no original to show. Pure."""
    if manifest is None:
        if revision is None:
            said = "it was not indexed (yet); name its revision to see what was received"
            raise NotIndexed(f"no digest {digest_id}: {said}")
        return
    if manifest.get("withdrawn") and (revision is None or revision <= manifest["revision"]):
        raise _taken_back(digest_id, manifest["source"])
    taken = [one["revision"] for one in _revisions(manifest) if one.get("withdrawn")]
    if revision is not None and any(revision <= withdrawn for withdrawn in taken):
        raise _taken_back(digest_id, manifest["source"])


def indexed(manifest: Json | None) -> set[int]:
    """The revisions that were indexed, as far as the manifest knows. Pure."""
    return {manifest["revision"], *(one["revision"] for one in _revisions(manifest))} if manifest else set()


def _taken_back(digest_id: str, source: str) -> NotFound:
    if source == ERASED_SOURCE:
        return Erased(f"digest {digest_id} was erased: there is no original any more")
    return Withdrawn(f"digest {digest_id} was withdrawn: its original is not handed out")


def _revisions(manifest: Json) -> list[Json]:
    found = manifest.get("revisions") or []
    return found if isinstance(found, list) else [found]


def _received_ms(manifest: Json) -> int:
    """When it was received, in ms since 1970; its revision where that can't be read."""
    try:
        return round(datetime.fromisoformat(manifest["received_at"]).timestamp() * 1000)
    except (KeyError, TypeError, ValueError):
        return int(manifest["revision"])
