"""`jianbao topics`: the topics with the settings that they must have, made where they are missing."""

import asyncio
from typing import Annotated

import orjson
import typer

from shared.configured import configured
from shared.kafka.clients import ensure_topics
from shared.settings import CommonSettings, KafkaSettings
from shared.terminal import write_json

HELP = """Make the topics that are missing, and show all of them.

The services do so too when they start; this is for setting Kafka up before them. Settings of topics that exist are left alone.

Examples:

  jianbao topics

  KAFKA_PARTITIONS=12 jianbao topics --json
"""


def add_to(app: typer.Typer) -> None:
    """Add the command to `jianbao`."""
    app.command("topics", help=HELP)(topics)


def topics(json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """See HELP."""
    wanted = configured(CommonSettings).topics.all
    created = asyncio.run(ensure_topics(configured(KafkaSettings), wanted))
    for topic in wanted:
        if json:
            write_json(orjson.dumps({"topic": topic.name, "created": topic.name in created, "configs": topic.configs}))
        else:
            typer.echo(f"{topic.name}: {'made' if topic.name in created else 'is there'}")
