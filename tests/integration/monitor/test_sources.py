"""Sources on a real index: a new layout and a silence are told with what shows them, and end by themselves
or by a person's word."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from elasticsearch import AsyncElasticsearch

from services.enrich.enrich import enrich
from services.monitor.report.facts import Facts
from services.monitor.report.report import Reporter
from services.monitor.sources.look import SourceLook
from shared import elastic
from shared.completeness import Completeness
from shared.freshness.history import Histories
from shared.health.report import Trouble
from shared.ids import digest_id
from shared.records import EnrichedDigest, RawDigest
from shared.registry.entry import Entry
from shared.registry.listing import Listing
from shared.settings import ElasticsearchSettings
from tests.engines import RunningEngines
from tests.search_corpus import drop, fill

pytestmark = pytest.mark.connected

LAST = date(2026, 6, 26)
"""A Friday."""
PLACES = ("苏州", "无锡", "常州", "南通", "扬州", "镇江", "泰州", "盐城")
BODY = "市发展改革委日前印发通知，部署今年零碳园区建设，提出到2027年建成一批试点，并明确资金、土地和用能方面的支持办法。"


def issue(weeks_ago: int, *, numbered: bool = True, number: int | None = None) -> EnrichedDigest:
    """A weekly's issue as enrich makes it; where titles lost their numbers and lines of their own, it is
    one text."""
    day = LAST - timedelta(days=7 * weeks_ago)
    stories = [(f"{place}推进零碳园区建设（{weeks_ago}）", f"{place}{BODY}") for place in PLACES]
    if numbered:
        text = "双碳周报\n" + "\n".join(f"{at}. {title}\n{body}\n" for at, (title, body) in enumerate(stories, 1))
    else:
        text = "双碳周报\n" + "".join(f"{title}，{body}" for title, body in stories)
    return made(text, day, title=f"双碳周报第{number}期" if number else None)


def made(text: str, day: date, *, title: str | None = None) -> EnrichedDigest:
    """The digest of a day."""
    content = text.encode()
    raw = RawDigest(
        digest_id=digest_id("weekly", external_id=str(day), content=content),
        source="weekly",
        media_type="text/plain",
        charset="utf-8",
        external_id=str(day),
        title=title,
        published_on=day,
        received_at=datetime(day.year, day.month, day.day, tzinfo=UTC),
        sha256=sha256(content).hexdigest(),
        revision=1,
    )
    return enrich(raw, content, enriched_at=datetime.now(UTC))


class Site:
    """An index with issues, the registry, and the report of now."""

    def __init__(self, client: AsyncElasticsearch, settings: ElasticsearchSettings, namespace: str) -> None:
        self.client, self.namespace, self.listing = client, namespace, Listing(light=True)
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.look = SourceLook(Histories(client, settings, namespace=namespace), self.listing, every=30, now=lambda: self.now)
        self.reporter = Reporter()

    async def told(self, *digests: EnrichedDigest) -> list[Trouble]:
        """What the report says of sources once these are indexed too, on the day after the last of them."""
        await fill(self.client, self.namespace, *digests)
        self.now = max([self.now, *(digest.received_at + timedelta(days=1) for digest in digests)])
        await self.look.look()
        facts = Facts(self.now, completeness=Completeness(state="green", reason="equal"))
        report = self.reporter.report(self.look.add(facts))
        assert [part.state for part in report.parts if part.name == "source:weekly"] == (["yellow"] if report.causes else [])
        return list(report.causes)


@pytest.fixture
async def site(engines: RunningEngines, namespace: str) -> AsyncIterator[Site]:
    """With nothing in it."""
    settings = ElasticsearchSettings(url=engines.elasticsearch_url)
    async with elastic.connect(settings) as client:
        yield Site(client, settings, namespace)
        await drop(client, namespace)


@pytest.mark.breaks("source_drifted", "source_partial")
async def test_a_new_layout_until_an_issue_is_as_usual_or_a_person_says_that_it_is_right(site: Site) -> None:
    """The second issue of one item shows it, with both digests."""
    assert await site.told(*(issue(ago) for ago in range(10, 2, -1))) == []
    first, second = issue(2, numbered=False), issue(1, numbered=False)
    assert len(second.items) == 1
    assert [one.code for one in await site.told(first)] == ["source_partial"]
    [trouble] = await site.told(second)
    assert (trouble.code, trouble.digests) == ("source_drifted", (first.digest_id, second.digest_id))
    assert "每期条目由 8 变为 1" in trouble.chinese.symptom
    assert "items an issue from 8 to 1" in trouble.english.symptom
    entry = Entry(source="weekly", edition=1, usual_from=first.published_on, changed_at=datetime.now(UTC), by="key desk")
    site.listing.note(entry)
    assert await site.told() == []
    site.listing.forget()
    assert [one.code for one in await site.told()] == ["source_drifted"]
    assert await site.told(issue(0)) == []


@pytest.mark.breaks("source_silent")
async def test_a_silent_source_until_its_next_issue_comes(site: Site) -> None:
    """Nine weeks of a weekly, and then five without."""
    assert await site.told(*(issue(ago) for ago in range(13, 4, -1))) == []
    site.now += timedelta(days=35)
    [trouble] = await site.told()
    assert (trouble.code, trouble.part) == ("source_silent", "source:weekly")
    assert "已 36 天没有新简报" in trouble.chinese.symptom
    assert await site.told(issue(0)) == []


@pytest.mark.breaks("source_gaps")
async def test_a_missing_number_until_its_issue_comes(site: Site) -> None:
    """Of eight issues all but the sixth."""
    numbers = [number for number in range(1, 9) if number != 6]
    [trouble] = await site.told(*(issue(9 - number, number=number) for number in numbers))
    assert (trouble.code, trouble.chinese.symptom) == ("source_gaps", "来源“双碳周报”缺第6期。".replace("双碳周报", "weekly"))
    assert await site.told(issue(3, number=6)) == []
