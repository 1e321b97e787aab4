"""One digest in every media type: the same titles, sections and bodies as from its text."""

import unicodedata

import pytest

from services.enrich.readers import read
from services.enrich.split.split import SplitDigest, split
from tests.unit.enrich.digests import SAMPLE
from tests.unit.enrich.renderings import RENDERINGS, Look

LINES = [line.strip() for line in SAMPLE.read_text("utf-8").split("\n") if line.strip()]


def _told(parted: SplitDigest) -> list[tuple[str | None, tuple[str, ...], str]]:
    """Title, section path and body without white space of each item."""
    return [(story.title, story.section_path, "".join(unicodedata.normalize("NFKC", story.body).split())) for story in parted.stories]


def _text() -> SplitDigest:
    return split(read("\n".join(LINES).encode(), media_type="text/plain"))


@pytest.mark.parametrize("styled", [False, True], ids=["plain", "with headings"])
@pytest.mark.parametrize("name", RENDERINGS)
def test_a_rendering_has_the_items_of_the_text(name: str, styled: bool) -> None:
    """Whether its headings are styled as such or are mere paragraphs."""
    wanted = _text()
    sections = [line for line in LINES if line.startswith(("01.", "02."))]
    look = Look(sections, [story.title for story in wanted.stories if story.title]) if styled else Look()
    make, media_type = RENDERINGS[name]
    found = split(read(make(LINES, look), media_type=media_type))
    assert _told(found) == _told(wanted)
    assert found.sections == wanted.sections
    assert found.contents == wanted.contents
