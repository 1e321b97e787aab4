"""What a source's digests look like, and what changed in them all at once, as the API and the pages answer
it. Pure."""

from datetime import date

from pydantic import Field

from services.search.models.search import DIGEST_ID, Answer
from shared.freshness.history import History
from shared.freshness.judge import Issue
from shared.quality import drift, words


class Look(Answer):
    """A figure of the last issue beside what was usual before."""

    measure: str = Field(examples=["items"])
    label: str = Field(examples=["每期条目"])
    usual: str = Field(examples=["12"], description="The median of the issues before")
    now: str = Field(examples=["1"])
    changed: bool = Field(default=False, description="Whether it is a step that the last issues show")


class DriftedIssue(Answer):
    """A digest that shows what changed."""

    digest_id: str = Field(examples=[DIGEST_ID])
    day: date = Field(examples=["2026-02-06"], description="Of publication, else of receipt")
    number: str | None = Field(default=None, examples=["第12期"])


class Drift(Answer):
    """The last issues differ from those before: the publisher may have changed the layout."""

    message: str = Field(examples=["每期条目由 12 变为 1"])
    issues: tuple[DriftedIssue, ...] = Field(description="That show it, the newest last")
    usual_from: date = Field(
        examples=["2026-01-30"],
        description="Set the source's `usual_from` to it where the new layout is right",
    )


def looks(history: History, since: date | None) -> tuple[Look, ...]:
    """Return the figures of a source; none where there are too few issues since that day."""
    seen = history.looks(since)
    changed = {step.measure for step in drift.steps(seen)}
    return tuple(
        Look(
            measure=one.measure,
            label=words.label(one.measure),
            usual=words.value(one.measure, one.before),
            now=words.value(one.measure, one.now),
            changed=one.measure in changed,
        )
        for one in drift.usual(seen)
    )


def drifted(history: History, since: date | None) -> Drift | None:
    """Return what changed, where something did."""
    steps = drift.steps(history.looks(since))
    if not steps:
        return None
    by_id = {issue.digest_id: issue for issue in history.issues}
    issues = [by_id[digest_id] for digest_id in steps[0].digests]
    return Drift(message=words.chinese(steps), issues=tuple(map(_issue, issues)), usual_from=issues[0].day)


def _issue(issue: Issue) -> DriftedIssue:
    return DriftedIssue(digest_id=issue.digest_id, day=issue.day, number=issue.number)
