"""A Document that is no digest for its mere length → one whole item. Pure."""

from services.enrich.blocks import Document
from services.enrich.split.digest import SplitDigest
from services.enrich.split.items import whole_story
from services.enrich.split.spans import spans_of
from shared.records import DigestWarning

MOST_BLOCKS = 100_000
"""Lines beyond which a text is no digest and stays one item: the longest real ones have ten thousand, and 8 MiB of lines as people write
them a hundred thousand; three million lines of `1.` would take a minute."""


def unparted(document: Document) -> SplitDigest:
    """One whole item of more lines than a digest has."""
    count = len(document.blocks)
    spans, boiler = spans_of(document, [None] * count, [(0, count)], {})
    warning = DigestWarning(kind="whole_item", message=f"{count:,} lines are more than a digest has, so the text is one item")
    story = whole_story(document.blocks, document.title)
    return SplitDigest(document.title, (story,), spans, boiler, (), (), (warning,), 0.1, (warning.message,))
