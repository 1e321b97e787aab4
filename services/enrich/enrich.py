"""A raw digest (what is known of it, and its bytes) → EnrichedDigest. Pure and deterministic: the same input gives the same output."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.enrich import bounds
from services.enrich.about import about_regions
from services.enrich.blocks import Document
from services.enrich.bounds import Piece
from services.enrich.classify import classify
from services.enrich.entities import Allowance, extract, tie_companies
from services.enrich.issue import issue_number
from services.enrich.plausible import judge
from services.enrich.published import Published, published
from services.enrich.readers import LIMITS, cleaned, read
from services.enrich.readers.decoding import decode_text
from services.enrich.rest import MOST_OTHERS, Held, Rest, rest_of
from services.enrich.split.digest import SplitDigest
from services.enrich.split.items import Story, untitled
from services.enrich.split.split import split
from services.enrich.taught.said import linked, regions_of, taxonomy_of
from services.enrich.taught.taught import split_known
from services.enrich.taxonomy import Lexicon
from shared.ids import item_ids
from shared.records import DigestWarning, EnrichedDigest, Item, Link, Other, RawDigest, Span
from shared.settings import ReadLimits
from shared.sources import Source
from shared.version import BUILD

TOP = 6
"""Lines at the beginning in which an issue number is the digest's own: title, account, date, number."""

TITLE = 60
"""Characters of a line that may be a title; a story that speaks of `第三期` is longer."""

BYLINE_WITHIN = 300
"""Characters from the beginning within which a byline is one: title, account, author."""

LEAST_SHARE = 0.7
"""Of a digest's visible characters that lie in items: contents list, greeting and credits together take less than the rest."""


def enrich(raw: RawDigest, content: bytes, *, enriched_at: datetime, limits: ReadLimits = LIMITS, known: Source | None = None) -> EnrichedDigest:
    """Split `content` into items with their entities and classes, as what is `known` of its source teaches.

    A withdrawn digest gives a withdrawn record without items, and so does what is no digest, with the reason why it is held, unless a
    person has released it. Raises Rejected as services.enrich.readers does.
    """
    if raw.withdrawn:
        return EnrichedDigest(**_common(raw, enriched_at, known), withdrawn=True, title=raw.title, published_on=raw.published_on)
    document = read(content, media_type=raw.media_type, charset=raw.charset, limits=limits)
    parted = split_known(document, known) if known and known.examples else split(document)
    facts = dict(document.facts)
    day = published(
        given=raw.published_on,
        title=raw.title or document.title,
        url=raw.url or facts.get("snapshot_location") or facts.get("og:url"),
        names=(raw.external_id, raw.file_name),
        stated=document.date,
        marked=facts.get("time"),
        heading=_heading(document, parted),
        text=document.text,
        received_at=raw.received_at,
    )
    title = bounds.short(raw.title or parted.title or "", bounds.MOST_TITLE) or None
    told = _common(raw, enriched_at, known) | {
        "title": title,
        "publisher": bounds.short(document.publisher) if document.publisher else None,
        "issue_number": _issue(raw, document, parted),
        "published_on": day.on,
        "published_on_basis": day.basis,
        "length": len(document.text),
        "confidence": parted.confidence,
        "reasons": parted.reasons,
    }
    if not raw.released and (quarantine := judge(document, parted, _source(raw, content))):
        return EnrichedDigest(**told, quarantine=quarantine)
    allowance = Allowance()
    found = _pieces(parted.stories, parted.spans, document, day, allowance)
    held = [Held(piece.story.title, piece.story.body, piece.spans) for piece in found]
    rest = rest_of(document, held, parted.boilerplate, title=title)
    surplus = _surplus(rest.surplus, document, day, allowance)
    return EnrichedDigest(
        **told,
        sections=bounds.listed(parted.sections),
        contents=bounds.listed(parted.contents),
        items=_items(raw, [*found, *surplus], rest, known),
        boilerplate=parted.boilerplate,
        others=rest.others,
        share=rest.share,
        warnings=(*_bearable(parted.warnings), *_warnings(document, parted, found, day, allowance), *_outside(rest, surplus)),
    )


def _source(raw: RawDigest, content: bytes) -> str:
    """A text as it was before it was read as Markdown, which may be a program; "" for what is no Markdown."""
    return cleaned(decode_text(content, raw.charset)[0]) if raw.media_type == "text/markdown" else ""


def _common(raw: RawDigest, enriched_at: datetime, known: Source | None) -> dict[str, Any]:
    return {
        "digest_id": raw.digest_id,
        "source": raw.source,
        "media_type": raw.media_type,
        "revision": raw.revision,
        "build": BUILD,
        "knowledge": known.knowledge if known else 0,
        "released": raw.released,
        "url": raw.url,
        "external_id": raw.external_id,
        "key_name": raw.key_name,
        "received_at": raw.received_at,
        "enriched_at": enriched_at,
    }


_BYLINE = re.compile(r"\d{4}[-./年]\s*\d{1,2}[-./月]\s*\d{1,2}日?\s+\d{1,2}:\d{2}")
"""Author and time of publication below a title: 某某周报 2022-06-17 18:00."""


def _heading(document: Document, parted: SplitDigest) -> str | None:
    """The time of publication below a digest's title, else its printed title."""
    if byline := _BYLINE.search(document.text[:BYLINE_WITHIN]):
        return byline[0]
    return next((document.text[piece.start : piece.end] for piece in parted.boilerplate if piece.kind == "digest_title"), None)


def _issue(raw: RawDigest, document: Document, parted: SplitDigest) -> str | None:
    """The issue number in the title that was given, the document's or the printed one, the running heads of its pages, the lines at its top."""
    printed = [document.text[piece.start : piece.end] for piece in parted.boilerplate if piece.kind == "digest_title"]
    running = [value for name, value in document.facts if name == "running"]
    top = [block.text for block in document.blocks[:TOP] if len(block.text) <= TITLE]
    return issue_number(raw.title, document.title, parted.title, *printed, *running, *top)


def _pieces(told: Sequence[Story], spans: Sequence[tuple[Span, ...]], document: Document, day: Published, allowance: Allowance) -> list[Piece]:
    """The stories with their entities, in pieces that items can have."""
    stories = [bounds.bounded(story) for story in told]
    found = tie_companies([extract(story.title, story.body, published_on=day.near, allowance=allowance) for story in stories])
    whole = zip(stories, spans, found, strict=True)
    return [piece for story, where, entities in whole for piece in bounds.pieces(story, where, entities, document.text)]


def _surplus(others: Sequence[Other], document: Document, day: Published, allowance: Allowance) -> list[Piece]:
    """What is outside items and more than a digest's record holds, as items without titles behind all others."""
    spans = [(Span(start=other.start, end=other.end),) if other.start is not None and other.end is not None else () for other in others]
    return _pieces([untitled(other.text) for other in others], spans, document, day, allowance)


def _items(raw: RawDigest, found: Sequence[Piece], rest: Rest, known: Source | None) -> tuple[Item, ...]:
    texts = [(piece.story.title, piece.story.body) for piece in found]
    ids, lexicon = item_ids(raw.digest_id, texts), taxonomy_of(raw.source, texts, known)
    printed = (*rest.printed, *[()] * (len(found) - len(rest.printed)))
    return tuple(
        _item(piece, item_id=item_id, ordinal=ordinal, lexicon=lexicon, printed=lines, known=known)
        for ordinal, (piece, item_id, lines) in enumerate(zip(found, ids, printed, strict=True), 1)
    )


def _item(piece: Piece, *, item_id: str, ordinal: int, lexicon: Lexicon, printed: tuple[str, ...], known: Source | None) -> Item:
    story, spans, entities = piece.story, piece.spans, piece.entities
    section = story.section_path[-1] if story.section_path else None
    classes = classify(story.title, story.body, section, entities, lexicon=lexicon)
    return Item(
        item_id=item_id,
        ordinal=ordinal,
        number=story.number,
        title=story.title,
        headline=story.headline,
        subject=story.subject,
        section=section,
        section_path=story.section_path,
        body=story.body,
        doc_type=classes.doc_type,
        level=classes.level,
        about_regions=regions_of(about_regions(story.subject, story.title, story.body, entities), entities, known),
        topics=classes.topics,
        entities=entities,
        links=tuple(Link(text=link.text, url=link.url) for link in linked(story.links, known)),
        images=story.images,
        source_line=story.source_line,
        printed=printed,
        spans=spans,
    )


def _bearable(warnings: Sequence[DigestWarning]) -> list[DigestWarning]:
    """As many warnings as a digest may have, none too long."""
    most = bounds.MOST_TITLE
    return [
        warning if len(warning.message) <= most else warning.model_copy(update={"message": bounds.short(warning.message, most)})
        for warning in warnings[: bounds.MOST_LISTED]
    ]


def _warnings(document: Document, parted: SplitDigest, found: Sequence[Piece], day: Published, allowance: Allowance) -> list[DigestWarning]:
    said = []
    if document.broken:
        said.append(DigestWarning(kind="undecodable_characters", message=f"{document.broken} characters could not be decoded and stand as \ufffd"))
    if attached := [value for name, value in document.facts if name == "attached"]:
        message = f"attached to the mail and not read: {', '.join(attached)}; `jianbao feed` of the mail makes digests of documents too"
        said.append(DigestWarning(kind="other", message=message))
    if day.basis != "given":
        taken = f"{day.on.isoformat()} was taken from {day.basis}" if day.on else "nothing in the digest says it"
        said.append(DigestWarning(kind="date_inferred", message=f"published_on was not given; {taken}"))
    if left_out := allowance.message():
        said.append(DigestWarning(kind="other", message=left_out))
    if len(found) > len(parted.stories):
        most = f"{bounds.MOST_CHARACTERS:,} characters and {bounds.MOST_ENTITIES:,} entities"
        said.append(DigestWarning(kind="other", message=f"{len(parted.stories)} stories became {len(found)} items, as one has at most {most}"))
    if links := sum(len(story.links) for story in parted.stories) - sum(len(piece.story.links) for piece in found):
        said.append(DigestWarning(kind="other", message=f"{links:,} links were left out, as an item has at most {bounds.MOST_LINKS}, none too long"))
    return said


def _outside(rest: Rest, surplus: Sequence[Piece]) -> list[DigestWarning]:
    """What is to be said of the text outside items."""
    said = []
    if rest.share < LEAST_SHARE:
        message = f"only {rest.share:.0%} of the text is in items; the rest is found as the digest's other text"
        said.append(DigestWarning(kind="text_outside", message=message))
    if surplus:
        message = f"the text outside items is more than {MOST_OTHERS:,} characters, so {len(surplus)} items without titles were made of the rest"
        said.append(DigestWarning(kind="other", message=message))
    return said
