"""Keys of a running service: made and revoked by command without a restart, and wrong ones held up without holding up others."""

import asyncio
import re
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.engines import RunningEngines
from tests.integration.ingest.test_service import ROOT, raw_records, service, wait_for

pytestmark = pytest.mark.connected

SOON = 10.0
"""Seconds in which a change of the file counts, far above the half second that it takes."""

WRONG_AT_ONCE = 150
"""More than may wait for their refusal at once."""


async def key(file: Path, *arguments: str) -> str:
    """What `jianbao key` prints."""
    command = [sys.executable, "-c", "from services.cli.main import main; main()", "key", *arguments, "--file", str(file)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode().strip()


async def fed(client: httpx.AsyncClient, secret: str, *, source: str = "weekly") -> int:
    """The status of a digest fed with this key."""
    digest = {"source": source, "text": f"一、正文 {time.monotonic_ns()}。"}
    return (await client.post("/v1/digests", json=digest, headers={"X-API-Key": secret})).status_code


async def unknown_refused(client: httpx.AsyncClient) -> int:
    """How many requests the service has refused for a key that it does not know."""
    metrics = (await client.get("/metrics")).text
    refused = re.search(r'^jianbao_keys_refused_total\{reason="unknown",service="ingest"\} (\d+)', metrics, re.MULTILINE)
    return int(refused[1]) if refused else 0


async def until(client: httpx.AsyncClient, secret: str, status: int) -> None:
    """Return once the key is answered so; raises TimeoutError."""

    async def answered() -> bool:
        return await fed(client, secret) == status

    async with asyncio.timeout(SOON):
        await wait_for(answered)


async def test_keys_of_a_running_service(engines: RunningEngines, namespace: str, tmp_path: Path) -> None:
    """A new one opens, a revoked one does not any more, a deleted file changes nothing; records name the key."""
    file = tmp_path / "keys.jsonl"
    first = await key(file, "make", "first", "--source", "weekly")
    async with service(engines, namespace, {"JIANBAO_KEYS_FILE": str(file)}) as (_, client):
        assert [await fed(client, first), await fed(client, first, source="daily")] == [202, 403]
        second = await key(file, "make", "second", "--source", "weekly")
        await until(client, second, 202)
        await key(file, "revoke", "first")
        await until(client, first, 403)

        before = await unknown_refused(client)  # the second key too, where it was tried before the file was read again
        wrong = [asyncio.create_task(fed(client, "wrong")) for _ in range(WRONG_AT_ONCE)]
        await asyncio.sleep(0)
        assert await fed(client, second) == 202
        assert not all(task.done() for task in wrong)  # it waited for none of them
        statuses = await asyncio.gather(*wrong)
        assert set(statuses) == {403, 429}
        assert await unknown_refused(client) == before + WRONG_AT_ONCE

        file.unlink()
        assert [await fed(client, second), await fed(client, "")] == [202, 401]
    names = [raw.key_name for raw, _ in await raw_records(engines, namespace)]
    assert (names[0], set(names), names[-2:]) == ("first", {"first", "second"}, ["second", "second"])
