"""`jianbao dead skip`: the record that a stage is stuck on made a dead letter, so that what stands behind it goes on."""

import asyncio
from typing import Annotated

import typer

from services.operate.dead_letters import options as opt
from services.operate.dead_letters.report import write
from services.operate.dead_letters.skip import Skip
from shared.configured import configured
from shared.dead_letters.letter import Letter
from shared.kafka.scan import Scanner
from shared.operations import operator
from shared.settings import CommonSettings, KafkaSettings

SKIP_HELP = """Make a dead letter of the record that a stage is stuck on, so that what stands behind it goes on.

TOPIC is the raw topic for enrich and the enriched topic for index; /readyz of the stage names the record. The stage does it itself when it next
fails on that record while others would pass, some 20 s later; nothing else can be skipped. The letter has the error `skipped` and all bytes:
`jianbao dead retry` sends it again. Skipping it again changes nothing.

Without --yes it is only said what would be done. Exits 1 when there is no such record, its stage is past it, or was not stuck on it.

Examples:

  jianbao dead skip digests.enriched.v1 2 1041

  jianbao dead skip digests.enriched.v1 2 1041 --reason "refused by Elasticsearch for hours" --yes
"""


def add_to(dead: typer.Typer) -> None:
    """Add the command to `jianbao dead`."""
    dead.command("skip", help=SKIP_HELP)(skip)


def skip(
    topic: Annotated[str, typer.Argument(help="Topic of the record.")],
    partition: Annotated[int, typer.Argument(min=0, help="Its partition.")],
    offset: Annotated[int, typer.Argument(min=0, help="Its offset.")],
    reason: opt.Reason = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without, it is only said what would be done.")] = False,
    wait: Annotated[float, typer.Option(min=1, help="Seconds that the stage may take to hear of it and to fail on the record once more.")] = 120,
    json: opt.Json = False,
) -> None:
    """See SKIP_HELP."""

    async def run() -> None:
        common, kafka = configured(CommonSettings), configured(KafkaSettings)
        async with Scanner(kafka) as scanner:
            wanted = Skip(kafka, common.topics, scanner, topic, partition, offset, operator(), reason)
            found = await wanted.look()
            if found.letter:
                _say(wanted.subject, "skipped before", found.letter, json=json)
            elif yes:
                _say(wanted.subject, "skipped", await wanted.do(found, seconds=wait), json=json)
            else:
                _say(wanted.subject, "would be skipped", None, json=json)
                typer.echo(f"Nothing was changed, {len(found.record.value or b''):,} bytes wait for {found.group}: --yes does it", err=True)

    asyncio.run(run())


def _say(subject: str, outcome: str, letter: Letter | None, *, json: bool) -> None:
    if json:
        write({"record": subject, "outcome": outcome, "letter": str(letter.place) if letter else None})
    else:
        typer.echo(f"{subject} {outcome}" + (f": dead letter {letter.place}" if letter else ""))
