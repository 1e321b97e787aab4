"""The help's own examples, on a real Elasticsearch: each finds something."""

import re
import shlex
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta

import pytest

from services.search.answer.finder import today_in_shanghai
from services.search.commands import HELP
from services.search.query.language.examples import EXAMPLES
from tests.engines import RunningEngines
from tests.integration.search.conftest import Site, filled, serving
from tests.integration.search.names.known_names import HELP_STORIES, known_names
from tests.search_corpus import digest

pytestmark = pytest.mark.connected

QUERIES = [example.query for examples in EXAMPLES.values() for example in examples]
COMMANDS = [shlex.split(line.split("|")[0] if "jq" in line else line)[2:] for line in HELP.splitlines() if line.startswith("  jianbao search")]


@pytest.fixture(scope="module")
def library(engines: RunningEngines) -> Iterator[str]:
    """The same stories in issues of several days, the newest of today and a week ago, and an issue of which nobody knows the day."""
    today = today_in_shanghai()
    issues = [(day, "daily") for day in (date(2025, 11, 10), date(2026, 2, 2), today)] + [(today - timedelta(days=7), "daily"), (today, "weekly")]
    dated = [known_names(HELP_STORIES, published_on=day, source=source) for day, source in issues]
    undated = digest([("昆山新增零碳工厂", "要闻", "十家。")], published_on=None, published_on_basis="received_at")
    with filled(engines, *dated, undated) as namespace:
        yield namespace


@pytest.fixture
async def helped(engines: RunningEngines, library: str) -> AsyncIterator[Site]:
    """The app on them."""
    async with serving(engines.elasticsearch_url, library) as made:
        yield made


@pytest.mark.parametrize("q", QUERIES)
async def test_an_example_of_the_help_page_finds_something(helped: Site, q: str) -> None:
    """Strictly, as the page says it does."""
    assert (await helped.get("/api/search", q=q, relax=False))["total"]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
async def test_an_example_of_the_command_finds_something(helped: Site, arguments: list[str]) -> None:
    """With its options as the parameters that they are."""
    words = iter(arguments)
    parameters: dict[str, str] = {}
    for word in words:
        match word:
            case "--fold":
                parameters["fold"] = "true"
            case "--json":
                pass
            case "--from" | "--limit":
                next(words)
            case _ if word.startswith("--"):
                parameters[re.sub("-", "_", word[2:])] = next(words)
            case _:
                parameters["q"] = word
    assert (await helped.get("/api/search", **parameters, relax=False))["total"]  # type: ignore[arg-type]
