"""The raw topic to a folder and back, on a real Kafka."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from services.ingest.erasure import erasure_of
from services.operate.archive.export import export
from services.operate.archive.folder import reading, writing
from services.operate.archive.line import Archived, archived, from_line
from services.operate.archive.load import load
from services.operate.archive.verify import verify
from shared import operations
from shared.errors import Misconfigured, Rejected, Unavailable
from shared.operations import Operation
from shared.topics import Topics
from tests.fakes.archive import erased, identity, raw
from tests.integration.operate.kafka_topics import Kafka

pytestmark = pytest.mark.connected

ROOT = Path(__file__).parents[3]

SOME = [
    raw("a", "昆山:将新增零碳工厂".encode()),
    raw("b", "徐州".encode("gb18030"), revision=2, offset=1),
    raw("a", "昆山改".encode(), revision=3, offset=2),
    raw("c", b"%PDF\x00\xff", revision=4, offset=3),
]


def held(root: Path) -> list[Archived]:
    """All records of an archive, in order."""
    with reading(root) as folder:
        return [from_line(line) for file in folder.manifest.files for line in folder.lines(file)]


def content(records: list[Archived]) -> Counter[tuple[object, ...]]:
    """Records without their places."""
    return Counter((each.kind, each.at, each.key, each.value, each.headers) for each in records)


async def topic(kafka: Kafka) -> Counter[tuple[object, ...]]:
    """What the raw topic holds."""
    return content([archived("raw", scanned.record, scanned.at) for scanned in await kafka.read()])


async def test_each_export_adds_what_is_new(kafka: Kafka, tmp_path: Path) -> None:
    """Bytes, keys, headers and times as they were; nothing new, no file."""
    await kafka.send(SOME[:3])
    first = await export(tmp_path, kafka.settings, kafka.topics)
    assert (await export(tmp_path, kafka.settings, kafka.topics)).files == []
    await kafka.send(SOME[3:])
    last = await export(tmp_path, kafka.settings, kafka.topics)
    assert [len(each.files) for each in (first, last)] == [1, 1]
    assert content(held(tmp_path)) == content(SOME)
    assert verify(tmp_path).problems == []
    assert verify(tmp_path).files == 2


async def test_nothing_is_read_twice(kafka: Kafka, tmp_path: Path) -> None:
    """A night in which nothing happened costs nothing."""
    await kafka.send(SOME)
    await export(tmp_path, kafka.settings, kafka.topics)
    seen: list[int] = []
    await export(tmp_path, kafka.settings, kafka.topics, progress=lambda done, total: seen.append(total))
    assert seen == []


async def test_a_topic_made_anew_does_not_confuse_it(kafka: Kafka, tmp_path: Path) -> None:
    """Offsets start over: what came since is taken although its offsets were seen, what is known is not written twice."""
    await kafka.send(SOME)
    await export(tmp_path, kafka.settings, kafka.topics)
    await kafka.recreate(kafka.topics.raw)
    new = [raw("d", b"new"), *SOME, raw("e", b"new")]
    await kafka.send(new)
    report = await export(tmp_path, kafka.settings, kafka.topics)
    assert (report.records["raw"], report.known) == (2, len(SOME))
    assert content(held(tmp_path)) == content(new)


async def test_what_operators_did_is_kept_too(kafka: Kafka, tmp_path: Path) -> None:
    """But for exports themselves, which would be news for each next one."""
    await kafka.send(SOME[:1])
    done = [Operation(action=action, subject="x", by="test") for action in ("withdraw", "export")]
    await operations.keep(kafka.settings, kafka.topics.operations.name, done)
    await export(tmp_path, kafka.settings, kafka.topics)
    assert [operations.read(each.value).action for each in held(tmp_path) if each.kind == "operations"] == ["withdraw"]


async def test_large_exports_are_several_files(kafka: Kafka, tmp_path: Path) -> None:
    """Each whole by itself."""
    await kafka.send([raw(str(n), os.urandom(100_000), offset=n) for n in range(10)])
    report = await export(tmp_path, kafka.settings, kafka.topics, file_bytes=300_000)
    assert [file.records for file in report.files] == [4, 4, 2]
    assert verify(tmp_path).records == 10


async def test_a_wrong_namespace_is_no_empty_archive(kafka: Kafka, tmp_path: Path) -> None:
    """Said, instead of an export of nothing night after night."""
    with pytest.raises(Misconfigured, match="there is no topic"):
        await export(tmp_path, kafka.settings, Topics("t-nobody"))


async def test_import_into_a_topic_made_anew(kafka: Kafka, tmp_path: Path) -> None:
    """Everything comes back as it was, also into the operations topic; again, and nothing is added."""
    await kafka.send(SOME)
    await operations.keep(kafka.settings, kafka.topics.operations.name, [Operation(action="withdraw", subject="x", by="test")])
    await export(tmp_path, kafka.settings, kafka.topics)
    for each in (kafka.topics.raw, kafka.topics.operations):
        await kafka.recreate(each)
    loaded = await load(tmp_path, kafka.settings, kafka.topics)
    assert (loaded.records, loaded.there) == ({"raw": 4, "operations": 1}, 0)
    assert await topic(kafka) == content(SOME)
    again = await load(tmp_path, kafka.settings, kafka.topics)
    assert (again.records, again.there) == ({"raw": 0, "operations": 0}, 5)
    assert await topic(kafka) == content(SOME)
    revisions = [scanned.record.value for scanned in await kafka.read() if scanned.record.key == identity("a").encode()]
    assert revisions == [SOME[0].value, SOME[2].value]


async def test_import_makes_missing_topics(kafka: Kafka, tmp_path: Path) -> None:
    """As on a new cluster."""
    await kafka.send(SOME)
    await export(tmp_path, kafka.settings, kafka.topics)
    elsewhere = Kafka(kafka.settings, Topics(f"{kafka.topics.namespace}-new"))
    loaded = await load(tmp_path, elsewhere.settings, elsewhere.topics)
    assert sorted(loaded.created) == sorted(each.name for each in elsewhere.topics.all)
    assert await topic(elsewhere) == content(SOME)


async def test_import_refuses_damaged_files_before_it_writes(kafka: Kafka, tmp_path: Path) -> None:
    """It names them; the others come with --skip-damaged."""
    await kafka.send([raw(str(n), os.urandom(100_000), offset=n) for n in range(10)])
    report = await export(tmp_path, kafka.settings, kafka.topics, file_bytes=300_000)
    damaged = report.files[1]
    path = tmp_path / damaged.path
    path.write_bytes(path.read_bytes()[:-100])
    await kafka.recreate(kafka.topics.raw)
    with pytest.raises(Rejected, match=damaged.path):
        await load(tmp_path, kafka.settings, kafka.topics)
    assert await kafka.read() == []
    loaded = await load(tmp_path, kafka.settings, kafka.topics, skip_damaged=True)
    assert (loaded.damaged, loaded.records["raw"]) == ([damaged.path], 10 - damaged.records)


async def test_import_at_a_rate(kafka: Kafka, tmp_path: Path) -> None:
    """Live digests keep their latency."""
    await kafka.send(SOME)
    await export(tmp_path, kafka.settings, kafka.topics)
    await kafka.recreate(kafka.topics.raw)
    began = time.monotonic()
    await load(tmp_path, kafka.settings, kafka.topics, rate=4)
    assert time.monotonic() - began >= 1


async def test_import_brings_back_nothing_that_was_erased(kafka: Kafka, tmp_path: Path) -> None:
    """Whether the archive knows of the erasure or only the topic does; what was fed again later comes."""
    later = raw("a", b"again", revision=9)
    await kafka.send([*SOME, erased("a", revision=8), later])
    report = await export(tmp_path, kafka.settings, kafka.topics)
    assert report.erased == [identity("a")]
    await kafka.recreate(kafka.topics.raw)
    loaded = await load(tmp_path, kafka.settings, kafka.topics)
    assert loaded.erased == 2
    of_a = [scanned.record for scanned in await kafka.read() if scanned.record.key == identity("a").encode()]
    assert [erasure_of(record.headers) is not None for record in of_a] == [True, False]

    await kafka.recreate(kafka.topics.raw)
    await kafka.send([erased("b", revision=8)])
    await load(tmp_path, kafka.settings, kafka.topics)
    assert [scanned.record.value for scanned in await kafka.read() if scanned.record.key == identity("b").encode()] == [b""]


def run(kafka: Kafka, *arguments: str) -> subprocess.Popen[str]:
    """`jianbao archive …` as a process."""
    environ = os.environ | {"KAFKA_BOOTSTRAP_SERVERS": kafka.settings.bootstrap_servers, "JIANBAO_NAMESPACE": kafka.topics.namespace}
    command = [sys.executable, "-c", "from services.cli.main import main; main()", "archive", *arguments]
    return subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def test_two_exports_at_once_are_refused(kafka: Kafka, tmp_path: Path) -> None:
    """The second says why; the first is not disturbed."""
    await kafka.send(SOME)
    with writing(tmp_path, create=True):
        with pytest.raises(Unavailable):
            await export(tmp_path, kafka.settings, kafka.topics)
        with run(kafka, "export", str(tmp_path)) as process:
            assert process.wait(60) == 1
            assert process.stderr is not None
            assert "another jianbao is working on the archive" in process.stderr.read()


def partials(root: Path) -> list[Path]:
    """Files under way."""
    return list(root.rglob("*.partial"))


def begun(root: Path, size: int) -> bool:
    """Whether a file under way has so many bytes."""
    with contextlib.suppress(FileNotFoundError):  # it has its name meanwhile
        return any(path.stat().st_size >= size for path in partials(root))
    return False


@pytest.mark.parametrize("size", [0, 1_000_000, 5_000_000])
async def test_an_export_killed_in_between(kafka: Kafka, tmp_path: Path, size: int) -> None:
    """kill -9 after so many bytes: the archive is whole at once, and the next run writes the rest, nothing twice."""
    records = [raw(str(n), os.urandom(200_000), offset=n) for n in range(100)]
    await kafka.send(records)
    with run(kafka, "export", str(tmp_path)) as process:
        while not begun(tmp_path, size):
            assert process.poll() is None, "it was done before it could be killed"
            await asyncio.sleep(0.002)  # a folder tells nobody when a file grows
        process.send_signal(signal.SIGKILL)
        assert process.wait(20) == -signal.SIGKILL
    if (tmp_path / "manifest.json").exists():
        assert verify(tmp_path).problems == []
    await export(tmp_path, kafka.settings, kafka.topics)
    assert content(held(tmp_path)) == content(records)
    assert verify(tmp_path).problems == []
    assert partials(tmp_path) == []
