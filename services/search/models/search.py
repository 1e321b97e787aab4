"""The answers of the search API as pydantic models with examples: what JSON and pages are both made from. Pure."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.search.models import days
from services.search.models.others import OthersAnswer
from services.search.models.sourced import Sourced
from services.search.models.story import Story
from shared.health.report import Behind

Interval = Literal["day", "week", "month", "year"]
Sort = Literal["relevance", "date", "date_asc", "target", "target_asc"]

_ITEM = "3f0c9a5d1e7b4c2a8f6e0d9b7a5c3e1f"
DIGEST_ID = "b2d4f6a8c0e1f3a5b7c9d1e3f5a7b9c1"


class Answer(BaseModel):
    """A frozen value."""

    model_config = ConfigDict(frozen=True)


class Dated(Answer, days.Dated):
    """What was published some day, if anybody knows which."""

    published_on: str | None = Field(default=None, examples=["2026-02-06"], description="Null where nobody knows (日期不详): never a guess")
    published_on_basis: str | None = Field(
        default=None, description="given, title, name, url, text; received_at where nobody knows", examples=["given"]
    )


class Region(Answer):
    """A region that an item mentions."""

    code: str = Field(examples=["320583"], description="GB/T 2260")
    path: tuple[str, ...] = Field(examples=[("江苏省", "苏州市", "昆山市")])


class Highlights(Answer):
    """Matched characters within `<em>`; everything else is HTML-escaped."""

    title: str | None = Field(default=None, examples=["昆山:将新增(近)<em>零碳工厂</em>10家"])
    body: tuple[str, ...] = Field(default=(), description="Fragments; the beginning where nothing in the body matched")


class TargetFound(Answer):
    """A target of an item that the search asked for; field[start:end] == text."""

    metric: str = Field(examples=["全省新能源装机容量"])
    text: str = Field(examples=["1000万千瓦以上"], description="As printed")
    low: float | None = Field(default=None, examples=[1e7], description="At least, in `unit`; null where only a ceiling is given")
    high: float | None = Field(default=None, description="At most, in `unit`; null where only a floor is given")
    unit: str = Field(examples=["kW"], description="Base unit, such as kW, kWh, CNY, t, %, 家")
    deadline: int | None = Field(default=None, examples=[2030], description="The last year of the deadline")
    by: str | None = Field(default=None, examples=["江苏省"], description="Who is to reach it")
    field: Literal["title", "body"] = "body"
    start: int
    end: int


class Context(Answer):
    """Headlines of the digest beside an item without a body: not its own words, and never marked."""

    before: tuple[str, ...] = Field(default=(), examples=[("甘肃:印发零碳园区建设方案",)], description="In the digest's order")
    after: tuple[str, ...] = Field(default=(), examples=[("乐山:设立绿色基金",)])


_CONTEXT = "Of an item without a body, in place of a snippet: what stands beside it in its digest, no part of it"


class Hit(Dated, Sourced):
    """One item found."""

    item_id: str = Field(examples=[_ITEM])
    digest_id: str = Field(examples=[DIGEST_ID])
    ordinal: int = Field(examples=[5], description="Place in the digest, from 1")
    title: str | None = Field(default=None, examples=["昆山:将新增(近)零碳工厂10家"])
    headline: str = Field(examples=["昆山:将新增(近)零碳工厂10家"], description="The title, else the first sentence")
    section: str | None = Field(default=None, examples=["地方动态"])
    section_path: tuple[str, ...] = ()
    source: str = Field(examples=["shuangtan"])
    digest_title: str | None = Field(default=None, examples=["本周双碳要闻"])
    digest_url: str | None = None
    received_at: str | None = None
    doc_type: str | None = None
    level: str | None = Field(default=None, examples=["县"], description="Of who acts: 国际, 国家, 省, 市, 县, 企业")
    topics: tuple[str, ...] = ()
    regions: tuple[Region, ...] = Field(default=(), description="Mentioned")
    about_regions: tuple[Region, ...] = Field(default=(), description="What the item is about, the subject's first")
    targets: tuple[TargetFound, ...] = Field(default=(), description="Of its targets those that were searched for, three for each condition")
    story: Story | None = Field(default=None, description="Where stories are folded: who else tells this one")
    score: float | None = None
    highlights: Highlights
    context: Context | None = Field(default=None, description=_CONTEXT)


class FacetValue(Answer):
    """One value of a facet."""

    value: str = Field(examples=["320583"], description="For the filter's parameter")
    label: str = Field(examples=["昆山市"])
    count: int = Field(examples=[2])
    selected: bool = False
    excluded: bool = Field(default=False, description="Left out by `exclude`; the count says how many hits it would bring back")
    depth: int = Field(default=0, description="In a tree: 0 province, 1 city, 2 county")


class FacetAnswer(Answer):
    """The values of one facet with their counts under all other filters."""

    name: str = Field(examples=["region"])
    label: str = Field(examples=["地区"])
    values: tuple[FacetValue, ...] = ()


class DateBucket(Answer):
    """The items published from `first` to `last`, both included."""

    key: str = Field(examples=["2026-W06"], description="ISO 8601: 2026-02-06, 2026-W06, 2026-02 or 2026")
    label: str = Field(examples=["2026年2月2日至8日"])
    first: date = Field(examples=["2026-02-02"], description="For date_from")
    last: date = Field(examples=["2026-02-08"], description="For date_to")
    count: int = Field(examples=[12])


class DatesAnswer(Answer):
    """Hits by day of publication; the interval is the shortest that makes at most 60 bars. Weeks begin on Monday."""

    interval: Interval
    buckets: tuple[DateBucket, ...] = ()
    undated: int = Field(default=0, examples=[2], description="Hits of which nobody knows the day: in no bar, listed by `undated`")


class EmptiedBy(Answer):
    """A filter without which a search that found nothing would have found something."""

    name: str = Field(examples=["region"], description="A parameter: a facet, exclude, target; date for date_from, date_to and undated")
    label: str = Field(examples=["提及地区"])
    total: int = Field(examples=[7], description="Items found without it")


class Advice(Answer):
    """What would find something where a search found nothing, or why it can't."""

    message: str = Field(examples=["去掉“补贴”,有 12 条。"])
    query: str | None = Field(default=None, examples=["昆山"], description="For q, all else as it is; null where no other query is proposed")
    change: Literal["relax", "synonyms", "filters"] | None = Field(
        default=None, description="Instead of a query: relax or synonyms as by default, or all filters left out"
    )
    total: int = Field(default=0, examples=[12], description="Items found so")


class SearchAnswer(Answer):
    """One page of hits."""

    total: int = Field(examples=[3], description="Of items, exact, over all pages; also where stories are folded")
    page: int = Field(default=1, examples=[1])
    sort: Sort
    relaxed: bool = Field(default=False, description="Whether too little was found, and what is like the text is listed; the notices say so too")
    folded: bool = Field(default=False, description="Whether each story stands here once, told by its best item")
    stories: int | None = Field(default=None, examples=[2], description="Where stories are folded: how many there are over all pages")
    stories_exact: bool | None = Field(default=None, description="Exact where all are on this page; else the number of different texts")
    hits: tuple[Hit, ...]
    facets: tuple[FacetAnswer, ...]
    dates: DatesAnswer | None = Field(default=None, description="Null where `facets` does not name date")
    next: str | None = Field(default=None, description="Cursor of the next page; null on the last")
    others: OthersAnswer | None = Field(
        default=None,
        description="Other text of digests; null on further pages, without words, and where something is asked for that only items have",
    )
    behind: Behind | None = Field(
        default=None, description="Not all that was received is searchable, as the monitor says; null where all is, or nobody knows"
    )
    notices: tuple[str, ...] = Field(default=(), description="What a caller should know, such as that a long query was shortened")
    did_you_mean: tuple[str, ...] = Field(default=(), description="Where nothing was found: queries that find something")
    emptied_by: tuple[EmptiedBy, ...] = Field(default=(), description="Where nothing was found: the filters that are to blame, each by itself")
    advice: tuple[Advice, ...] = Field(default=(), description="Where nothing was found: what the query itself may be to blame for, the surest first")
    took_ms: int = Field(examples=[12])


class FacetsAnswer(Answer):
    """The counts of a search without its hits."""

    total: int = Field(examples=[3], description="Exact")
    facets: tuple[FacetAnswer, ...]
    dates: DatesAnswer | None = Field(default=None, description="Null where `facets` does not name date")
    notices: tuple[str, ...] = Field(default=(), description="As a search's")
    took_ms: int = Field(examples=[12])


class Neighbour(Answer):
    """The item before or after in the digest."""

    item_id: str
    headline: str


class ItemAnswer(Dated, Sourced):
    """All of one item."""

    item_id: str = Field(examples=[_ITEM])
    digest_id: str = Field(examples=[DIGEST_ID])
    revision: int
    build: int
    source: str
    digest_title: str | None = None
    digest_url: str | None = None
    external_id: str | None = None
    ordinal: int
    number: str | None = None
    title: str | None = None
    headline: str
    subject: str | None = None
    section: str | None = None
    section_path: tuple[str, ...] = ()
    body: str = Field(description="Paragraphs and bullets, one a line")
    received_at: str | None = None
    doc_type: str | None = None
    level: str | None = Field(default=None, examples=["县"], description="Of who acts: 国际, 国家, 省, 市, 县, 企业")
    topics: tuple[str, ...] = ()
    regions: tuple[Region, ...] = Field(default=(), description="Mentioned")
    about_regions: tuple[Region, ...] = Field(default=(), description="What the item is about, the subject's first")
    entities: tuple[dict[str, Any], ...] = Field(
        default=(),
        description="field[start:end] == text, in Unicode code points",
        examples=[[{"type": "region", "text": "昆山", "field": "title", "start": 0, "end": 2, "value": "320583"}]],
    )
    links: tuple[dict[str, Any], ...] = ()
    images: tuple[str, ...] = ()
    source_line: str | None = None
    printed: tuple[str, ...] = Field(default=(), description="Its lines that neither title nor body hold whole, as printed")
    context: Context | None = Field(default=None, description=_CONTEXT)
    previous: Neighbour | None = None
    next: Neighbour | None = None


State = Literal["waiting", "searchable", "superseded", "quarantined", "withdrawn", "dead"]


class StatusAnswer(Answer):
    """What became of one revision of a digest."""

    digest_id: str = Field(examples=[DIGEST_ID])
    revision: int | None = Field(examples=[1770336000000])
    state: State = Field(examples=["searchable"])
    message: str = Field(examples=["9 items are searchable"])
    items: int | None = Field(default=None, examples=[9], description="Of what is searchable; null in any other state")


class ErrorDetail(Answer):
    """What went wrong."""

    code: str = Field(examples=["bad_cursor"])
    message: str = Field(examples=["cursor is not one of ours: take `next` of the page before, unchanged"])
    status: int = Field(examples=[400])
    position: int | None = Field(default=None, description="Of a query that can't be read: where, in code points")
    length: int | None = Field(default=None, description="Of a query that can't be read: how many characters are wrong")
    suggestion: str | None = Field(default=None, description="Of a query that can't be read: one that can be, where there is one")
    chinese: str | None = Field(default=None, description="Of a query that can't be read: the message in Chinese")


class ErrorAnswer(Answer):
    """The one shape of every error."""

    error: ErrorDetail
