"""What the splitter says about a document. Pure."""

from dataclasses import dataclass, replace

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

    def sure(self, confidence: float, reasons: tuple[str, ...]) -> "SplitDigest":
        """The same, with a confidence of 0 to 1 and further reasons for or against it."""
        return replace(self, confidence=round(confidence, 2), reasons=(*self.reasons, *reasons))
