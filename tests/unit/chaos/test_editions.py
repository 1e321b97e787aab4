"""The chaos rounds' digests are split as they say."""

import itertools
from datetime import UTC, datetime
from random import Random

import pytest

from services.enrich.enrich import enrich
from shared.records import RawDigest
from tests.chaos.editions import Edition, Editor


def _editions(seed: int) -> list[Edition]:
    editor = Editor(Random(seed), seed=seed)
    editions = [editor.first("甲", "第1期")]
    for _ in range(4):
        editions.append(editor.next(editions[-1]))
    return editions


@pytest.mark.parametrize("seed", range(12))
def test_split_as_said(seed: int) -> None:
    """Ids, sections, titles and bodies are those that the edition names."""
    for edition in _editions(seed):
        raw = RawDigest(
            digest_id=edition.digest_id,
            source=edition.source,
            media_type="text/plain",
            external_id=edition.external_id,
            received_at=datetime(2026, 2, 6, tzinfo=UTC),
            sha256="",
            revision=1,
        )
        items = enrich(raw, edition.text.encode(), enriched_at=datetime(2026, 2, 6, tzinfo=UTC)).items
        assert [(item.item_id, item.section, item.title, item.body) for item in items] == [
            (item_id, story.section, story.title, story.body) for item_id, story in zip(edition.item_ids, edition.stories, strict=True)
        ]


def test_editions_differ() -> None:
    """Each is another than the one before, under the same identity."""
    for seed in range(30):
        editions = _editions(seed)
        assert all(one != other for one, other in itertools.pairwise(editions))
        assert len({edition.digest_id for edition in editions}) == 1
