"""`site`: one namespace with its indices, to be rebuilt, with what the rebuild said."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import AsyncElasticsearch

from services.index import document, indices
from services.index.bulk import Bulk
from services.index.flow_control.blockers import Blockers
from services.index.writer import Writer
from services.operate.rebuild.outcome import Done, Options
from services.operate.rebuild.plan import Pair
from services.operate.rebuild.run import Rebuild
from shared import elastic, operations
from shared.kafka.scan import Scanner
from shared.records import EnrichedDigest
from shared.settings import CommonSettings, ElasticsearchSettings, IndexSettings
from tests.engines import RunningEngines
from tests.integration.index.conftest import Bench
from tests.pipeline import ROOT


class Told:
    """Keeps what was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        """Note it."""
        self.lines.append(text)

    def begin(self, what: str, total: int) -> None:
        """Nothing."""

    def done(self, records: int) -> None:
        """Nothing."""


class Site:
    """One namespace with its indices, to be rebuilt."""

    def __init__(self, bench: Bench, elasticsearch: ElasticsearchSettings) -> None:
        self.bench = bench
        self.elasticsearch = elasticsearch
        self.client: AsyncElasticsearch = elastic.connect(elasticsearch, connections=20)
        self.told = Told()

    def tool(self) -> Rebuild:
        """A rebuild of its own, as a process has it."""
        common = CommonSettings(namespace=self.bench.namespace)
        return Rebuild(common, self.bench.kafka, self.elasticsearch, IndexSettings(), self.client, self.told)

    async def rebuild(self, **options: Any) -> Done:
        """Rebuild as the command does."""
        return await self.tool().rebuild(Options(**options))

    async def check(self) -> Done:
        """Build once more without swapping: whatever the live indices have otherwise than the topic says raises Misconfigured."""
        done = await self.rebuild(swap=False, sample=100_000)
        await self.tool().clean(timedelta(0))
        return done

    async def live(self) -> Pair | None:
        """The pair behind the aliases."""
        return (await self.tool().pairs.survey()).live

    async def existing(self) -> list[str]:
        """Names of all indices of items and digests."""
        found = await self.client.indices.get(index=f"{self.bench.namespace}-*-v*")
        return sorted(name.removeprefix(f"{self.bench.namespace}-") for name in found.body)

    async def operations(self) -> list[tuple[str, str, str]]:
        """What is recorded: action, subject, outcome."""
        async with Scanner(self.bench.kafka) as scanner:
            found = [operations.read(one.record.value) async for one in scanner.read(self.bench.topics.operations.name)]
        return [(one.action, one.subject.removeprefix(f"{self.bench.namespace}-"), one.outcome) for one in sorted(found, key=lambda one: one.at)]

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """`jianbao` as a process."""
        environ = os.environ | {
            "JIANBAO_NAMESPACE": self.bench.namespace,
            "KAFKA_BOOTSTRAP_SERVERS": self.bench.kafka.bootstrap_servers,
            "ELASTICSEARCH_URL": self.elasticsearch.url,
        }
        command = [sys.executable, "-c", "from services.cli.main import main; main()", *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    async def until_partial(self) -> None:
        """Return once a running command has made its indices."""

        async def made() -> bool:
            return len((await self.tool().pairs.survey()).partial) == 2

        await self.bench.until(made, "the new indices to be made")


@pytest.fixture
async def site(idle: Bench, engines: RunningEngines, tmp_path: Path) -> AsyncIterator[Site]:
    """Indices are there and empty; no indexer runs."""
    async with AsyncExitStack() as stack:
        made = Site(idle, ElasticsearchSettings(url=engines.elasticsearch_url))
        stack.push_async_callback(made.client.close)

        async def remove() -> None:
            found = await made.client.indices.get(index=f"{idle.namespace}-*")
            for name in found.body:
                await made.client.indices.delete(index=name)

        stack.push_async_callback(remove)
        await indices.ensure(made.client, namespace=idle.namespace)
        yield made


async def index(site: Site, *digests: EnrichedDigest) -> None:
    """Into topic and live index, as an indexer would."""
    await site.bench.send(*digests)
    writer = Writer(Bulk(site.client, 2**20, 2, Blockers()), site.bench.namespace)
    await writer.write([document.documents(digest.model_dump(mode="json")) for digest in digests])
