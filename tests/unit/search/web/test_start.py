"""What is there before the first request comes."""

import threading

import pytest

from services.search.pipeline.monitor import Monitor
from services.search.query import places
from services.search.web.app import create_app
from shared.elastic import connect
from shared.settings import CommonSettings, ElasticsearchSettings, SearchSettings
from shared.text import pinyin
from tests.fakes.pipeline import FakeIndexSource, FakeKafkaSource


async def test_pinyin_of_places_is_made_at_start_and_in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes a third of a second, in which no other request and no probe of its health would be answered."""
    makers: set[threading.Thread] = set()

    def syllables(text: str) -> list[str]:
        makers.add(threading.current_thread())
        return pinyin.syllables(text)

    monkeypatch.setattr(places, "syllables", syllables)
    places.sounds.cache_clear()
    elasticsearch = ElasticsearchSettings(url="http://127.0.0.1:1")  # nobody listens there
    elastic = connect(elasticsearch)
    monitor = Monitor(FakeKafkaSource(), FakeIndexSource(), {})
    app = create_app(SearchSettings(), elastic, monitor, common=CommonSettings(namespace="n"), elasticsearch=elasticsearch)
    try:
        async with app.router.lifespan_context(app):
            assert places.codes("kunshan") == ("320583",)
    finally:
        await elastic.close()
    assert makers
    assert threading.main_thread() not in makers
