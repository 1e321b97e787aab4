"""Elasticsearch's answer to the search for digests' other text → what is shown of it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.search.answer import fragments
from services.search.answer import match_highlight as marking
from services.search.answer.highlight import to_html
from services.search.models.others import DigestOther, OtherHit, OthersAnswer
from services.search.query.clauses import Alternatives, no_alternatives
from services.search.query.language.nodes import Node
from services.search.query.others import literal

Json = Mapping[str, Any]

SHOWN = ("digest_id", "title", "url", "source", "published_on", "published_on_basis")


def read(found: Json, node: Node, alternatives: Alternatives) -> OthersAnswer:
    """The digests that were found, with the sentences that say what was asked for; `node` is the query's
    tree."""
    needles = marking.needles(literal(node), alternatives)
    return OthersAnswer(
        total=found["hits"]["total"]["value"],
        hits=tuple(_hit(hit["_source"], needles) for hit in found["hits"]["hits"]),
    )


def _hit(manifest: Json, needles: marking.Needles) -> OtherHit:
    # One text of all: a sentence is shown once however many pieces it was found in, and none is marked as of
    # an item.
    text = "\n".join(other["text"] for other in manifest.get("others") or ())
    marked = marking.mark(None, text, needles)
    return OtherHit(
        **{name: manifest[name] for name in SHOWN if manifest.get(name) is not None},
        highlights=fragments.fragments(text, marked.body),
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of a digest's other text on its page."""

    after: int
    """Ordinal of the item that it stands behind."""
    kind: str
    html: str
    """What was asked for in `<em>`."""


def shown(others: Iterable[DigestOther], node: Node | None) -> tuple[Shown, ...]:
    """A digest's other text as its page shows it, with what a query's tree asks for marked."""
    needles = marking.needles(literal(node), no_alternatives) if node is not None else ()
    return tuple(Shown(other.after, other.kind, _html(other.text, needles)) for other in others)


def _html(text: str, needles: marking.Needles) -> str:
    return to_html(text, fragments.ranges(marking.mark(None, text, needles).body))
