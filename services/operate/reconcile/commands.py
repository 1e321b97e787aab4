"""`jianbao reconcile`: whether archive, enriched topic and index say the same; and repairs."""

import asyncio
from collections.abc import Callable
from typing import Annotated

import typer
from elastic_transport import TransportError
from elasticsearch import ApiError

from services.index.bulk import Bulk
from services.index.flow_control.blockers import Blockers
from services.index.writer import Writer
from services.operate.bar import bar
from services.operate.reconcile import show
from services.operate.reconcile.finding import Finding
from services.operate.reconcile.index_reader import IndexReader
from services.operate.reconcile.ledger import Ledger
from services.operate.reconcile.record import Kept
from services.operate.reconcile.repair import Repair
from services.operate.reconcile.run import Reconciler, Report
from services.operate.reconcile.topic_reader import TopicReader
from shared import elastic, log
from shared.configured import configured
from shared.kafka.scan import Scanner
from shared.settings import CommonSettings, ElasticsearchSettings, IndexSettings, KafkaSettings
from shared.terminal import write_json

SAMPLE = 200
"""Digests: where one in fifty is wrong, 200 of them miss it in one run of sixty."""

HELP = """Compare the archive (raw topic), the enriched topic and the index: each digest by revision and version, each item by id and version.

What the services have in hand is not compared, so it may run at any time. Exit status: 0 no difference (at the end, with --repair), 1 differences.

Examples:

  jianbao reconcile

  jianbao reconcile --deep --verbose

  jianbao reconcile --repair

  jianbao reconcile --json | jq -r 'select(.kind == "missing") | .digest_id'
"""


def add_to(app: typer.Typer) -> None:
    """Add the command to `jianbao`."""
    app.command("reconcile", help=HELP)(reconcile)


def reconcile(
    repair: Annotated[
        bool, typer.Option("--repair", help="Enrich again what is missing, write and delete in the index what differs, then look again.")
    ] = False,
    deep: Annotated[bool, typer.Option("--deep", help="Compare the text of all items too, not only of a sample.")] = False,
    sample: Annotated[int, typer.Option(min=0, help="Digests, chosen by chance, whose items are compared by their text.")] = SAMPLE,
    verbose: Annotated[bool, typer.Option("--verbose", help="One line for each difference.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each difference, the last for the whole.")] = False,
) -> None:
    """See HELP."""

    def told(finding: Finding, left: bool) -> None:
        if as_json:
            write_json(show.finding_json(finding, left=left))
        elif verbose:
            typer.echo(show.line(finding, left=left))

    report = asyncio.run(_run(told, repair=repair, deep=deep, sample=sample))
    if as_json:
        write_json(show.report_json(report))
    else:
        show.table(report)
    raise typer.Exit(0 if report.consistent else 1)


async def _run(told: Callable[[Finding, bool], None], *, repair: bool, deep: bool, sample: int) -> Report:
    common, kafka, elasticsearch, index = (
        configured(CommonSettings),
        configured(KafkaSettings),
        configured(ElasticsearchSettings),
        configured(IndexSettings),
    )
    log.setup("reconcile", common.model_copy(update={"log_level": "error"}))
    ledger = Ledger(deep=None if deep else set())
    client = elastic.connect(elasticsearch, connections=index.in_flight + 2)
    kept = Kept(kafka, common.topics)
    try:
        with bar() as shown:
            async with Scanner(kafka) as scanner:
                writer = Writer(Bulk(client, index.batch_bytes, index.in_flight, Blockers()), common.namespace)
                reconciler = Reconciler(
                    ledger,
                    TopicReader(kafka, common.topics, scanner, ledger, shown.told),
                    IndexReader(client, common.namespace, ledger, shown.told),
                    told,
                    sample,
                    Repair(writer, kafka, kept.begin) if repair else None,
                )
                report = await reconciler.run()
        await kept.end(report)
        return report
    except (ApiError, TransportError) as error:
        raise elastic.explained(error, elasticsearch) from error
    finally:
        await client.close()
