"""Real engines with TLS, logins, ACLs and API keys: the least rights suffice, what is wrong is said at once, and nothing secret is logged."""

import asyncio
import base64
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx
import pytest
from elastic_transport import TransportError
from elasticsearch import ApiError
from pydantic import SecretStr

from deploy.engines.process import Child, Launch
from shared import elastic, rights
from shared.errors import JianbaoError, Refused
from shared.kafka.clients import admin_client, ensure_topics
from shared.kafka.granted import prepare
from shared.rights import PROGRAMS, Right
from shared.settings import ElasticsearchSettings, KafkaSettings
from shared.topics import Topics
from tests.pipeline import FLOW, MODULES, ROOT, Pipeline, wait_for
from tests.secured_engines import PASSWORDS, Secured
from tests.secured_engines import ROOT as ROOT_PASSWORD

pytestmark = pytest.mark.connected

SECONDS = 10.0
"""In which a refusal is told; it takes some tens of ms, and under a second where a password is wrong."""

WARNINGS = 20
"""Entries of a service's log at the level of warnings and above, while rights are taken away and given back: some five to ten."""

NAMESPACE = f"t-{uuid4().hex[:8]}"
TOPICS = Topics(NAMESPACE)
TEXT = "昆山:将新增零碳工厂十家\n\n机密词在此。"


@pytest.fixture(scope="module")
def environs(secured: Secured) -> dict[str, dict[str, str]]:
    """Each program's variables: a login of its own with the rights that `shared.rights` names, and no others; an operator has made the topics."""
    asyncio.run(secured.grant_all(TOPICS))
    asyncio.run(ensure_topics(secured.kafka("operator"), TOPICS.all))
    return {program: secured.environ(program, NAMESPACE) for program in PROGRAMS}


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of all processes of this module."""
    return tmp_path_factory.mktemp("logs")


@pytest.fixture(scope="module")
def pipeline(environs: dict[str, dict[str, str]], logs: Path) -> Iterator[Pipeline]:
    """The services that digests go through and the one that fetches, each as itself, logging all they can."""
    made = Pipeline(engines=environs["search"] | {"JIANBAO_LOG_LEVEL": "debug"}, namespace=NAMESPACE, logs=logs, own=lambda name: environs[name])
    try:
        made.start(*FLOW, "fetch")
        yield made
    finally:
        made.close()


@pytest.mark.parametrize(("user", "listener"), [("ingest", "secure"), ("enrich", "secure"), ("operator", "secure"), ("enrich", "narrow")])
async def test_every_way_to_log_in_works(user: str, listener: str, secured: Secured) -> None:
    """SCRAM-SHA-256, SCRAM-SHA-512 and PLAIN over TLS; and without TLS."""
    async with admin_client(secured.kafka(user, listener=listener)) as admin:
        await admin.list_topics()


WRONG: dict[str, tuple[Callable[[Secured], KafkaSettings], str]] = {
    "wrong CA": (lambda engines: engines.kafka("ingest", ssl_cafile=engines.certificates.other_ca), "set KAFKA_SSL_CAFILE"),
    "wrong host name": (lambda engines: engines.kafka("ingest", host="localhost"), "write in KAFKA_BOOTSTRAP_SERVERS one"),
    "expired certificate": (lambda engines: engines.kafka("ingest", listener="expired"), "its certificate has expired"),
    "wrong password": (lambda engines: engines.kafka("ingest", sasl_password=SecretStr("x")), "KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD"),
    "unknown user": (lambda engines: engines.kafka("enrich", sasl_username="stranger"), "KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD"),
    "another mechanism than the user's": (lambda engines: engines.kafka("ingest", sasl_mechanism="SCRAM-SHA-512"), "KAFKA_SASL_MECHANISM"),
    "unknown mechanism": (lambda engines: engines.kafka("operator", listener="narrow"), "set KAFKA_SASL_MECHANISM to one that it offers"),
    "no TLS": (lambda engines: engines.kafka("ingest", security_protocol="SASL_PLAINTEXT"), "KAFKA_SECURITY_PROTOCOL"),
    "no login": (lambda engines: engines.kafka("ingest", security_protocol="SSL"), "KAFKA_SECURITY_PROTOCOL"),
    "neither": (lambda engines: engines.kafka("ingest", security_protocol="PLAINTEXT"), "KAFKA_SECURITY_PROTOCOL"),
    "TLS where there is none": (lambda engines: engines.kafka("enrich", listener="narrow", security_protocol="SASL_SSL"), "KAFKA_SECURITY_PROTOCOL"),
    "no rights": (lambda engines: engines.kafka("nobody"), f"WRITE on topic {TOPICS.raw.name}"),
    "rights of another program": (lambda engines: engines.kafka("index"), f"READ on topic {TOPICS.raw.name}"),
}


@pytest.mark.usefixtures("environs")
@pytest.mark.parametrize("name", WRONG)
async def test_what_kafka_refuses_is_said_with_what_to_change(name: str, secured: Secured) -> None:
    """At once, by the setting or right that is at fault, and without the password."""
    settings, words = WRONG[name]
    async with asyncio.timeout(SECONDS):
        with pytest.raises(JianbaoError) as raised:
            await prepare(settings(secured), TOPICS, "ingest")
    assert words in str(raised.value)
    assert not _secret(str(raised.value).encode(), PASSWORDS.values())


async def test_a_group_without_its_right_is_said(secured: Secured, environs: dict[str, dict[str, str]]) -> None:
    """Before anything joins it."""
    assert environs
    right = Right("group", TOPICS.enrich_group, "READ")
    await secured.revoke("enrich", [right])
    try:
        with pytest.raises(Refused, match=f"READ on group {TOPICS.enrich_group}"):
            await prepare(secured.kafka("enrich"), TOPICS, "enrich")
    finally:
        await secured.grant("enrich", [right])


def _key(engines: Secured, *, revoked: bool = False) -> SecretStr:
    made = engines.api_key("search", rights.elasticsearch("search", NAMESPACE) or {})
    if revoked:
        engines.revoke_key(made["id"])
    return SecretStr(made["encoded"])


REFUSED: dict[str, tuple[Callable[[Secured], ElasticsearchSettings], str]] = {
    "wrong CA": (lambda engines: engines.elasticsearch(ca_file=engines.certificates.other_ca, username="root"), "set ELASTICSEARCH_CA_FILE"),
    "wrong host name": (lambda engines: engines.elasticsearch(host="localhost", username="root"), "write in ELASTICSEARCH_URL one"),
    "http for https": (lambda engines: engines.elasticsearch(scheme="http", ca_file=None, username="root"), "begin with https"),
    "no login": (lambda engines: engines.elasticsearch(), "set ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME"),
    "wrong password": (lambda engines: engines.elasticsearch(username="root", password=SecretStr("x")), "check ELASTICSEARCH_USERNAME"),
    "revoked key": (lambda engines: engines.elasticsearch(api_key=_key(engines, revoked=True)), "ELASTICSEARCH_API_KEY is not taken"),
    "unknown key": (
        lambda engines: engines.elasticsearch(api_key=SecretStr(base64.b64encode(b"a:b").decode())),
        "ELASTICSEARCH_API_KEY is not taken",
    ),
    "too few privileges": (lambda engines: engines.elasticsearch(api_key=_key(engines)), "lacks a privilege"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_elasticsearch_refuses_is_said_with_what_to_change(name: str, secured: Secured) -> None:
    """As Kafka's; the request is one that search has no right to."""
    make, words = REFUSED[name]
    settings = make(secured)
    async with asyncio.timeout(SECONDS):
        client = elastic.connect(settings)
        try:
            with pytest.raises((ApiError, TransportError)) as raised:
                await client.indices.delete(index=f"{NAMESPACE}-items-v3")
        finally:
            await client.close()
    assert words in str(elastic.explained(raised.value, settings))


async def test_a_user_and_a_password_do_as_well_as_a_key(secured: Secured) -> None:
    """With the CA of the file."""
    client = elastic.connect(secured.elasticsearch(username="root", password=SecretStr(ROOT_PASSWORD)))
    try:
        assert (await client.cluster.health())["status"] in ("green", "yellow")
    finally:
        await client.close()


def test_services_that_may_not_log_in_are_not_ready_and_say_why(secured: Secured, environs: dict[str, dict[str, str]], logs: Path) -> None:
    """Each by its own check, while it goes on trying."""
    wrong = {"KAFKA_SASL_PASSWORD": "wrong-password", "ELASTICSEARCH_API_KEY": base64.b64encode(b"wrong:key-of-elasticsearch").decode()}
    folder = logs / "wrong"
    folder.mkdir()
    made = Pipeline(engines=environs["search"], namespace=NAMESPACE, logs=folder)
    words = {"ingest": "KAFKA_SASL_PASSWORD", "enrich": "KAFKA_SASL_PASSWORD", "index": "ELASTICSEARCH_API_KEY", "search": "ELASTICSEARCH_API_KEY"}
    try:
        for name in words:
            environ = {**made._environ, **environs[name], **wrong}
            command = [sys.executable, "-m", MODULES[name]]
            log = folder / f"{name}.log"
            made.children[name] = Child(Launch(name=name, command=command, log=log, address="", ready=lambda: True, environ=environ, cwd=ROOT))
        for name, setting in words.items():
            wait_for(lambda name=name, setting=setting: setting in _reasons(made, name), f"{name} to name {setting}")  # type: ignore[misc]
            assert made.children[name].code is None
    finally:
        made.close()


COMMANDS = (
    (["topics"], ["reconcile"], ["dead", "list"], ["archive", "export", "ARCHIVE"], ["source", "set", "双碳周报", "name=本周双碳"]),
    (["rebuild"], ["replay"]),
)
"""Those of a row run side by side: most of their time is Python's start"""


def test_the_least_rights_suffice(pipeline: Pipeline, environs: dict[str, dict[str, str]], logs: Path, tmp_path: Path) -> None:
    """Fed, found, and everything an operator does, each with what the tables of README.md say and nothing more."""
    receipt = pipeline.feed(TEXT)
    pipeline.wait_searchable(receipt)
    assert receipt.digest_id in {hit["digest_id"] for hit in pipeline.search("零碳工厂")}  # other tests feed the same text
    ours = {"JIANBAO_NAMESPACE": NAMESPACE, "JIANBAO_LOG_LEVEL": "debug", "INGEST_URL": pipeline.url("ingest"), "SEARCH_URL": pipeline.url("search")}

    def run(words: list[str]) -> "tuple[list[str], subprocess.CompletedProcess[str]]":
        given = (str(tmp_path / "archive") if word == "ARCHIVE" else word for word in words)
        return words, _jianbao(*given, environ=environs["operator"] | ours)

    with ThreadPoolExecutor() as threads:
        for row in COMMANDS:
            for words, done in threads.map(run, row):
                (logs / f"jianbao-{words[0]}.log").write_text(done.stderr, "utf-8")
                assert done.returncode == 0, (words, done.stdout, done.stderr)
    wait_for(lambda: pipeline.get("search", "/api/sources/双碳周报")["source_name"] == "本周双碳", "search to know what the source is called")
    assert [path.name for path in (tmp_path / "archive").rglob("*") if path.stat().st_mode & 0o077] == []


def test_a_command_that_may_not_log_in_fails_with_what_to_change(environs: dict[str, dict[str, str]]) -> None:
    """Quickly, with exit status 1."""
    began = monotonic()
    done = _jianbao("topics", environ=environs["operator"] | {"KAFKA_SASL_PASSWORD": "wrong-password"})
    assert (done.returncode, "KAFKA_SASL_PASSWORD" in done.stderr, "wrong-password" in done.stderr) == (1, True, False)
    assert monotonic() - began < 6 * SECONDS  # most of it is Python's start on a busy machine


def test_what_is_taken_away_is_waited_for(pipeline: Pipeline, secured: Secured, environs: dict[str, dict[str, str]], logs: Path) -> None:
    """Rights in both engines: red with the reason, green again once mended, by the same processes and in few words; nothing is lost."""
    key = environs["search"]["ELASTICSEARCH_API_KEY"]
    taken = {
        "ingest": (Right("topic", TOPICS.raw.name, "WRITE"), f"WRITE on topic {TOPICS.raw.name}"),
        "enrich": (Right("group", TOPICS.enrich_group, "READ"), f"READ on group {TOPICS.enrich_group}"),
        "index": (Right("topic", TOPICS.enriched.name, "READ"), f"READ on topic {TOPICS.enriched.name}"),
    }
    children = dict(pipeline.children)
    before = {name: _warnings(logs / f"{name}.log") for name in children}
    receipt = pipeline.feed(TEXT + "第二期。", external_id="second")
    secured.limit_key(key, "search", None)
    for name, (right, _) in taken.items():
        asyncio.run(secured.revoke(name, [right]))
    with pytest.raises(httpx.HTTPStatusError, match="503"):
        pipeline.feed(TEXT, external_id="third")
    for name, (_, words) in taken.items():
        wait_for(lambda name=name, words=words: words in _reasons(pipeline, name), f"{name} to name {words}")  # type: ignore[misc]
    wait_for(lambda: "lacks a privilege" in _reasons(pipeline, "search"), "search to name its key")
    for name, (right, _) in taken.items():
        asyncio.run(secured.grant(name, [right]))
    secured.limit_key(key, "search", rights.elasticsearch("search", NAMESPACE))
    for name in children:
        wait_for(lambda name=name: pipeline.ready(name), f"{name} to be ready again")  # type: ignore[misc]
    pipeline.wait_searchable(receipt)
    assert [name for name, child in pipeline.children.items() if child is not children[name] or child.code is not None] == []
    assert {name: count for name in children if (count := _warnings(logs / f"{name}.log") - before[name]) > WARNINGS} == {}


def test_nothing_secret_is_logged(pipeline: Pipeline, environs: dict[str, dict[str, str]], logs: Path) -> None:
    """No password, key or text of a digest, however they may be written, at the level of debug, whatever has happened here."""
    keys = [environ["ELASTICSEARCH_API_KEY"] for environ in environs.values() if "ELASTICSEARCH_API_KEY" in environ]
    secrets = [*PASSWORDS.values(), *keys, *(base64.b64decode(key).decode().partition(":")[2] for key in keys), ROOT_PASSWORD]
    secrets += ["wrong-password", "key-of-elasticsearch", "机密词"]
    written = {path: path.read_bytes() for path in logs.rglob("*.log*")}
    assert {"ingest.log", "enrich.log", "index.log", "search.log"} <= {path.name for path in written}
    assert pipeline.children
    assert [(path.name, found) for path, text in written.items() if (found := _secret(text, secrets))] == []


def _secret(text: bytes, secrets: Any) -> list[str]:
    """Those of the secrets that stand in a text: as they are, in base64, as escapes."""

    def forms(secret: str) -> list[bytes]:
        plain = secret.encode()
        return [plain, base64.b64encode(plain).rstrip(b"="), secret.encode("unicode_escape"), repr(plain)[2:-1].encode()]

    return [secret for secret in secrets if any(form in text for form in forms(secret))]


def _reasons(pipeline: Pipeline, service: str) -> str:
    try:
        answer = httpx.get(pipeline.url(service) + "/readyz", trust_env=False, timeout=5)
    except httpx.TransportError:
        return ""
    return " ".join(check["message"] for check in answer.json()["checks"])


def _warnings(log: Path) -> int:
    return len(re.findall(r"(?m)^\d{4}-\S+ \[(?:warning|error|critical) *\]", log.read_text("utf-8")))


def _jianbao(*words: str, environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from services.cli.main import main; main()", *words]
    return subprocess.run(command, env=os.environ | environ, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
