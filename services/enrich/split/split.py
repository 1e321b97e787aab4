"""A Document → SplitDigest: its stories with sections, its contents list, and boilerplate by kind; spans cover the text wholly. Pure.

Two opinions are weighed: what rules make of the digest, and what a model that learned from labelled digests makes of it, which knows what the rules
said. The splitter sees blocks only: it knows no media type and no publisher.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from services.enrich.blocks import Document
from services.enrich.segment.items import parts_of
from services.enrich.segment.labels import BODY, HEADS, OTHER
from services.enrich.segment.look import looks_of
from services.enrich.segment.model import Model, Reading, model
from services.enrich.segment.opinion import opinion_of, titled
from services.enrich.split import boilerplate, comparison
from services.enrich.split.digest import SplitDigest as SplitDigest  # for those who split
from services.enrich.split.rules import Outlined
from services.enrich.split.spans import spans_of
from services.enrich.split.units import Unit
from services.enrich.split.whole import MOST_BLOCKS, unparted

LINES = 5_000
"""Lines of the longest digest that the model reads, in a second and 100 MB: real ones have up to 1,000. Longer ones are left to the rules."""
MARGIN, SHARE = 0.05, 0.3
"""How much likelier than the rules' heads the model's own must be to be taken, in nats a line, and how small the doubt about its own must be beside
that about the rules'. Chosen by families left out of training: a model that is not certain itself is no reason to doubt rules."""
SURE = 0.001
"""The least probability that a line begins an item, or does not, is taken to have."""
DOUBT = (0.25, 0.75)
"""Between these a line is in doubt, and said to be."""
DOUBTS = 5
"""Lines in doubt that are named at most."""


def split(document: Document) -> SplitDigest:
    """Split any document; one that can't be split becomes one whole story with a warning."""
    return split_by(document, model())


def split_by(document: Document, learned: Model) -> SplitDigest:
    """Split any document with the opinion of that model."""
    if len(document.blocks) > MOST_BLOCKS:
        return unparted(document)
    return _Weighed(document, learned).result()


class _Weighed:
    """A digest as the rules split it, as the model reads it, and which of both is taken."""

    def __init__(self, document: Document, learned: Model) -> None:
        self.outlined, self.learned = Outlined(document), learned
        self.by_rules = self.outlined.result()
        self.units: Sequence[Unit] = self.outlined.units
        self.heads = titled(self.units, self.outlined.heads, self.by_rules.stories)
        self.opinion = opinion_of(self.units, self.outlined.kinds, self.outlined.heads, self.by_rules)
        self.reading: Reading | None = None
        self.certainty, self.taken = self.by_rules.confidence, False
        if 1 < len(self.units) <= LINES:
            self._weigh()

    def _weigh(self) -> None:
        read = self.learned.read(looks_of(self.units, self.outlined.document.blocks), self.opinion)
        self.reading = replace(read, labels=self._without_notices(read.labels))
        heads = self._heads(self.reading)
        theirs, ours = self._likelihood(self.reading, self.opinion.heads), self._likelihood(self.reading, heads)
        self.taken = bool(heads) and (self.opinion.whole or (ours > theirs + MARGIN and ours > SHARE * theirs))
        self.certainty = math.exp(ours if self.taken else theirs)

    def _without_notices(self, labels: Sequence[int]) -> list[int]:
        """The labels, but for heads that say themselves that no news follows (风险提示, 往期回顾) where the rules see no item either."""
        found = list(labels)
        notice = False
        for index, unit in enumerate(self.units):
            if found[index] in HEADS:
                notice = unit.titular and boilerplate.heading_kind(unit.text) is not None and self.opinion.labels[index] not in HEADS
                found[index] = OTHER if notice else found[index]
            elif found[index] == BODY and notice:
                found[index] = OTHER
        return found

    def _likelihood(self, reading: Reading, heads: Sequence[int]) -> float:
        """The mean logarithm of the probability that lines begin items where `heads` say so, and nowhere else."""
        solid = [index for index, unit in enumerate(self.units) if unit.text]
        begins = np.isin(solid, heads)
        chance = np.clip(reading.heads[solid], SURE, 1 - SURE)
        return float(np.log(np.where(begins, chance, 1 - chance)).mean()) if solid else 0.0

    def result(self) -> SplitDigest:
        """Return what is taken, with how sure it is."""
        if self.reading is None or (self.opinion.whole and not self.taken):
            return self.by_rules
        found = self._read(self.reading) if self.taken else self.by_rules
        return found.sure(self.learned.share(self.certainty), self._doubts(self.reading))

    def _read(self, reading: Reading) -> SplitDigest:
        document = self.outlined.document
        known = {} if self.opinion.whole else dict(zip(self.heads, self.by_rules.stories, strict=False))
        parts = parts_of(document, self.units, reading.labels, known=known)
        spans, boiler = spans_of(document, parts.kinds, [(story.first, story.after) for story in parts.stories], parts.within)
        titled = [(head, story.title) for head, story in zip(parts.heads, parts.stories, strict=True) if story.title]
        return SplitDigest(
            document.title or self.outlined.title or parts.title,
            tuple(parts.stories),
            spans,
            boiler,
            tuple(parts.sections),
            tuple(entry.title for entry in parts.contents.entries) if parts.contents else (),
            tuple(comparison.warnings(parts.contents, titled)) if parts.contents else (),
            0.0,
            ("lines were read by a model that learned from labelled digests; what the rules saw is unlikely",),
        )

    def _doubts(self, reading: Reading) -> tuple[str, ...]:
        """Lines of which it is in doubt whether they begin an item, the most doubtful first."""
        found = sorted((abs(0.5 - chance), index) for index, chance in enumerate(reading.heads.tolist()) if DOUBT[0] < chance < DOUBT[1])
        begins = {self.units[index].first for index in (self._heads(reading) if self.taken else self.opinion.heads)}
        return tuple(
            f"in doubt: {self.units[index].text[:30]!r} {'begins' if self.units[index].first in begins else 'may begin'} an item "
            f"({reading.heads[index]:.0%})"
            for _, index in found[:DOUBTS]
        )

    def _heads(self, reading: Reading) -> list[int]:
        return [index for index, label in enumerate(reading.labels) if label in HEADS]
