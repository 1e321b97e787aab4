"""A TOML file at ingest's start → entries of those of its sources that nobody has edited; what people said stays."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from services.ingest.registry import toml_file
from services.ingest.registry.desk import KafkaSources
from services.ingest.registry.toml_file import Said
from shared import log
from shared.errors import Misconfigured, Rejected, Unavailable
from shared.registry.edit import edited
from shared.registry.entry import Entry

_log = log.get(__name__)

AGAIN_SECONDS = 5.0
"""Between two tries while Kafka is away."""

_KEPT = "kept"


def read(path: Path | None) -> Mapping[str, Said]:
    """What the file says, {} where none is named; raises Misconfigured, so that a slip is seen at the start."""
    if path is None:
        return {}
    try:
        return toml_file.read(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"INGEST_SOURCES_FILE={path} can't be read: {error}") from error
    except Rejected as error:
        raise Misconfigured(f"INGEST_SOURCES_FILE={path}: {error.message}") from error


@contextlib.asynccontextmanager
async def seeding(desk: KafkaSources, sources: Mapping[str, Said], *, by: str) -> AsyncIterator[None]:
    """Make the entries in the background while the block runs."""
    task = asyncio.create_task(_seed(desk, sources, by=by))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def seeded(before: Entry | None, source: str, said: Said, *, by: str, at: datetime) -> Entry:
    """The entry of a source of the file; raises Rejected (`kept`) where people edited it or it is so already. Pure."""
    if before is not None and not before.found:
        raise Rejected(_KEPT, f"{source} was edited already")
    return edited(before, source, said, edition=before.edition if before else 0, by=by, at=at)


async def _seed(desk: KafkaSources, sources: Mapping[str, Said], *, by: str) -> None:
    made = 0
    for source, said in sources.items():
        while True:
            known = desk.listing.entries.get(source)
            if known is not None and not known.found:
                break
            try:
                await desk.edit(source, partial(seeded, source=source, said=said, by=by, at=datetime.now(UTC)), by=by)
                made += 1
                break
            except Unavailable:
                await asyncio.sleep(AGAIN_SECONDS)
            except Rejected as error:
                if error.kind != _KEPT:
                    _log.warning("source_not_seeded", source=source, reason=error.message)
                break
            except Exception:
                _log.exception("seeding a source failed")
                break
    if made:
        _log.info("sources_seeded", sources=made, by=by)
