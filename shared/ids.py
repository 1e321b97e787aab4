"""Identities and versions: from what a thing is, never from where it lay. Pure.

`digest_id`  from source and external identity, else source and content     32 hex digits
`item_id`    from digest_id, title (or first words) and occurrence          32 hex digits
`version`    from revision, build and knowledge                             a long for Elasticsearch's external versions

These rules are frozen: changing one would give known digests new identities, and every digest fed again would stand twice.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable

PER_REVISION = 2**20
"""Room for builds and knowledge below a revision; a revision in ms (1.8e12 today) times 2^20 stays under 2^63 until the year 2248."""

KNOWLEDGE_PER_BUILD = 2**10
"""Room for what is known of a source below a build; builds have as much. A source that is corrected weekly is there in twenty years."""

FIRST_WORDS = 40
"""An untitled item is known by the first 40 characters of its body: a sentence, and edits come later than that."""

KNOWING = 4
"""The first build whose records say what was known of their source."""

_USUAL = {wide: unicodedata.normalize("NFKC", wide) for wide in "，：；（）！？％～＋／　"}
"""The full-width forms that Chinese news is full of. A text without any is nearly always NFKC as it is, which is known thirty times faster
than it is made; a form in the place of another of the same decomposition changes nothing of what NFKC makes."""


def _hash(*parts: str) -> str:
    """blake2b-128 of the parts, joined by a character that stands in none of them."""
    return hashlib.blake2b("\x1f".join(part.replace("\x1f", " ") for part in parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def normalised(text: str) -> str:
    """`text` under NFKC without white space: what is left when only spacing and full or half width differ."""
    for wide, usual in _USUAL.items():
        text = text.replace(wide, usual)
    return "".join(unicodedata.normalize("NFKC", text).replace("\ufeff", "").split())


def content_identity(content: bytes | str) -> str:
    """The identity of a digest that has no other: of its text under `normalised`, of binaries by SHA-256; hex digits.

    Needs no reader of media types, so that it stays when readers get better.
    """
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha256(normalised(content).encode("utf-8", "surrogatepass")).hexdigest()


def digest_id(source: str, *, external_id: str | None = None, url: str | None = None, content: bytes | str) -> str:
    """The digest's identity: 32 hex digits from the source and the first of external id, url, content.

    The three kinds never meet: an external id that looks like a url is another digest than that url's.
    """
    if external_id:
        return _hash("digest", source, "external_id", external_id)
    if url:
        return _hash("digest", source, "url", url)
    return _hash("digest", source, "content", content_identity(content))


def item_id(digest: str, key: str, occurrence: int) -> str:
    """The item's identity: 32 hex digits from its digest's, its normalised title or first words, and which of that name it is (from 0)."""
    return _hash("item", digest, normalised(key).casefold(), str(occurrence))


def item_ids(digest: str, items: Iterable[tuple[str | None, str]]) -> list[str]:
    """The ids of a digest's items in order, from their (title, body); the same title twice is told apart by its occurrence."""
    seen: Counter[str] = Counter()
    ids = []
    for title, body in items:
        key = normalised(title or body[: 4 * FIRST_WORDS])
        key = (key if title else key[:FIRST_WORDS]).casefold()
        ids.append(item_id(digest, key, seen[key]))
        seen[key] += 1
    return ids


def version(revision: int, build: int, knowledge: int | None = None) -> int:
    """The version of everything derived from a digest: a later revision wins, then a later build, then more knowledge of its source.

    `knowledge` None is that of records from before sources could be taught: their build stands where knowledge stands now, and is below every
    version with knowledge. Raises ValueError when one is out of range. Never a Kafka offset: those start over when a topic is recreated.
    """
    if not 0 <= revision < 2**63 // PER_REVISION:
        raise ValueError(f"revision {revision} is not a time in milliseconds")
    if not 0 <= build < KNOWLEDGE_PER_BUILD:
        raise ValueError(f"build {build} is not in 0..{KNOWLEDGE_PER_BUILD - 1}")
    if knowledge is None:
        return revision * PER_REVISION + build
    if not 0 <= knowledge < KNOWLEDGE_PER_BUILD:
        raise ValueError(f"knowledge {knowledge} is not in 0..{KNOWLEDGE_PER_BUILD - 1}")
    return revision * PER_REVISION + build * KNOWLEDGE_PER_BUILD + knowledge


def version_parts(number: int) -> tuple[int, int, int | None]:
    """Revision, build and knowledge of what `version` gave; a build is never 0 where there is knowledge."""
    revision, low = divmod(number, PER_REVISION)
    build, knowledge = divmod(low, KNOWLEDGE_PER_BUILD)
    return (revision, build, knowledge) if build else (revision, low, None)
