"""`jianbao withdraw` and `jianbao erase`: a digest taken back, which it can come back from, or for good."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import httpx
import typer

from services.ingest.known.desk import KnownDesk
from services.ingest.known.in_flight import InFlight
from services.ingest.known.manifests import Manifests
from services.ingest.publish import KafkaPublisher, Publisher
from services.ingest.revision import Revisions
from services.ingest.withdraw import KafkaDesk, Withdrawn, all_known, checked
from services.ingest.withdraw import withdraw as withdrawing
from services.operate.archive.forget import held
from services.operate.erase.erase import Erased, Where
from services.operate.erase.erase import erase as erasing
from services.operate.erase.plan import Partition, plan
from services.operate.erase.remains import remains
from shared import log
from shared.configured import configured
from shared.errors import Unavailable
from shared.kafka.scan import Scanner
from shared.keys.request import is_loopback
from shared.operations import operator
from shared.settings import CommonSettings, ElasticsearchSettings, IngestSettings, KafkaSettings
from shared.terminal import write_json
from shared.topics import Topics

GONE_SECONDS = 60.0
"""A quiet pipeline takes 3 s from a raw record to what search finds."""

CONNECT_SECONDS = 30.0
"""A restart of Kafka takes less."""

WITHDRAW_HELP = """Take digests back: their items leave search, facets and pages. Fed again, a digest comes back.

Nothing is written when one of the ids was never received.

Examples:

  jianbao withdraw 0f8e2c4b6a7d4913b5d0c1a2e3f40516 --reason 发布方撤稿

  jianbao withdraw 0f8e2c4b6a7d4913b5d0c1a2e3f40516 --reason 发布方撤稿 --wait
"""

ERASE_HELP = """Erase digests for good: from all topics, the index, and the archives that are named.

Without --yes it only says what it would do. Kafka can't delete single records: the others of their partitions are copied to the end (and enriched
again), then the beginnings are deleted. What remains where and how long is said at the end. Broken off, run it again.

Examples:

  jianbao erase 0f8e2c4b6a7d4913b5d0c1a2e3f40516 --reason 法院裁定

  jianbao erase 0f8e2c4b6a7d4913b5d0c1a2e3f40516 --reason 法院裁定 --archive /backup/jianbao --yes
"""

Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Digest ids, 32 hex digits each.")]
Reason = Annotated[str, typer.Option(help="Why; kept on record with who did it and when.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the `jianbao` command."""
    app.command("withdraw", help=WITHDRAW_HELP)(withdraw)
    app.command("erase", help=ERASE_HELP)(erase)


def withdraw(
    digest_ids: Ids,
    reason: Reason,
    wait: Annotated[bool, typer.Option("--wait", help="Until nothing of them is found any more, at most 60 s.")] = False,
    search: Annotated[str, typer.Option("--from", envvar="SEARCH_URL", help="Address of the search service, with --wait.")] = "http://127.0.0.1:8402",
    api_key: Annotated[str | None, typer.Option(envvar="JIANBAO_API_KEY", help="Of the search service, with --wait.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each digest.")] = False,
) -> None:
    """See WITHDRAW_HELP."""

    async def run() -> list[Withdrawn]:
        ids, why = checked(digest_ids, reason)
        settings, topics = kafka()
        index = Manifests(configured(ElasticsearchSettings), namespace=topics.namespace)
        async with index as manifests, publisher(settings, topics) as out:
            # The archive is read where the index is away or does not know one: an operator rather waits than hears that it can't be told.
            desk = KnownDesk(manifests, InFlight(settings, topics), KafkaDesk(settings, topics), whole=True)
            return await withdrawing(ids, reason=why, by=operator(), desk=desk, publisher=out, revisions=revisions())

    for done in asyncio.run(run()):
        if wait:
            _wait_until_gone(search, done.digest_id, done.revision, api_key)
        if as_json:
            write_json(json.dumps(vars(done)))
        else:
            typer.echo(f"{done.digest_id}  {done.revision}  {'had been withdrawn already' if done.before else 'withdrawn'}")


def erase(
    digest_ids: Ids,
    reason: Reason,
    archive: Annotated[list[Path] | None, typer.Option(help="Folder of `jianbao archive export` to take them out of; may be repeated.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without, it is only said what would be done.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Copy all partitions even where nothing of them is left: frees the files on disk.")] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds that enrich and index may take to get past it.")] = GONE_SECONDS,
) -> None:
    """See ERASE_HELP."""
    ids, why = checked(digest_ids, reason)
    folders = archive or []
    if not yes:
        partitions = asyncio.run(_plan(ids, again=again))
        for partition in partitions:
            typer.echo(_line(partition))
        for folder in folders:
            typer.echo(f"{folder}: {held(folder, ids)} records would be taken out")
        typer.echo("Nothing was changed: --yes does it. In the meantime `jianbao withdraw` takes digests out of search at once")
        return
    done = asyncio.run(_erase(ids, why, folders, again=again, wait=wait))
    for partition in done.partitions:
        typer.echo(_line(partition))
    if done.problem:
        typer.secho(done.problem, fg=typer.colors.RED, err=True)
    typer.echo(f"{len(ids)} erased: {done.copied} other records copied, {done.archived} records taken out of archives. What remains, and how long:")
    for point in remains(digest_ids=ids, archives=[str(folder) for folder in folders], deleted_documents=done.deleted_documents):
        typer.echo(f"- {point}")
    if done.problem:
        raise typer.Exit(1)


def _line(partition: Partition) -> str:
    return (
        f"{partition.topic} partition {partition.number}: {partition.erased} records erased, "
        f"{partition.others} others ({partition.bytes / 2**20:.1f} MiB) copied to the end, all before offset {partition.cut} deleted"
    )


async def _plan(ids: list[str], *, again: bool) -> list[Partition]:
    settings, topics = kafka()
    await all_known(ids, KafkaDesk(settings, topics))
    async with Scanner(settings) as scanner:
        return await plan(scanner, topics, ids, whole=again)


async def _erase(ids: list[str], reason: str, archives: list[Path], *, again: bool, wait: float) -> Erased:
    settings, topics = kafka()
    async with publisher(settings, topics) as out:
        where = Where(settings, configured(ElasticsearchSettings), topics, KafkaDesk(settings, topics), out, revisions())
        return await erasing(ids, where, reason=reason, by=operator(), archives=archives, again=again, seconds=wait, says=_say)


def _say(what: str) -> None:
    typer.echo(what, err=True)


def kafka() -> tuple[KafkaSettings, Topics]:
    """Settings and topics from the environment; raises Misconfigured."""
    common = configured(CommonSettings)
    log.setup("ingest", common.model_copy(update={"log_level": "error"}))
    return configured(KafkaSettings), common.topics


@asynccontextmanager
async def publisher(settings: KafkaSettings, topics: Topics) -> AsyncIterator[Publisher]:
    """Connected while the block runs; raises Unavailable."""
    ingest = configured(IngestSettings)
    async with KafkaPublisher(
        settings,
        topics,
        ack_timeout=ingest.ack_timeout,
        clock_seconds=ingest.clock_seconds,
    ) as out:
        await out.connected(timeout=CONNECT_SECONDS)
        yield out


def revisions() -> Revisions:
    """Revisions by this machine's clock."""
    return Revisions(lambda: time.time_ns() // 1_000_000)


def _wait_until_gone(url: str, digest_id: str, revision: int, api_key: str | None) -> None:
    """Ask search until it finds nothing of the digest any more; raises Unavailable after GONE_SECONDS or where search does not answer."""
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    deadline, said = time.monotonic() + GONE_SECONDS, ""
    try:
        with httpx.Client(timeout=10, trust_env=not is_loopback(httpx.URL(url).host), headers=headers) as client:
            while time.monotonic() < deadline:
                answer = client.get(f"{url.rstrip('/')}/api/digests/{digest_id}/status", params={"revision": revision})
                answer.raise_for_status()
                if answer.json()["state"] in ("withdrawn", "superseded"):
                    return
                said = answer.json()["message"]
                time.sleep(0.2)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError) as error:
        raise Unavailable(f"{digest_id} is withdrawn, but the search service at {url} can't be asked whether it is gone ({error})") from error
    raise Unavailable(f"{digest_id} is withdrawn, but not gone from search after {GONE_SECONDS:g} s: {said}. See the pipeline page")
