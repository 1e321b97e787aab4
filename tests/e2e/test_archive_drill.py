"""The drill: an archive imported into engines that never saw its digests, and the same documents come out.

`JIANBAO_TEST_DRILL=1000` makes it as many digests; what it prints then are the figures.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from deploy.engines.engines import running_engines
from services.operate.erase.readers import past
from shared.kafka.scan import Scanner
from shared.settings import KafkaSettings
from tests.command import jianbao
from tests.engines import RunningEngines
from tests.pipeline import Pipeline, Receipt
from tests.sizes import size
from tests.variants import variant

pytestmark = pytest.mark.connected

DIGESTS = size("JIANBAO_TEST_DRILL", short=12, long=1000)
SECONDS = 60 + DIGESTS
"""A busy machine of two cores enriches and indexes more than two of them a second."""

NOT_CONTENT = {"enriched_at", "revisions"}
"""When a manifest was made, and at which places of the enriched topic its digest's records lie"""

Documents = dict[str, tuple[int, dict[str, str]]]
"""Version, and hash of each field, by kind and id"""


@contextmanager
def services(engines: Mapping[str, str], logs: Path, namespace: str) -> Iterator[Pipeline]:
    """The four services on these engines, not started yet."""
    logs.mkdir()
    pipeline = Pipeline(engines=engines, namespace=namespace, logs=logs)
    try:
        yield pipeline
    except BaseException:
        print(pipeline.logs())
        raise
    finally:
        pipeline.close()


async def all_read(pipeline: Pipeline) -> None:
    """Whatever is in the topics is processed."""
    settings = KafkaSettings(bootstrap_servers=pipeline.kafka)
    async with Scanner(settings) as scanner:
        await past(settings, scanner, pipeline.topics.enrich_group, pipeline.topics.raw.name, seconds=SECONDS)
        await past(settings, scanner, pipeline.topics.index_group, pipeline.topics.enriched.name, seconds=SECONDS)


def documents(url: str, namespace: str) -> Documents:
    """All of both indices."""
    found: Documents = {}
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        for kind in ("items", "digests"):
            alias = f"/{namespace}-{kind}"
            client.post(f"{alias}/_refresh").raise_for_status()
            after: list[Any] = []
            while True:
                query: dict[str, Any] = {"size": 1000, "version": True, "sort": ["item_id" if kind == "items" else "digest_id"]}
                hits = client.post(f"{alias}/_search", json=query | ({"search_after": after} if after else {})).json()["hits"]["hits"]
                if not hits:
                    break
                for hit in hits:
                    said = {field: value for field, value in hit["_source"].items() if field not in NOT_CONTENT}
                    # Elasticsearch keeps our version for items; a manifest holds its own.
                    version = hit["_version"] if kind == "items" else said["version"]
                    found[f"{kind}/{hit['_id']}"] = version, {field: _hash(value) for field, value in said.items()}
                after = hits[-1]["sort"]
    return found


def _hash(value: object) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def differences(before: Documents, after: Documents) -> dict[str, list[str]]:
    """The fields that are not the same, by kind and id."""
    found = {}
    for key, (version, fields) in before.items():
        new_version, new_fields = after[key]
        differing = [field for field in fields.keys() | new_fields.keys() if fields.get(field) != new_fields.get(field)]
        if version != new_version or differing:
            found[key] = [*(["_version"] if version != new_version else []), *sorted(differing)]
    return found


def life(pipeline: Pipeline, url: str) -> list[Receipt]:
    """Digests, every fifth of them fed again with other content, every seventh withdrawn, one erased, one withdrawn and fed again."""
    fed = [pipeline.feed_until_taken(variant(n), external_id=str(n), published_on="2026-02-06") for n in range(DIGESTS)]
    for n in range(0, DIGESTS, 5):
        fed[n] = pipeline.feed_until_taken(variant(n + DIGESTS), external_id=str(n), published_on="2026-02-06")
    withdrawn = [fed[n].digest_id for n in range(0, DIGESTS, 7)]
    done(jianbao(pipeline, "withdraw", *withdrawn, "--reason", "发布方撤稿"))
    pipeline.feed_until_taken(variant(7), external_id="7", published_on="2026-02-06")
    done(jianbao(pipeline, "erase", fed[3].digest_id, "--reason", "法院裁定", "--yes", "--wait", str(SECONDS), environ={"ELASTICSEARCH_URL": url}))
    return fed


def done(command: "Any") -> str:
    """What it printed; an AssertionError with its errors when it failed."""
    assert command.returncode == 0, command.stderr
    return str(command.stdout)


async def test_lost_engines_are_rebuilt_from_the_archive(engines: RunningEngines, tmp_path: Path, namespace: str) -> None:
    """Same items and manifests with same ids, versions and content, withdrawn and erased ones too; the archive grows on with the new cluster."""
    archive = str(tmp_path / "archive")
    url = engines.elasticsearch_url
    with services(engines.environ, tmp_path / "first", namespace) as pipeline:
        pipeline.start()
        fed = life(pipeline, url)
        await all_read(pipeline)
        began = time.monotonic()
        exported = done(jianbao(pipeline, "archive", "export", archive))
        figures = [f"export {time.monotonic() - began:.1f} s: {exported}"]
        before = documents(url, namespace)

    with running_engines(brief=True) as fresh, services(fresh.environ, tmp_path / "second", namespace) as pipeline:
        url = fresh.elasticsearch_url
        began = time.monotonic()
        figures.append(done(jianbao(pipeline, "archive", "verify", archive)))
        figures.append(f"import {done(jianbao(pipeline, 'archive', 'import', archive, seconds=600))}")
        figures.append(f"verified and imported in {time.monotonic() - began:.1f} s")
        pipeline.start()
        await all_read(pipeline)
        figures.append(f"searchable {time.monotonic() - began:.1f} s after the import began")
        after = documents(url, namespace)
        assert after.keys() == before.keys()
        assert differences(before, after) == {}
        assert f"digests/{fed[3].digest_id}" in after  # the erased one's manifest, which says nothing but its id and version
        new = done(jianbao(pipeline, "archive", "export", archive))
        # All that the new cluster has is in the archive already; only that it was imported is news.
        assert "0 raw records and 1 operations are new" in new
    print(f"{DIGESTS} digests, {len(before)} documents", *figures, sep="\n")
