"""What feeders were promised, and what is in the index and the dead topic → the differences, in plain words. Pure.

A digest must be as the last acknowledged operation left it. What was sent after that without an acknowledgement may have arrived
or not, so each such operation is a second thing that the digest may be; a digest of which nothing was acknowledged may be missing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.editions import Edition

LetterKey = tuple[str, bytes | None, bytes | None, tuple[tuple[str, bytes], ...]]
"""Topic, key, value and headers of a record: how a dead letter is known to be that record's"""


@dataclass(frozen=True)
class Sent:
    """One operation as it was sent, `edition` None for a withdrawal; `revision` None where nobody acknowledged it."""

    edition: Edition | None
    revision: int | None


@dataclass
class Promises:
    """Written while the load runs."""

    sent: dict[str, list[Sent]] = field(default_factory=dict)
    """By digest id, in the order of sending"""
    poison: dict[LetterKey, bool] = field(default_factory=dict)
    """Whether Kafka acknowledged it"""
    giants: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Revision and text of each giant line by digest id"""

    def note(self, digest_id: str, edition: Edition | None, revision: int | None) -> None:
        """An operation was answered, or failed."""
        self.sent.setdefault(digest_id, []).append(Sent(edition, revision))

    def note_poison(self, key: LetterKey, *, acknowledged: bool) -> None:
        """A record that must die was sent."""
        self.poison[key] = acknowledged or self.poison.get(key, False)

    def allowed(self, digest_id: str) -> list[Sent | None]:
        """What the digest may be now; None for not being there."""
        operations = self.sent.get(digest_id, [])
        revisions = [sent.revision for sent in operations]
        # Withdrawn twice gives the first withdrawal's revision again: what was sent between may be newer than that.
        last = revisions.index(max(filter(None, revisions))) if any(revisions) else None
        if last is None:
            return [None, *operations]
        return [operations[last], *(sent for sent in operations[last + 1 :] if sent.revision is None)]


@dataclass(frozen=True)
class Seen:
    """What is there."""

    manifests: Mapping[str, Mapping[str, Any]]
    """By digest id"""
    items: Sequence[Mapping[str, Any]]
    found: Sequence[str]
    """Ids of the items that search gives, page after page"""
    letters: Sequence[LetterKey]


def differences(promises: Promises, seen: Seen) -> list[str]:
    """Every way in which what is there is not what was promised; empty when all holds."""
    by_digest: dict[str, list[Mapping[str, Any]]] = {digest_id: [] for digest_id in promises.sent}
    for item in seen.items:
        by_digest.setdefault(item["digest_id"], []).append(item)
    found = []
    for digest_id in dict.fromkeys((*by_digest, *seen.manifests)):
        manifest, items = seen.manifests.get(digest_id), by_digest.get(digest_id, [])
        if digest_id in promises.giants:
            continue
        if digest_id not in promises.sent:
            found.append(f"digest {digest_id} was never sent and has {len(items)} items")
            continue
        ways = [_unlike(sent, manifest, items) for sent in promises.allowed(digest_id)]
        if all(ways):
            found.append(f"digest {digest_id}: " + ", or else ".join("; ".join(way) for way in ways))
    for digest_id, (revision, text) in promises.giants.items():
        found += _unlike_giant(digest_id, revision, text, seen.manifests.get(digest_id), by_digest.get(digest_id, []))
    return found + _search(seen) + _dead(promises, seen.letters)


def _unlike_giant(digest_id: str, revision: int, text: str, manifest: Mapping[str, Any] | None, items: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why a giant line is not there in pieces that are it without a character lost or doubled."""
    if manifest is None:
        return [f"giant {digest_id}: no manifest, {len(items)} items"]
    pieces = sorted(items, key=lambda item: int(item["ordinal"]))
    said = (manifest["revision"], list(manifest["item_ids"] or ()), list(manifest.get("to_delete") or ()))
    wrong = [] if said == (revision, [item["item_id"] for item in pieces], []) else [f"giant {digest_id}: its manifest and its items differ"]
    joined = "".join(item["body"] for item in pieces)
    return wrong if joined == text else [*wrong, f"giant {digest_id}: its {len(pieces)} items have {len(joined)} of {len(text)} characters"]


def _unlike(sent: Sent | None, manifest: Mapping[str, Any] | None, items: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why a digest is not in this state."""
    if sent is None:
        return [] if manifest is None and not items else ["it is there and nothing of it was acknowledged"]
    if manifest is None:
        return [f"no manifest, {len(items)} items"]
    edition, revision = sent.edition, sent.revision if sent.revision is not None else manifest["revision"]
    said = (manifest["revision"], bool(manifest["withdrawn"]), tuple(manifest["item_ids"] or ()), tuple(manifest.get("to_delete") or ()))
    due = (revision, edition is None, edition.item_ids if edition else (), ())
    names = ("revision", "withdrawn", "item_ids", "to_delete")
    wrong = [f"its manifest says {name} {is_} instead of {ought}" for name, is_, ought in zip(names, said, due, strict=True) if is_ != ought]
    is_there = Counter((item["item_id"], item["revision"], item["section"], item["title"], item["body"]) for item in items)
    stories = zip(edition.item_ids, edition.stories, strict=True) if edition else ()
    ought_there = Counter((item_id, revision, story.section, story.title, story.body) for item_id, story in stories)
    wrong += [f"surplus item {item}" for item in is_there - ought_there]
    return wrong + [f"missing item {item}" for item in ought_there - is_there]


def _search(seen: Seen) -> list[str]:
    """Search must give each item once."""
    given, there = Counter(seen.found), Counter(item["item_id"] for item in seen.items)
    twice = [f"search gives item {item_id} {count} times" for item_id, count in given.items() if count > 1]
    return twice + [f"search and index differ in item {item_id}" for item_id in set(given) ^ set(there)]


def _dead(promises: Promises, letters: Iterable[LetterKey]) -> list[str]:
    """Each poison has its letter, and nothing else has one; a letter may be there twice, as it is delivered at least once."""
    there = set(letters)
    missing = [f"no dead letter for {_short(key)}" for key, acknowledged in promises.poison.items() if acknowledged and key not in there]
    return missing + [f"a dead letter that should not be: {_short(key)}" for key in there if key not in promises.poison]


def _short(key: LetterKey) -> str:
    topic, name, value, _ = key
    return f"{name!r} of {topic} with {len(value or b'')} bytes ({(value or b'')[:40]!r})"
