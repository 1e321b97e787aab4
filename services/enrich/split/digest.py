"""What the splitter says about a document. Pure."""

from dataclasses import dataclass

from services.enrich.split.items import Story
from shared.records import Boilerplate, DigestWarning, Span


@dataclass(frozen=True)
class SplitDigest:
    """What the splitter says about a document."""

    title: str | None
    stories: tuple[Story, ...]
    spans: tuple[tuple[Span, ...], ...]
    """Of each story, in the document's text."""
    boilerplate: tuple[Boilerplate, ...]
    sections: tuple[str, ...]
    contents: tuple[str, ...]
    warnings: tuple[DigestWarning, ...]
    confidence: float
    reasons: tuple[str, ...]
