"""`jianbao dead list` on a real topic."""

import json
from collections.abc import Sequence

import pytest
import typer
from typer.testing import CliRunner

from services.index.commands import add_to
from services.index.dead import DeadTopic
from services.index.waits import Waits
from shared.deadletter import Failure, SourceRecord
from shared.kafka import ensure_topics
from shared.settings import CommonSettings, KafkaSettings
from tests.engines import RunningEngines
from tests.unit.index.test_deadlist import WHEN

pytestmark = pytest.mark.connected


def _run(engines: RunningEngines, namespace: str, arguments: Sequence[str]) -> tuple[int, str]:
    app = typer.Typer()
    app.callback()(lambda: None)
    add_to(app)
    result = CliRunner().invoke(app, ["dead", "list", *arguments], env=engines.environ | {"JIANBAO_NAMESPACE": namespace, "COLUMNS": "200"})
    return result.exit_code, result.output


def test_list_filters_and_groups(engines: RunningEngines, namespace: str) -> None:
    """Nothing where there is no topic; then a table with counts, JSON lines, and filters."""
    import asyncio

    assert _run(engines, namespace, []) == (0, f"No dead letters in {namespace}.digests.dead.v1.\n")
    asyncio.run(_send(engines, namespace))

    code, table = _run(engines, namespace, [])
    assert code == 0
    assert "[bold]not markup[/bold]" in table
    assert "3 of 3 dead letters: 2 index/undecodable, 1 enrich/timeout" in table
    code, lines = _run(engines, namespace, ["--stage", "index", "--error", "undecodable", "--limit", "1", "--json"])
    found = [json.loads(each) for each in lines.splitlines()]
    assert (code, [(each["stage"], each["error"], each["size"]) for each in found]) == (0, [("index", "undecodable", 3)])
    assert _run(engines, namespace, ["--stage", "nonsense"])[0] == 2


async def _send(engines: RunningEngines, namespace: str) -> None:
    settings, topics = KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers), CommonSettings(namespace=namespace).topics
    await ensure_topics(settings, [topics.dead])
    letters = DeadTopic(settings, topics.dead.name, Waits())
    try:
        await letters.send(
            [
                (SourceRecord("t", 0, number, b"key%d" % number, b"abc"), Failure(stage, error, "[bold]not markup[/bold]", 1, WHEN, WHEN, "0"))
                for number, (stage, error) in enumerate([("index", "undecodable"), ("index", "undecodable"), ("enrich", "timeout")])
            ]
        )
    finally:
        await letters.stop()
