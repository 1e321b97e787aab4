"""`jianbao topics`: the topics with the settings that they must have, made where they are missing."""

import asyncio
from typing import Annotated

import orjson
import typer

from shared import log
from shared.configured import configured
from shared.kafka.clients import keep_topics
from shared.kafka.replication import Kept
from shared.settings import CommonSettings, KafkaSettings
from shared.terminal import write_json

HELP = """Make the topics that are missing, and show all of them.

The services do so too when they start; this is for setting Kafka up before them. Settings of topics that
exist are left alone; where one broker alone may acknowledge although there are more, it says how to end that.

Examples:

  jianbao topics

  KAFKA_PARTITIONS=12 jianbao topics --json
"""


def add_to(app: typer.Typer) -> None:
    """Add the command to `jianbao`."""
    app.command("topics", help=HELP)(topics)


def topics(json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """See HELP."""
    common, settings = configured(CommonSettings), configured(KafkaSettings)
    log.setup("topics", common.model_copy(update={"log_level": "error"}))  # its warnings are said below
    wanted = common.topics.all
    kept = {one.topic: one for one in asyncio.run(keep_topics(settings, wanted))}
    for topic in wanted:
        one = kept.get(topic.name)
        if json:
            write_json(orjson.dumps({"topic": topic.name, **_facts(one), "configs": topic.configs}))
        else:
            typer.echo(f"{topic.name}: {'made' if one and one.made else 'is there'}{_counts(one)}")
    for one in kept.values():
        if one.alone:
            typer.secho(one.advice(settings.bootstrap_servers), fg=typer.colors.YELLOW, err=True)


def _facts(one: Kept | None) -> dict[str, object]:
    if one is None:  # another service has just made it, and brokers do not tell of it yet
        return {"created": False, "replicas": None, "in_sync": None, "acknowledges_alone": False}
    counts = {"replicas": one.replicas, "in_sync": one.in_sync}
    return {"created": one.made, **counts, "acknowledges_alone": one.alone}


def _counts(one: Kept | None) -> str:
    if one is None or one.in_sync is None:
        return ""
    return f", {one.replicas} {'replica' if one.replicas == 1 else 'replicas'}, acknowledged by {one.in_sync}"
