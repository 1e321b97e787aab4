"""A raw digest (what is known of it, and its bytes) → EnrichedDigest. Pure and deterministic: the same input gives the same output."""

import re
from datetime import datetime
from typing import Any

from services.enrich.blocks import Document
from services.enrich.build import BUILD
from services.enrich.classify import classify
from services.enrich.entities import extract
from services.enrich.published import Published, published
from services.enrich.readers import read
from services.enrich.split.items import Story
from services.enrich.split.split import SplitDigest, split
from shared.ids import item_ids
from shared.records import DigestWarning, EnrichedDigest, Item, Link, RawDigest, Span

BYLINE_WITHIN = 300
"""Characters from the beginning within which a byline is one: title, account, author."""


def enrich(raw: RawDigest, content: bytes, *, enriched_at: datetime) -> EnrichedDigest:
    """Split `content` into items with their entities and classes.

    A withdrawn digest gives a withdrawn record without items. Raises Rejected("undecodable") and Rejected("empty").
    """
    if raw.withdrawn:
        return EnrichedDigest(**_common(raw, enriched_at), withdrawn=True, title=raw.title, published_on=raw.published_on)
    document = read(content, media_type=raw.media_type, charset=raw.charset)
    parted = split(document)
    day = published(
        given=raw.published_on,
        title=raw.title or document.title,
        url=raw.url,
        stated=document.date,
        heading=_heading(document, parted),
        text=document.text,
        received_at=raw.received_at,
    )
    return EnrichedDigest(
        **_common(raw, enriched_at),
        title=raw.title or parted.title,
        published_on=day.on,
        published_on_basis=day.basis,
        length=len(document.text),
        sections=parted.sections,
        contents=parted.contents,
        items=_items(raw, parted, day),
        boilerplate=parted.boilerplate,
        warnings=(*parted.warnings, *_warnings(document, day)),
        confidence=parted.confidence,
        reasons=parted.reasons,
    )


def _common(raw: RawDigest, enriched_at: datetime) -> dict[str, Any]:
    return {
        "digest_id": raw.digest_id,
        "source": raw.source,
        "media_type": raw.media_type,
        "revision": raw.revision,
        "build": BUILD,
        "url": raw.url,
        "external_id": raw.external_id,
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


def _items(raw: RawDigest, parted: SplitDigest, day: Published) -> tuple[Item, ...]:
    ids = item_ids(raw.digest_id, [(story.title, story.body) for story in parted.stories])
    return tuple(
        _item(story, spans, item_id=item_id, ordinal=ordinal, day=day)
        for ordinal, (story, spans, item_id) in enumerate(zip(parted.stories, parted.spans, ids, strict=True), 1)
    )


def _item(story: Story, spans: tuple[Span, ...], *, item_id: str, ordinal: int, day: Published) -> Item:
    entities = tuple(extract(story.title, story.body, published_on=day.on))
    section = story.section_path[-1] if story.section_path else None
    classes = classify(story.title, story.body, section, entities)
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
        topics=classes.topics,
        entities=entities,
        links=tuple(Link(text=link.text, url=link.url) for link in story.links),
        images=story.images,
        source_line=story.source_line,
        spans=spans,
    )


def _warnings(document: Document, day: Published) -> list[DigestWarning]:
    found = []
    if document.broken:
        found.append(DigestWarning(kind="undecodable_characters", message=f"{document.broken} characters could not be decoded and stand as \ufffd"))
    if day.basis != "given":
        found.append(DigestWarning(kind="date_inferred", message=f"published_on was not given; {day.on.isoformat()} was taken from {day.basis}"))
    return found
