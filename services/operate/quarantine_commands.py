"""`jianbao quarantine`: digests that are held because they seem to be none, and what a person decides about them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from services.ingest.known.desk import KnownDesk
from services.ingest.known.in_flight import InFlight
from services.ingest.known.manifests import Manifests
from services.ingest.release.release import release as releasing
from services.ingest.release.shelf import KafkaShelf
from services.ingest.withdraw import KafkaDesk, checked
from services.ingest.withdraw import withdraw as withdrawing
from services.operate.withdraw_commands import kafka, publisher, revisions
from services.search.models.quarantine import HeldDigest, QuarantineQuery
from services.search.quarantine.listing import Held
from shared import elastic
from shared.configured import configured
from shared.errors import Rejected
from shared.operations import operator
from shared.settings import CommonSettings, ElasticsearchSettings
from shared.terminal import printable, write_json

QUARANTINE_HELP = """Quarantine: what was fed and seems to be no digest, such as source code, logs or an error page.

It is never in search. A person releases it, and it is split and found; or discards it, which withdraws it.

Examples: jianbao quarantine list · jianbao quarantine show ID · jianbao quarantine release ID --reason 确是简报
"""
LIST_HELP = """List what is held, the newest first.

Examples:

  jianbao quarantine list

  jianbao quarantine list --code log --source weekly

  jianbao quarantine list --json | jq -r .digest_id
"""
SHOW_HELP = """Show why one digest is held: what was measured, and its first lines. Exits 1 when it is not in quarantine.

Example: jianbao quarantine show 0f8e2c4b6a7d4913b5d0c1a2e3f40516
"""
RELEASE_HELP = """Let digests out: they are split and found, and stay so when the same content is fed again.

Nothing is written when one of them is unknown, withdrawn, or not in quarantine; then it exits 1.

Example: jianbao quarantine release 0f8e2c4b6a7d4913b5d0c1a2e3f40516 --reason 确是简报
"""
DISCARD_HELP = """Discard digests: they are withdrawn, as `jianbao withdraw` does it. Fed again, they are judged again.

Example: jianbao quarantine discard 0f8e2c4b6a7d4913b5d0c1a2e3f40516 --reason 误送的日志
"""

quarantine = typer.Typer(no_args_is_help=True, help=QUARANTINE_HELP)

T = TypeVar("T")

Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Digest ids, 32 hex digits each.")]
Reason = Annotated[str, typer.Option(help="Why; kept on record with who did it and when.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line for each digest.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to `jianbao`."""
    app.add_typer(quarantine, name="quarantine")


@quarantine.command("list", help=LIST_HELP)
def list_(
    code: Annotated[str | None, typer.Option(help="What it seems to be: log, code, data …")] = None,
    source: Annotated[str | None, typer.Option(help="Of this source only.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """See LIST_HELP."""
    total, digests = asyncio.run(_with_index(lambda held: _pages(held, code, source, limit)))
    console = Console()
    for digest in digests:
        if as_json:
            write_json(digest.model_dump_json())
        else:
            console.print(Text(f"{digest.digest_id}  {digest.code:<9} ") + Text(printable(digest.source), style="cyan") + Text(f"  {_name(digest)}"))
    if not as_json:
        typer.echo(f"{total} held" + (f", {len(digests)} shown" if len(digests) < total else ""), err=True)


@quarantine.command(help=SHOW_HELP)
def show(digest_id: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """See SHOW_HELP."""
    [wanted], _ = checked([digest_id], "x")
    digest = asyncio.run(_with_index(lambda held: held.get(wanted)))
    if digest is None:
        raise Rejected("not_quarantined", f"{wanted} is not in quarantine")
    if as_json:
        write_json(digest.model_dump_json())
        return
    console = Console()
    console.print(Text(_name(digest), style="bold"))
    console.print(Text(printable(" · ".join(filter(None, (digest.source, digest.received_at, digest.key_name)))), style="cyan"))
    console.print(Text(f"{digest.code}: {printable(digest.message)}", style="yellow"))
    console.print(Text(", ".join(f"{name} {value:g}" for name, value in digest.figures.items()), style="dim"))
    console.print(Text("\n".join(map(printable, digest.beginning.split("\n")))))


@quarantine.command(help=RELEASE_HELP)
def release(digest_ids: Ids, reason: Reason, as_json: Json = False) -> None:
    """See RELEASE_HELP."""

    async def work(manifests: Manifests) -> list[Any]:
        settings, topics = kafka()
        async with publisher(settings, topics) as out:
            desk = KnownDesk(manifests, InFlight(settings, topics), KafkaDesk(settings, topics), whole=True)
            shelf = KafkaShelf(settings, topics.raw.name, manifests)
            return list(await releasing(digest_ids, reason=reason, by=operator(), desk=desk, shelf=shelf, publisher=out, revisions=revisions()))

    _tell(asyncio.run(_with_manifests(work)), "released", as_json=as_json)


@quarantine.command(help=DISCARD_HELP)
def discard(digest_ids: Ids, reason: Reason, as_json: Json = False) -> None:
    """See DISCARD_HELP."""

    async def work(manifests: Manifests) -> list[Any]:
        settings, topics = kafka()
        ids, why = checked(digest_ids, reason)
        for digest_id in ids:
            if (found := await manifests.held(digest_id)) is None or not found[1]:
                raise Rejected("not_quarantined", f"{digest_id} is not in quarantine: `jianbao withdraw` takes digests back")
        async with publisher(settings, topics) as out:
            desk = KnownDesk(manifests, InFlight(settings, topics), KafkaDesk(settings, topics), whole=True)
            return list(await withdrawing(ids, reason=why, by=operator(), desk=desk, publisher=out, revisions=revisions()))

    _tell(asyncio.run(_with_manifests(work)), "discarded", as_json=as_json)


def _tell(done: list[Any], what: str, *, as_json: bool) -> None:
    for one in done:
        if as_json:
            write_json(json.dumps(vars(one)))
        else:
            typer.echo(f"{one.digest_id}  {one.revision}  {f'had been {what} already' if one.before else what}")


async def _with_index(work: Callable[[Held], Awaitable[T]]) -> T:
    settings = configured(ElasticsearchSettings)
    client = elastic.connect(settings)
    try:
        return await work(Held(client, settings, namespace=configured(CommonSettings).namespace))
    finally:
        await client.close()


async def _with_manifests(work: Callable[[Manifests], Awaitable[T]]) -> T:
    async with Manifests(configured(ElasticsearchSettings), namespace=configured(CommonSettings).namespace) as manifests:
        return await work(manifests)


async def _pages(held: Held, code: str | None, source: str | None, limit: int) -> tuple[int, list[HeldDigest]]:
    found: list[HeldDigest] = []
    while True:
        query = QuarantineQuery(code=code, source=source, skip=len(found), limit=min(100, limit - len(found)))
        answer = await held.list(query)
        found += answer.digests
        if not answer.digests or len(found) >= min(limit, answer.total, 9_900):
            return answer.total, found


def _name(digest: HeldDigest) -> str:
    return printable(digest.title or digest.external_id or digest.url or "未命名")
