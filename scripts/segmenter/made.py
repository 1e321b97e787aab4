"""Labelled digests → invented issues with the same stories, read and labelled as any digest. Seeded."""

from collections.abc import Sequence
from random import Random

from scripts.segmenter.dress import issue
from scripts.segmenter.gold import Sample, sample
from scripts.segmenter.pool import pool_of
from scripts.segmenter.printing import printed

LINES = 400
"""Of the longest invented issue that is kept."""


def made(samples: Sequence[Sample], *, count: int, seed: int) -> list[Sample]:
    """Return `count` issues with stories of one or two families of `samples`; those whose items are not all found again are left out."""
    pool, random = pool_of(samples), Random(seed)
    families = sorted(pool.stories)
    found: list[Sample] = []
    while len(found) < count:
        printed_issue = issue(pool, random.sample(families, min(len(families), random.choice((1, 1, 2)))), random)
        if printed_issue is None:
            continue
        content, media_type = printed(printed_issue.lines, random)
        one = sample(content, media_type, printed_issue.items, name=f"made-{seed}-{len(found)}", family="made")
        if not one.missing and len(one.looks) <= LINES:
            found.append(one)
    return found
