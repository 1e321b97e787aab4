"""Feeds of the web as bytes, and a target that takes what is handed over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.ingest.accept import Submission
from services.ingest.feed import Answer, Refused
from services.ingest.feeding.targets import Result
from shared.errors import Rejected, Unavailable


def rss(site: str, numbers: Iterable[int], *, text: str | None = None) -> bytes:
    """A feed with an entry for each number, whose page is `/a/NUMBER` of the site; `text` is what the feed has of each."""
    said = f"<content:encoded><![CDATA[{text}]]></content:encoded>" if text is not None else ""
    items = "".join(
        f"<item><guid isPermaLink='false'>id-{number}</guid><title>第{number}期</title><link>{site}/a/{number}</link>"
        f"<pubDate>Fri, 06 Feb 2026 01:00:00 GMT</pubDate>{said}</item>"
        for number in numbers
    )
    space = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0' {space}><channel><title>双碳周报</title>{items}</channel></rss>".encode()


def page(number: int) -> bytes:
    """The page of an entry."""
    return f"<html><body><article><p>1、昆山：第{number}家零碳工厂投产。</p></article></body></html>".encode()


@dataclass
class Taking:
    """A target that keeps what it was given; an error stands for an answer of its turn."""

    errors: list[Exception] = field(default_factory=list)
    taken: list[Submission] = field(default_factory=list)

    async def put(self, submission: Submission) -> Answer:
        """Take it, or raise the next error."""
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append(submission)
        return Answer(f"{len(self.taken):032}", len(self.taken))

    async def put_all(self, submissions: Sequence[Submission]) -> list[Result]:
        """Take one after another."""
        results: list[Result] = []
        for submission in submissions:
            try:
                results.append(await self.put(submission))
            except (Rejected, Refused, Unavailable) as error:
                results.append(error)
        return results
