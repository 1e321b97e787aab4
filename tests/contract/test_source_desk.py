"""Where ingest keeps sources: Kafka, and its stand-in, held to the same."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from services.ingest.registry.desk import KafkaSources, SourceDesk
from shared.kafka.clients import ensure_topics
from shared.registry.edit import BadField, Changed, edited, patched
from shared.registry.entry import Entry
from shared.settings import CommonSettings, KafkaSettings
from tests.engines import RunningEngines
from tests.fakes.sources import FakeSources

NOW = datetime(2026, 2, 6, tzinfo=UTC)


@pytest.fixture(params=["fake", pytest.param("kafka", marks=pytest.mark.connected)])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[SourceDesk]:
    """One of both."""
    if request.param == "fake":
        yield FakeSources()
        return
    engines: RunningEngines = request.getfixturevalue("engines")
    common = CommonSettings(namespace=request.getfixturevalue("namespace"))
    kafka = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers)
    await ensure_topics(kafka, common.topics.all)
    async with KafkaSources(common, kafka).running() as made:
        await made.ready()
        yield made


async def test_a_change_counts_at_once(desk: SourceDesk) -> None:
    """Whoever asks next sees it; what is refused changes nothing."""

    def named(before: Entry | None) -> Entry:
        return edited(before, "weekly", {"name": "双碳周报"}, edition=0, by="key one", at=NOW)

    assert desk.listing.complete
    made = await desk.edit("weekly", named, by="key one")
    assert desk.listing.entries == {"weekly": made}
    assert desk.listing.shown("weekly") == "双碳周报"
    with pytest.raises(Changed):
        await desk.edit("weekly", named, by="key two")

    def copied(before: Entry | None) -> Entry:
        return patched(before, "weekly", {"profile": "gone"}, edition=1, by="key two", at=NOW)

    with pytest.raises(BadField, match="there is no source gone"):
        await desk.edit("weekly", copied, by="key two")
    assert desk.listing.entries == {"weekly": made}


async def test_what_is_fed_is_noted_and_feeding_waits_for_nothing(desk: SourceDesk) -> None:
    """Kafka's desk makes an entry of it in a moment."""
    desk.fed("日报", "key one")
    if isinstance(desk, FakeSources):
        assert desk.noted == [("日报", "key one")]
        return
    async with asyncio.timeout(30):
        while "日报" not in desk.listing.entries:  # noqa: ASYNC110  # the listing has no event to wait for
            await asyncio.sleep(0.05)
    assert (desk.listing.entries["日报"].found, desk.listing.entries["日报"].by) == (True, "key one")
