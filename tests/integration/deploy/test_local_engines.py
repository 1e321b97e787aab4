"""Kafka and Elasticsearch as child processes, beside the engines of the other tests."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.engines.elasticsearch import healthy
from deploy.engines.engines import install, running_engines
from deploy.engines.errors import EngineError, FolderUnusable, JavaMissing, MavenMissing
from deploy.engines.kafka import metadata_answered
from deploy.engines.process import Child

pytestmark = pytest.mark.connected

ANALYSIS = {
    "tokenizer": {"characters": {"type": "ngram", "min_gram": 1, "max_gram": 1, "token_chars": ["letter", "digit", "punctuation", "symbol"]}},
    "analyzer": {
        "bigrams": {"type": "custom", "tokenizer": "standard", "filter": ["cjk_width", "lowercase", "cjk_bigram"]},
        "characters": {"type": "custom", "tokenizer": "characters", "filter": ["cjk_width", "lowercase"]},
    },
}
TITLE = "昆山:将新增(近)零碳工厂10家"


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    """These need Java and Maven, also where the other tests' engines come from elsewhere."""
    try:
        install()
    except (JavaMissing, MavenMissing) as error:
        pytest.skip(str(error))


def _call(url: str, method: str, path: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, method=method, data=data, headers={"Content-Type": "application/json"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
        return json.load(answer)


def _family(child: Child) -> list[psutil.Process]:
    process = psutil.Process(child.pid)
    return [process, *process.children(recursive=True)]


def _until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.1)


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])


def test_analysis_and_the_end_of_an_instance() -> None:
    """Chinese is analysed as on the full server; the data folder can't be taken twice; at the end nothing is left, running or on disk."""
    with running_engines(brief=True) as engines:
        url, data_dir = engines.elasticsearch_url, engines.data_dir
        mapping = {"properties": {"title": {"type": "text", "analyzer": "bigrams", "fields": {"chars": {"type": "text", "analyzer": "characters"}}}}}
        _call(url, "PUT", "/news", {"settings": {"number_of_replicas": 0, "analysis": ANALYSIS}, "mappings": mapping})
        assert _tokens(url, "bigrams") == ["昆山@0", "将新@3", "新增@4", "近@7", "零碳@9", "碳工@10", "工厂@11", "10@13", "家@15"]
        assert _tokens(url, "characters") == [f"{character}@{place}" for place, character in enumerate(TITLE)]
        _call(url, "PUT", "/news/_doc/1?refresh=true", {"title": TITLE})
        found = _call(url, "POST", "/news/_search", _phrase("昆山:将新增"))
        assert found["hits"]["hits"][0]["highlight"] == {"title.chars": ["<em>昆山:将新增</em>(近)零碳工厂10家"]}

        assert [path.name for path in data_dir.iterdir() if path.is_dir() and path.stat().st_mode & 0o077] == []
        assert [log.name for log in engines.log_dir.iterdir() if log.stat().st_mode & 0o077] == []
        family = [process for child in engines.children for process in _family(child)]
        ports = _port(engines.kafka_bootstrap_servers), _port(url)
        assert metadata_answered(ports[0])
    assert not any(process.is_running() for process in family)
    assert not data_dir.exists()
    assert not metadata_answered(ports[0])
    assert not healthy(ports[1])


def _tokens(url: str, analyzer: str) -> list[str]:
    answer = _call(url, "POST", "/news/_analyze", {"analyzer": analyzer, "text": TITLE})
    return [f"{token['token']}@{token['start_offset']}" for token in answer["tokens"]]


def _phrase(text: str) -> dict[str, object]:
    return {"query": {"match_phrase": {"title.chars": text}}, "highlight": {"fields": {"title.chars": {}}}}


PARENT = """
import sys, time
from deploy.engines.engines import running_engines
with running_engines(brief=True) as engines:
    print(*(child.pid for child in engines.children), flush=True)
    time.sleep(600)
"""


def test_kill_9_of_the_parent_leaves_no_engine() -> None:
    """Neither Kafka, nor Elasticsearch's launcher, nor the server that it started."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
    assert parent.stdout
    try:
        with parent.stdout:
            engines = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        family = [*engines, *(child for engine in engines for child in engine.children(recursive=True))]
        assert len(family) == 3
    finally:
        parent.kill()
        parent.wait()
    _until(lambda: not any(process.is_running() for process in family))


def test_a_data_folder_in_use_is_refused(tmp_path: Path) -> None:
    """Before anything is started in it."""
    import fcntl

    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(FolderUnusable, match="in use by other engines"), running_engines(data_dir=tmp_path):
            pass


def test_an_engine_that_dies_while_starting_is_told_with_its_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heap that no machine has: the JVM's own words are passed on."""
    monkeypatch.setattr("deploy.engines.elasticsearch.heap_mib", lambda: 10**9)
    monkeypatch.setattr("deploy.engines.elasticsearch.memory_needed", lambda: 0)
    with pytest.raises(EngineError, match=r"(?s)Elasticsearch stopped by itself.*elasticsearch\.log:\n.*heap"), running_engines():
        pass
