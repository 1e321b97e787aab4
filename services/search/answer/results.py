"""Elasticsearch's answers → the models of models.py. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.search.answer import counts, fragments
from services.search.answer import match_highlight as marking
from services.search.answer.days import dates
from services.search.models.digest import DigestAnswer, DigestItem
from services.search.models.search import (
    Answer,
    FacetsAnswer,
    Highlights,
    Hit,
    ItemAnswer,
    Neighbour,
    Region,
    SearchAnswer,
    TargetFound,
)
from services.search.query import relax
from services.search.query import targets as target_filter
from services.search.query.query import Question
from services.search.stories.fold_stories import Shown

Json = Mapping[str, Any]

_MADE = ("regions", "about_regions", "targets", "items", "story", "page", "pages")
"""Fields of the models that are not the document's field of that name"""


@dataclass(frozen=True, slots=True)
class Stories:
    """How many stories the hits of all pages tell."""

    count: int
    exact: bool
    """Else how many different texts they have, by a sketch: stories are told in several"""


@dataclass(frozen=True, slots=True)
class Found:
    """One page as Elasticsearch gave it."""

    hits: tuple[Shown, ...]
    after: Sequence[Any] | None
    """Sort values behind which the next page begins; None on the last"""
    total: int
    took: int
    """ms that Elasticsearch needed"""
    stories: Stories | None = None
    """Where they are folded"""

    @property
    def characters(self) -> int:
        """Of the titles, bodies and lines that are to be marked."""
        sources = [shown.hit["_source"] for shown in self.hits]
        texts = [(source.get("title"), source.get("body"), *(source.get("printed") or ())) for source in sources]
        return sum(len(text or "") for several in texts for text in several)


def needles(question: Question) -> marking.Needles:
    """What is marked in the hits."""
    enough = relax.enough(question.relaxed_text, question.strict) if question.relaxed_text else None
    return marking.needles(question.query.node, question.alternatives, names=question.names, enough=enough)


def work(found: Found, marks: marking.Needles) -> int:
    """Return how much `read` has to do: characters, each for all the texts that are looked for."""
    return found.characters * max(1, marking.looked_for(marks))


def read(found: Found, counted: Json, question: Question, *, page: int, marks: marking.Needles | None = None) -> SearchAnswer:
    """One page without its cursor; `counted` is the answer to the counts, empty where none were asked for.

    `marks`: what `needles` gives, where that is known.
    """
    request, aggregations = question.request, counted.get("aggregations", {})
    marks = needles(question) if marks is None else marks
    return SearchAnswer(
        total=found.total,
        page=page,
        sort=question.order,
        folded=request.fold,
        stories=found.stories.count if found.stories else None,
        stories_exact=found.stories.exact if found.stories else None,
        relaxed=_widened(found.total, question),
        hits=tuple(_hit(shown, marks, scored=question.scored) for shown in found.hits),
        facets=counts.facets(aggregations, request.filters, request.excluded),
        dates=dates(aggregations),
        notices=_notices(question, found.total),
        took_ms=max(found.took, counted.get("took", 0)),
    )


def _notices(question: Question, total: int) -> tuple[str, ...]:
    """What is to be said about the reading; that it was asked in relaxed form only where anything came of it."""
    more = (relax.notice(question.strict),) if _widened(total, question) else ()
    return (*question.query.notices, *more)


def _widened(total: int, question: Question) -> bool:
    """Whether it was asked in relaxed form and anything came of it."""
    return question.relaxed_text is not None and total > question.strict


def facets(counted: Json, question: Question) -> FacetsAnswer:
    """The counts alone."""
    aggregations, request, total = counted.get("aggregations", {}), question.request, counted["hits"]["total"]["value"]
    return FacetsAnswer(
        total=total,
        notices=_notices(question, total),
        facets=counts.facets(aggregations, request.filters, request.excluded),
        dates=dates(aggregations),
        took_ms=counted["took"],
    )


def _hit(shown: Shown, needles: marking.Needles, *, scored: bool) -> Hit:
    source = shown.hit["_source"]
    title, body = source.get("title"), source.get("body") or ""
    marked = marking.mark(title, body, needles)
    said = fragments.fragments(body, marked.body)
    if not marked.title and not marked.body and (printed := "\n".join(source.get("printed") or ())):
        # Found by a line as it is printed, such as a title with its numbering: else nothing would show why.
        found = marking.mark(None, printed, needles).body
        said = (*fragments.fragments(printed, found), *said[:1]) if found else said
    return Hit(
        **_known(Hit, source),
        regions=regions(source.get("region_labels") or ()),
        about_regions=regions(source.get("about_region_labels") or ()),
        targets=tuple(TargetFound(**_known(TargetFound, one)) for one in target_filter.matched(shown.hit)),
        score=shown.hit.get("_score") if scored else None,
        story=shown.story,
        highlights=Highlights(
            title=fragments.title_html(title, marked.title) if title else None,
            body=said,
        ),
    )


def _known(model: type[Answer], source: Json) -> dict[str, Any]:
    """What the model has of the document's fields; null counts as absent, so that lists default to empty."""
    return {name: source[name] for name in model.model_fields if name not in _MADE and source.get(name) is not None}


def regions(labels: Iterable[str]) -> tuple[Region, ...]:
    """`320583|江苏省/苏州市/昆山市` → code and path."""
    split = (label.partition("|") for label in labels)
    return tuple(Region(code=code, path=tuple(path.split("/"))) for code, _, path in split if path)


def item(source: Json, neighbours: tuple[Json | None, Json | None] = (None, None)) -> ItemAnswer:
    """An item's document with the documents before and after it in its digest."""
    previous, following = (Neighbour(item_id=near["item_id"], headline=near["headline"]) if near else None for near in neighbours)
    return ItemAnswer(
        **_known(ItemAnswer, source),
        regions=regions(source.get("region_labels") or ()),
        about_regions=regions(source.get("about_region_labels") or ()),
        previous=previous,
        next=following,
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a digest's items."""

    ids: Sequence[str]
    page: int
    pages: int
    """1 at least; `page` may be beyond it"""


def part(manifest: Json, *, page: int, size: int, or_last: bool = False) -> Part:
    """The page of that number, from 1, or the last where there are fewer; a withdrawn digest has none."""
    ids = () if manifest.get("withdrawn") else manifest.get("item_ids") or ()
    pages = max(1, -(-len(ids) // size))
    page = min(page, pages) if or_last else page
    return Part(ids[(page - 1) * size : page * size], page, pages)


def digest(manifest: Json, items: Sequence[Json], of: Part) -> DigestAnswer:
    """A manifest with the documents of a part of its items, in its order; those not indexed yet are counted."""
    shown = tuple(DigestItem(**_known(DigestItem, source)) for source in items)
    missing = len(of.ids) - len(items)
    facts = _known(DigestAnswer, manifest)
    return DigestAnswer(**facts, items=shown, page=of.page, pages=of.pages, missing_items=missing)
