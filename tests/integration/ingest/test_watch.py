"""`jianbao watch` as a process, killed in the middle, against a real ingest and Kafka: each file once, the bad ones with their reasons."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from pathlib import Path

import pytest

from tests.engines import RunningEngines
from tests.integration.ingest.test_service import ROOT, raw_records, service

pytestmark = pytest.mark.connected

GOOD = 400
"""More than are handed over and written down at once, so that a kill comes in the middle"""
AT_KILL = 15
"""Files that were told of when the watch is killed: others are on their way then"""

BAD = {
    "empty.md": b"",
    "junk.bin": bytes(range(256)) * 20,
    "large.txt": "汉".encode() * 3 * 2**20,
    "wrong.md": "一、昆山:新增零碳工厂。".encode(),
}
SIDECAR = 'autor = "编辑部"'


def fill(inbox: Path) -> None:
    """Good files in two folders, bad ones between them."""
    for number in range(GOOD):
        file = inbox / ("2025" if number % 2 else "2026") / f"第{number}期.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# 双碳周报\n\n## 一、昆山:新增零碳工厂{number}家\n\n2月3日,昆山市发布第{number}号行动方案。\n", "utf-8")
    for name, content in BAD.items():
        (inbox / name).write_bytes(content)
    (inbox / "wrong.meta.toml").write_text(SIDECAR, "utf-8")


async def watching(root: Path, url: str, *more: str) -> Process:
    """The command, its lines in a pipe."""
    code = "from services.cli.main import main; main()"
    moves = ("--done", str(root / "done"), "--failed", str(root / "failed"))
    said = ("--source", "weekly", "--settle", "0.2", "--to", url, "--state", str(root / "state"), *more)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("INGEST_", "JIANBAO_"))}
    command = (sys.executable, "-c", code, "watch", str(root / "in"), *moves, *said)
    return await asyncio.create_subprocess_exec(*command, env=environ, cwd=ROOT, stdout=PIPE, stderr=PIPE)


def lies(folder: Path) -> list[str]:
    """The names of all files in a folder."""
    return sorted(file.name for file in folder.rglob("*") if file.is_file())


async def test_killed_in_the_middle(engines: RunningEngines, namespace: str, tmp_path: Path) -> None:
    """All are in the raw topic, each once; a second watch is refused meanwhile, and Ctrl-C ends the last with 130."""
    fill(tmp_path / "in")
    async with service(engines, namespace) as (_, client):
        url = str(client.base_url)
        async with asyncio.timeout(60):
            first = await watching(tmp_path, url)
            assert first.stdout is not None
            for _ in range(AT_KILL):
                assert await first.stdout.readline()
            first.kill()
            await first.communicate()
            assert len(lies(tmp_path / "in")) > len(BAD)

            second = await watching(tmp_path, url)
            assert second.stdout is not None
            assert await second.stdout.readline()
            third = await watching(tmp_path, url, "--once")
            assert b"is watched already" in (await third.communicate())[1]
            while lies(tmp_path / "in"):  # noqa: ASYNC110  # another process's moves
                await asyncio.sleep(0.05)
            (tmp_path / "in" / "一期.md").write_text("# 一期\n\n太仓发布方案。", "utf-8")
            while len(lies(tmp_path / "done")) <= GOOD:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            second.send_signal(signal.SIGINT)
            await second.communicate()
        records = await raw_records(engines, namespace)
    assert (first.returncode, second.returncode, third.returncode) == (-signal.SIGKILL, 130, 1)
    fed = sorted(file.read_bytes() for file in (tmp_path / "done").rglob("*.md"))
    assert len(fed) == GOOD + 1
    assert sorted(content for _, content in records) == fed
    assert Counter(raw.source for raw, _ in records) == {"weekly": GOOD + 1}
    reasons = {name: (tmp_path / "failed" / f"{name}.reason.txt").read_text("utf-8") for name in BAD}
    assert "the digest is empty" in reasons["empty.md"]
    assert "not text" in reasons["junk.bin"]
    assert "larger than the 8 MiB" in reasons["large.txt"]
    assert "wrong.meta.toml names 'autor'" in reasons["wrong.md"]
    assert (tmp_path / "failed" / "wrong.md.meta.toml").read_text("utf-8") == SIDECAR
