"""Examples of a source → Taught, what is learned from them; Taught and another issue → SplitDigest. Pure.

An issue that is not printed as the examples are is left to the general splitter: where the titles that were found look so little like those of
the examples that the general splitter, by what it made of the examples, is the better bet.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from services.enrich.blocks import Document
from services.enrich.readers import read
from services.enrich.segment.labelling import Labelled, label, printed
from services.enrich.segment.labels import BODY, HEADS, OTHER
from services.enrich.split.digest import SplitDigest
from services.enrich.split.spans import spans_of
from services.enrich.split.split import split
from services.enrich.split.units import Unit
from services.enrich.taught.agreement import Agreement, agreement
from services.enrich.taught.habits import Habits, habits_of
from services.enrich.taught.page import Page, Splitter, page_of
from services.enrich.taught.stories import by_lines, stories_of
from services.enrich.taught.votes import Row, Votes, decoded, known, probabilities, styled, votes_of
from shared.errors import Rejected
from shared.records import DigestWarning
from shared.sources import Example, RightItem, Source

LEARNED = 0.95
"""Of both figures of the round trip: an example whose own items don't come out again has nothing to say about others."""
FITS = 0.5
"""How well an issue must fit the examples, 0 to 1, so that a person need not look at it."""
MISSING = 0.25
"""Share of the items that may not be found before the items are taken for those of another issue."""
LINES = 3000
"""Lines of the longest issue that is learned from, or split by what was learned; the longest weeklies have some 800."""
SOURCES = 8
"""Sources whose examples a process keeps ready; each takes some megabytes."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One example, read."""

    page: Page
    labelled: Labelled
    items: tuple[RightItem, ...]
    general: Agreement
    """What the general splitter makes of it."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What is known of a source, ready to be used."""

    lessons: int
    votes: Votes
    habits: Habits
    trust: float
    """How well the general splitter does on the examples, 0 to 1; of few items that is not known for sure (rule of succession)."""


def lesson_of(document: Document, items: tuple[RightItem, ...], *, splitter: Splitter = split) -> Lesson:
    """An issue with its right items; raises Rejected: `too_large`, or `items_not_found`, which names those that the issue does not have.

    One in four may be missing, as people mistype: nothing is learned of those, and the round trip names them.
    """
    if len(document.blocks) > LINES:
        raise Rejected("too_large", f"it has more than the {LINES} lines that are learned from")
    page = page_of(document, splitter)
    said = [item.model_dump() for item in items]
    labelled = label(page.document, page.units, said)
    if len(labelled.missing) > MISSING * len(items):
        named = "; ".join(labelled.missing[:5])
        more = f" and {len(labelled.missing) - 5} more" if len(labelled.missing) > 5 else ""
        raise Rejected("items_not_found", f"{len(labelled.missing)} of {len(items)} items are not found in it: {named}{more}")
    _leave_out(page.units, labelled, items)
    return Lesson(page, labelled, items, agreement(items, page.general.stories))


def _leave_out(units: Sequence[Unit], labelled: Labelled, items: Sequence[RightItem]) -> None:
    """Lines between an item's others that its text, where all of it was given, does not have: running heads, adverts."""
    for index, unit in enumerate(units):
        owner = labelled.owners[index]
        if labelled.labels[index] == BODY and unit.text and (body := items[owner].body) is not None and printed(unit.block.text) not in printed(body):
            labelled.labels[index], labelled.owners[index] = OTHER, -1


def learned(lessons: Sequence[Lesson]) -> Taught:
    """What examples teach together; `lessons` are not empty."""
    votes = votes_of([(lesson.page, lesson.labelled.labels) for lesson in lessons])
    read_so = [(lesson.page, lesson.labelled.labels, lesson.labelled.owners, [item.model_dump() for item in lesson.items]) for lesson in lessons]
    habits = habits_of(read_so)
    habits = replace(habits, own=by_lines(read_so, habits))
    items = sum(len(lesson.items) for lesson in lessons)
    right = sum(lesson.general.mean * len(lesson.items) for lesson in lessons)
    return Taught(len(lessons), votes, habits, (right + 1) / (items + 2))


def round_trip(lesson: Lesson, taught: Taught) -> Agreement:
    """How well an example's own items come out again."""
    return agreement(lesson.items, _parted(lesson.page, taught, *_labels(lesson.page, taught)).stories)


@lru_cache(maxsize=SOURCES)
def taught_by(source: Source) -> tuple[Taught | None, tuple[str, ...]]:
    """What is learned from a source's examples, and why of some nothing is: each is read again, as readers get better."""
    lessons, problems = [], []
    for example in source.examples:
        try:
            lessons.append(lesson_of(document_of(example), example.items))
        except Rejected as error:
            problems.append(f"the example of {example.taught_at:%Y-%m-%d} can't be learned any more: {error.message}")
    return learned(lessons) if lessons else None, tuple(problems)


def document_of(example: Example) -> Document:
    """An example as it is read today; raises Rejected."""
    return read(example.content, media_type=example.media_type, charset=example.charset)


def split_known(document: Document, known: Source) -> SplitDigest:
    """Split an issue by what is known of its source; warnings say of what nothing is learned any more."""
    taught, problems = taught_by(known)
    parted = split_taught(document, taught) if taught else split(document)
    said = tuple(DigestWarning(kind="other", message=problem) for problem in problems)
    return replace(parted, warnings=(*parted.warnings, *said)) if said else parted


def split_taught(document: Document, taught: Taught, *, splitter: Splitter = split) -> SplitDigest:
    """Split another issue of the source; a warning says where it does not look like the examples."""
    if not 1 < len(document.blocks) <= LINES:
        return splitter(document)
    page = page_of(document, splitter)
    labels, likely = _labels(page, taught)
    heads = [line for line in page.table.solid if labels[line] in HEADS]
    alike = sum(known(taught.votes, page, line) for line in heads) / len(heads) if heads else 0.0
    fit = alike * styled(taught.votes, page, heads)
    parted = _parted(page, taught, labels, likely) if fit >= taught.trust else page.general
    if not parted.stories:  # titles alone, where every item has a text
        parted = page.general
    if fit >= FITS and parted is not page.general:
        return parted
    return replace(parted, warnings=(*parted.warnings, _changed(heads, alike, used=parted is not page.general)))


def _changed(heads: Sequence[int], alike: float, *, used: bool) -> DigestWarning:
    unlike = len(heads) - round(alike * len(heads))
    words = f"{unlike or 'some'} of the {len(heads)} lines that may be titles look otherwise" if heads else "no line looks like one of their titles"
    how = "it was split by them all the same, as nothing better is known" if used else "it was split without them"
    return DigestWarning(
        kind="layout_changed",
        message=f"this issue is not printed as the examples of its source are: {words}; {how}. Correct it with jianbao profile teach",
    )


def _labels(page: Page, taught: Taught) -> tuple[list[int], list[Row]]:
    likely = probabilities(taught.votes, page)
    return decoded(taught.votes, page, likely), likely


def _parted(page: Page, taught: Taught, labels: Sequence[int], likely: Sequence[Row]) -> SplitDigest:
    parts = stories_of(page, labels, taught.habits)
    spans, boiler = spans_of(page.document, parts.kinds, [(story.first, story.after) for story in parts.stories], parts.within)
    sure = math.exp(sum(math.log(max(likely[line][labels[line]], 1e-3)) for line in page.table.solid) / max(1, len(page.table.solid)))
    return SplitDigest(
        page.document.title or parts.title or page.general.title,
        tuple(parts.stories),
        spans,
        boiler,
        tuple(parts.sections),
        tuple(entry.title for entry in parts.contents.entries) if parts.contents else (),
        (),
        round(sure, 2),
        (f"split as a person split {taught.lessons} {'issue' if taught.lessons == 1 else 'issues'} of this source",),
    )
