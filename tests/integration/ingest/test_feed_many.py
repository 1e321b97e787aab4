"""`jianbao feed` of a folder on a real ingest: killed in the middle and begun again, each digest is there once."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.engines import RunningEngines
from tests.integration.ingest.test_service import ROOT, raw_records, service
from tests.variants import variant

pytestmark = pytest.mark.connected

FILES = 300


async def test_a_folder_goes_on_after_a_kill(engines: RunningEngines, namespace: str, tmp_path: Path) -> None:
    """What had been fed, told or not, is a duplicate then; nothing is doubled and nothing is missing."""
    texts = {variant(number) for number in range(FILES)}
    for number, text in enumerate(sorted(texts)):
        folder = tmp_path / str(number % 7)
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    async with service(engines, namespace) as (_, client):
        command = [str(Path(sys.executable).with_name("jianbao")), "feed", str(tmp_path), "--source", "a", "--at-once", "--to", str(client.base_url)]
        piped = asyncio.subprocess.PIPE
        first = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=piped)
        assert first.stdout is not None
        async with asyncio.timeout(60):
            for _ in range(80):
                assert await first.stdout.readline()
            first.kill()
            await first.communicate()
            again = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=piped, stderr=piped)
            out, said = await again.communicate()
    assert again.returncode == 0
    assert len(out.splitlines()) == FILES
    duplicates = sum(line.endswith(b"  duplicate") for line in out.splitlines())
    assert 80 <= duplicates <= FILES  # on a fast machine all were fed before the kill
    assert said.decode().splitlines()[-1] == f"{FILES - duplicates:,} fed, {duplicates:,} fed before"
    written = [content.decode() for _, content in await raw_records(engines, namespace)]
    assert (len(written), set(written)) == (FILES, texts)
