"""Ingest keeps what its OpenAPI description says: schemathesis asks it whatever the description allows and what it forbids.

Every route of the schema, over HTTP, with stand-ins for Kafka and enrich: what is tried are requests. JIANBAO_TEST_EXAMPLES makes it look longer.
"""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from fastapi import FastAPI

from services.ingest.app import create_app
from services.ingest.feeding.backlog import Backlog
from shared.connections.limits import Limits
from shared.connections.protocol import Config
from shared.connections.serving import Guarded, address, listening
from shared.records import RawDigest
from shared.settings import IngestSettings
from tests.fakes.desk import FakeDesk
from tests.fakes.enricher import FakeEnricher
from tests.fakes.memory import FakeMemory
from tests.fakes.publisher import FakePublisher
from tests.fakes.shelf import FakeShelf
from tests.fakes.sources import FakeSources
from tests.sizes import examples

EXAMPLES = examples(short=4, long=200)
"""Of each path, beside those that cover each parameter's bounds"""

SECONDS = "10"
"""As long as an answer may take: ingest's own time for Kafka"""

# What the description allows may still be refused where no schema can say why: bytes that are no text, a day too far ahead, a cursor that is
# not ours, a source that is off. Each says so in words; whatever is refused has the one shape. Of several lines or files each is refused by
# itself (207).
CONFIG = """
[[operations]]
include-path-regex = "^/v1/"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 404, 409, 412, 413, 415, 422, 428]
checks.negative_data_rejection.expected-statuses = ["4xx", 207]
"""


HOOKS = """
import json
import schemathesis

@schemathesis.serializer("application/x-ndjson")
def lines(_context, value):
    return "\\n".join(json.dumps(line) for line in value).encode() if isinstance(value, list) else json.dumps(value).encode()
"""
"""A form that schemathesis does not know"""


class FedDesk(FakeDesk):
    """Knows what was published, so that what is fed can be taken back."""

    def __init__(self, publisher: FakePublisher) -> None:
        super().__init__()
        self._publisher = publisher

    async def latest(self, digest_ids: Collection[str]) -> Mapping[str, RawDigest]:
        """The last record of each."""
        return {raw.digest_id: raw for raw, _ in self._publisher.published if raw.digest_id in digest_ids}


class FakeLag:
    """Nothing waits."""

    ends: Mapping[int, int] = MappingProxyType({0: 0})

    async def read(self) -> dict[int, int]:
        """Of one partition."""
        return {0: 0}

    async def close(self) -> None:
        """There are no connections."""


def app() -> FastAPI:
    """The whole service."""
    publisher = FakePublisher()
    return create_app(
        IngestSettings(max_bytes=100_000),
        publisher,
        memory=FakeMemory(publisher),
        desk=FedDesk(publisher),
        shelf=FakeShelf(),
        enricher=FakeEnricher(),
        sources=FakeSources(),
        backlog=Backlog(FakeLag(), FakeLag()),
    )


@contextmanager
def serving() -> Iterator[str]:
    """Serve on a port of this machine while the block runs; its address."""
    with listening("127.0.0.1", 0, variables=("", ""), limits=Limits()) as listener:
        server = Guarded(Config(app(), listener, Limits(), drain_seconds=1))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
        thread.start()
        try:
            yield address(listener)
        finally:
            server.should_exit = True
            thread.join()


def test_the_api_is_as_described(tmp_path: Path) -> None:
    """Every check of schemathesis: statuses, shapes, content types, what must be taken and what must be refused."""
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG, "utf-8")
    (tmp_path / "forms.py").write_text(HOOKS, "utf-8")
    with serving() as url:
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", f"{url}/openapi.json", "--no-color"]
        command += ["--max-examples", str(EXAMPLES), "--seed", "1", "--max-response-time", SECONDS, "--suppress-health-check", "all"]
        # In a folder of its own: it keeps examples and reports where it stands.
        run = subprocess.run(command, cwd=tmp_path, env=os.environ | {"SCHEMATHESIS_HOOKS": "forms"}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2000:]
