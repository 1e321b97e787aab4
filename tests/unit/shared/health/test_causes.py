"""Errors of clients → their causes in plain words; what is to be done → the command that fits."""

import pytest

from shared.health.causes import cause
from shared.health.commands import fitting
from shared.settings import RunBy


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        (
            "Kafka at 127.0.0.1:9 does not answer: KafkaConnectionError: Unable to bootstrap from [('127.0.0.1', 9, <AddressFamily.AF_INET: 2>)]",
            "连不上，可能没有运行、卡住了，或网络不通",
        ),
        ("Elasticsearch at http://e:9200 can't be reached: Connection refused", "连不上，那里没有程序在监听"),
        (
            "Elasticsearch at http://e:9200 can't be reached: Cannot connect to host e:9200 ssl:default [Connect call failed ('127.0.0.1', 9200)]",
            "连不上，那里没有程序在监听",
        ),
        (
            "Elasticsearch at https://e can't be reached: Cannot connect to e:443 ssl:True [SSLCertVerificationError: certificate verify failed]",
            "的 TLS 连接不成，请核对证书与协议设置",
        ),
        (
            "Elasticsearch at https://e:9200 can't be reached: Cannot connect to host e:9200 ssl:default [[SSL: WRONG_VERSION_NUMBER] wrong version]",
            "的 TLS 连接不成，请核对证书与协议设置",
        ),
        ("Cannot connect to host e:9200 ssl:<ssl.SSLContext object at 0x7f> [Connection refused]", "连不上，那里没有程序在监听"),
        ("[Errno 111] Connect call failed ('127.0.0.1', 9)", "连不上，那里没有程序在监听"),
        ("no answer within 5 s", "迟迟没有答复，可能卡住了，或过载"),
        ("Kafka at k does not answer: [Error 7] RequestTimedOutError: timed out", "迟迟没有答复，可能卡住了，或过载"),
        ("Elasticsearch at http://e:9200 does not answer in time", "迟迟没有答复，可能卡住了，或过载"),
        ("Elasticsearch at http://nowhere can't be reached: [Errno -2] Name or service not known", "的主机名解析不了"),
        ("Elasticsearch at http://e:9200 refuses us (401): the user is wrong", "拒绝登录，请核对用户名、密码或密钥"),
        ("Elasticsearch at http://e:9200 refuses us (403): jianbao lacks a privilege", "没有给予所需的权限"),
        ("Kafka at k refuses us: it does not take the login: check KAFKA_SASL_USERNAME", "拒绝登录，请核对用户名、密码或密钥"),
        ("Elasticsearch at https://e can't be talked to: TLS failed: certificate verify failed", "的 TLS 连接不成，请核对证书与协议设置"),
        ("Elasticsearch at http://e:9200 is overloaded or not ready (503)", "过载，或还没有就绪"),
        ("topics: digests.raw.v1 is missing", None),
    ],
)
def test_causes(said: str, chinese: str | None) -> None:
    """By the words of libraries as our errors pass them on; nothing is made up for others."""
    found = cause(said)
    assert (found and found.chinese) == chinese


@pytest.mark.parametrize(
    ("command", "run_by", "expected"),
    [
        ("restart enrich", "up", "jianbao restart enrich"),
        ("restart enrich", "compose", "docker compose restart enrich"),
        ("restart enrich", "hand", "python -m services.enrich"),
        ("restart fetch", "hand", "python -m services.ingest.sources"),
        ("restart kafka", "up", "jianbao restart kafka"),
        ("restart kafka", "hand", None),
        ("another index", "compose", "docker compose up -d --scale index=2"),
        ("another index", "up", None),
        ("another index", "hand", "python -m services.index"),
        ("jianbao dead list", "up", "jianbao dead list"),
        ("jianbao dead list", "compose", "docker compose run --rm search jianbao dead list"),
        (None, "up", None),
    ],
)
def test_commands_that_fit(command: str | None, run_by: RunBy, expected: str | None) -> None:
    """None where no command would do."""
    assert fitting(command, run_by) == expected
