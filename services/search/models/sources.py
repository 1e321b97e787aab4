"""Sources with how fresh they are, as the API and the pages answer them, with examples. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from services.search.models.looks import Drift, Look, drifted, looks
from services.search.models.search import DIGEST_ID, Answer
from services.search.models.sourced import Sourced
from services.search.pipeline.figures import duration
from services.search.pipeline.sources import NAMED, SourcesHealth, TroubledSource
from shared.freshness.history import History
from shared.freshness.judge import Freshness, Issue, State, judge
from shared.freshness.numbers import Gap
from shared.registry.entry import Cadence, Entry, FetchState
from shared.registry.listing import Listing

Light = Literal["green", "yellow", "red", "unknown"]

STATES: Mapping[State, str] = {
    "off": "已停用", "never": "尚无简报", "new": "新来源", "irregular": "不定期", "fresh": "正常", "due": "应到未到",
    "overdue": "逾期",
}  # fmt: skip
LIGHTS: Mapping[State, Light] = {
    "off": "unknown", "never": "unknown", "new": "green", "irregular": "green", "fresh": "green", "due": "yellow",
    "overdue": "red",
}  # fmt: skip
CADENCES: Mapping[Cadence, str] = {
    "daily": "每日", "workdays": "工作日", "weekly": "每周", "biweekly": "双周", "monthly": "每月", "quarterly": "每季", "yearly": "每年",
    "irregular": "不定期",
}  # fmt: skip
KINDS = {"push": "推送", "feed": "订阅源", "page": "网页", "folder": "文件夹", "imap": "邮箱"}


DAY = 86400
"""Seconds: a shorter silence is not worth saying."""


class LastIssue(Answer):
    """The source's latest issue, by its day."""

    digest_id: str = Field(examples=[DIGEST_ID])
    day: date = Field(examples=["2026-02-06"], description="Of publication, else of receipt")
    dated: bool = Field(default=True, description="False where the day is that of receipt, as nothing says another")
    number: str | None = Field(default=None, examples=["第12期"])
    items: int = Field(examples=[9])


class Missing(Answer):
    """Issue numbers that are missing between two issues."""

    numbers: tuple[int, ...] = Field(examples=[(7,)])
    year: int | None = Field(default=None, examples=[2026])

    @property
    def chinese(self) -> str:
        """2026年第7期, 第7至9期."""
        first, last = self.numbers[0], self.numbers[-1]
        said = f"第{first}期" if first == last else f"第{first}至{last}期"
        return f"{self.year}年{said}" if self.year else said


class PartialIssue(Answer):
    """The last issue has far fewer items than it should."""

    items: int = Field(examples=[3])
    usual: int = Field(examples=[12])
    basis: Literal["history", "contents"] = Field(description="history: the median of those before; contents: its contents list")


class Fetching(Answer):
    """How fetching goes."""

    at: datetime | None = Field(default=None, description="UTC, of the last")
    next_at: datetime | None = None
    failures: int = Field(default=0, description="In a row")
    error: str | None = None
    paused: bool = False
    refused: tuple[str, ...] = Field(default=(), description="What was not taken and is not tried again, each with its reason")


class SourceAnswer(Sourced):
    """One source."""

    publisher: str | None = None
    region: str | None = None
    language: str = "zh"
    kind: Literal["push", "feed", "page", "folder", "imap"] = Field(description="How it is fetched; push: whoever has it feeds it")
    every: int | None = Field(default=None, description="Seconds between two fetches")
    cadence: Cadence | None = Field(default=None, description="How often it appears; null where nothing says it yet")
    learned: bool = Field(default=False, description="Nobody said how often it appears: its history does")
    profile: str | None = None
    taxonomy: str | None = None
    base_url: str | None = None
    on: bool = True
    found: bool = Field(default=False, description="Its first digest made it known, and nobody has edited it")
    edition: int | None = Field(default=None, description="Null where only digests know it")
    digests: int = Field(default=0, examples=[52])
    items: int = Field(default=0, examples=[481])
    state: State = Field(examples=["fresh"])
    message: str = Field(examples=["下一期应于 2026-02-13 发布。"])
    last: LastIssue | None = None
    received_at: datetime | None = Field(default=None, description="UTC, of the digest that came last")
    silent_seconds: float | None = Field(default=None, description="Since then")
    expected_on: date | None = Field(default=None, description="The day of the next issue; null where nothing tells it")
    late_days: int = 0
    partial: PartialIssue | None = None
    missing: tuple[Missing, ...] = ()
    looks: tuple[Look, ...] = Field(default=(), description="What its last issue looks like beside those before; empty where there are too few")
    drift: Drift | None = Field(default=None, description="Set while its last issues look different all at once")
    usual_from: date | None = Field(default=None, description="Issues before that day are no measure of what is usual")
    fetching: Fetching | None = Field(default=None, description="Null for what is pushed or was not fetched yet")

    @property
    def light(self) -> Light:
        """Red for what somebody should look at soon, yellow for what may need it."""
        if self.on and self.fetching is not None and self.fetching.paused:
            return "red"
        light = LIGHTS[self.state]
        return "yellow" if light == "green" and (self.drift or self.partial or self.missing or (self.fetching and self.fetching.error)) else light

    @property
    def label(self) -> str:
        """One word or two on how it is."""
        if self.on and self.fetching is not None and self.fetching.paused:
            return "抓取已暂停"
        if LIGHTS[self.state] != "green" or self.light == "green":
            return STATES[self.state]
        return "版式可能有变" if self.drift else "内容不全" if self.partial else "有缺期" if self.missing else "抓取有误"


class SourcesAnswer(Answer):
    """All sources, those that need somebody first."""

    sources: tuple[SourceAnswer, ...]
    measured_at: datetime | None = Field(description="UTC, when the digests were counted")
    error: str | None = Field(default=None, description="Why the counts are old or missing")
    complete: bool = Field(default=True, description="False while the registry is still being read: sources without digests are missing")


def sources(listing: Listing, histories: Mapping[str, History], now: datetime) -> tuple[SourceAnswer, ...]:
    """Every source that is registered or has digests; those that are silent too long first, then by name. Pure."""
    known = {**dict.fromkeys(listing.entries), **dict.fromkeys(histories)}
    made = [source(name, listing, histories.get(name), now) for name in known]
    order = ("red", "yellow", "green", "unknown")
    return tuple(sorted(made, key=lambda one: (order.index(one.light), one.source_name, one.source)))


def health(answer: SourcesAnswer) -> SourcesHealth:
    """The sum of them, for the pipeline's answer. Pure."""
    said = answer.sources
    off, due, overdue = (sum(one.state == state for one in said) for state in ("off", "due", "overdue"))
    paused = sum(one.on and one.fetching is not None and one.fetching.paused for one in said)
    troubled = [(one, one.light) for one in said if one.light in ("red", "yellow")]
    words = [f"{count} 个{label}" for count, label in ((overdue, "逾期"), (due, "应到未到"), (paused, "抓取已暂停"), (off, "已停用")) if count]
    return SourcesHealth(
        verdict="yellow" if overdue or paused else "green",
        message=f"{len(said)} 个来源" + (f"，{'，'.join(words)}。" if words else "。"),
        total=len(said),
        off=off,
        due=due,
        overdue=overdue,
        paused=paused,
        troubled=tuple(
            TroubledSource(
                source=one.source,
                source_name=one.source_name,
                light="red" if light == "red" else "yellow",
                message=one.message if not (one.fetching and one.fetching.error) else f"{one.message}抓取：{one.fetching.error}",
            )
            for one, light in troubled[:NAMED]
        ),
        measured_at=answer.measured_at,
    )


def source(name: str, listing: Listing, history: History | None, now: datetime) -> SourceAnswer:
    """One of them. Pure."""
    entry, state = listing.entries.get(name), listing.fetched.get(name)
    fresh = judge(
        history.issues if history else (),
        now=now,
        cadence=entry.cadence if entry else None,
        on=entry.on if entry else True,
        since=entry.changed_at if entry else None,
        usual_from=entry.usual_from if entry else None,
    )
    since = entry.usual_from if entry else None
    drift = drifted(history, since) if history else None
    silent = max(0.0, (now - history.received_at).total_seconds()) if history else None
    return SourceAnswer(
        source=name,
        **_said(entry),
        cadence=fresh.rhythm.cadence if fresh.rhythm else None,
        learned=bool(fresh.rhythm and fresh.rhythm.learned),
        digests=history.digests if history else 0,
        items=history.items if history else 0,
        state=fresh.state,
        message=_message(fresh, silent, drift),
        looks=looks(history, since) if history else (),
        drift=drift,
        last=_last(fresh.last) if fresh.last else None,
        received_at=history.received_at if history else None,
        silent_seconds=silent,
        expected_on=fresh.expected_on,
        late_days=fresh.late_days,
        partial=PartialIssue(items=fresh.partial.items, usual=fresh.partial.usual, basis=fresh.partial.basis) if fresh.partial else None,
        missing=tuple(map(_missing, fresh.gaps)),
        fetching=_fetching(state) if state and entry and entry.fetch else None,
    )


def _said(entry: Entry | None) -> dict[str, Any]:
    if entry is None:
        return {"kind": "push"}
    names = ("publisher", "region", "language", "profile", "taxonomy", "base_url", "usual_from", "on", "found", "edition")
    fetch = entry.fetch
    return {name: getattr(entry, name) for name in names} | {
        "kind": fetch.kind if fetch else "push",
        "every": getattr(fetch, "every", None),
    }


def _last(issue: Issue) -> LastIssue:
    return LastIssue(digest_id=issue.digest_id, day=issue.day, dated=issue.published_on is not None, number=issue.number, items=issue.items)


def _missing(gap: Gap) -> Missing:
    return Missing(numbers=gap.numbers, year=gap.year)


def _fetching(state: FetchState) -> Fetching:
    return Fetching(at=state.at, next_at=state.next_at, failures=state.failures, error=state.error, paused=state.paused, refused=state.refused)


def _message(fresh: Freshness, silent: float | None, drift: Drift | None) -> str:
    """What a person should know, in one or two sentences."""
    said = []
    # An old issue that was fed just now breaks the silence, and the source may be overdue all the same.
    since = "还没有收到过简报，" if silent is None else f"已 {duration(silent)}没有新简报，" if silent >= DAY else ""
    match fresh.state:
        case "off":
            said.append("已停用：不再抓取，送来的也不收。")
        case "overdue":
            said.append(f"{since}应于 {fresh.expected_on} 发布，已逾期 {fresh.late_days} 天。")
        case "due":
            said.append(f"应于 {fresh.expected_on} 发布，已晚 {fresh.late_days} 天，尚在常见范围内。")
        case "never":
            said.append("还没有收到过简报。")
        case "new":
            said.append("简报还少，尚看不出多久一期。")
        case "irregular":
            said.append(f"{since}不预计下一期的日期。")
        case "fresh":
            said.append(f"下一期应于 {fresh.expected_on} 发布。")
    if fresh.partial and not drift:  # a new layout explains it
        than = "其目录所列" if fresh.partial.basis == "contents" else "往常"
        said.append(f"最近一期只有 {fresh.partial.items} 条，少于{than}的 {fresh.partial.usual} 条。")
    if fresh.gaps:
        said.append(f"缺{'、'.join(_missing(gap).chinese for gap in fresh.gaps)}。")
    if drift:
        said.append(f"最近 {len(drift.issues)} 期与以往不同：{drift.message}。")
    return "".join(said)
