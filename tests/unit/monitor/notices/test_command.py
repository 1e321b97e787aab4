"""`jianbao notify` shows channels and tests them, on local receivers."""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner, Result

from services.cli.app import create_app
from tests.fakes.receiver import Receiver, receiver
from tests.fakes.smtp_server import SmtpServer, smtp_server


class Servers(NamedTuple):
    """Both, on a loop in a thread of its own, as the command has its own loop."""

    http: Receiver
    smtp: SmtpServer


@pytest.fixture
def servers() -> Iterator[Servers]:
    """Running ones."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def on_loop(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(10)

    stack = AsyncExitStack()

    async def start() -> Servers:
        return Servers(await stack.enter_async_context(receiver()), await stack.enter_async_context(smtp_server()))

    try:
        yield on_loop(start())
    finally:
        on_loop(stack.aclose())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def channels(servers: Servers) -> str:
    """One of each kind."""
    url = servers.http.url
    return f"""
    [[channel]]
    name = "程序[1]"
    kind = "webhook"
    url = "{url}/webhook?key=s3cret-a"
    secret = "s3cret-s3cret"
    [[channel]]
    name = "企业微信群"
    kind = "wecom"
    url = "{url}/wecom?key=s3cret-b"
    levels = ["red"]
    silent = ["00:00-12:00", "12:00-00:00"]
    [[channel]]
    name = "钉钉群"
    kind = "dingtalk"
    url = "{url}/dingtalk?access_token=s3cret-c"
    secret = "SEC1"
    [[channel]]
    name = "飞书群"
    kind = "feishu"
    url = "{url}/feishu/s3cret-d"
    secret = "SEC2"
    [[channel]]
    name = "值班邮箱"
    kind = "mail"
    host = "127.0.0.1"
    port = {servers.smtp.port}
    tls = "none"
    sender = "jianbao@a.org"
    to = ["ops@a.org"]
    """


@pytest.fixture
def file(servers: Servers, tmp_path: Path) -> Path:
    """The channels' file."""
    path = tmp_path / "notices.toml"
    path.write_text(channels(servers), "utf-8")
    return path


def notify(file: Path, *words: str) -> Result:
    """The command with the file as its setting."""
    return CliRunner().invoke(create_app(), ["notify", *words], env={"MONITOR_NOTICES": str(file), "COLUMNS": "100"})


def test_it_shows_the_channels_and_sends_nothing(servers: Servers, file: Path) -> None:
    """Without what is secret in them."""
    shown = notify(file)
    assert shown.exit_code == 0
    assert [line.split()[:2] for line in shown.stdout.splitlines()[1:]] == [
        ["程序[1]", "webhook"],
        ["企业微信群", "wecom"],
        ["钉钉群", "dingtalk"],
        ["飞书群", "feishu"],
        ["值班邮箱", "mail"],
    ]
    assert "s3cret" not in shown.output
    assert servers.http.taken == []


def test_a_test_reaches_every_channel(servers: Servers, file: Path) -> None:
    """Whatever levels and times of silence they have."""
    answered = notify(file, "--test", "--json")
    assert answered.exit_code == 0, answered.output
    assert {json.loads(line)["outcome"] for line in answered.stdout.splitlines()} == {"delivered"}
    assert sorted(urlsplit(each.target).path for each in servers.http.taken) == ["/dingtalk", "/feishu/s3cret-d", "/webhook", "/wecom"]
    assert [mail["Subject"] for mail in servers.smtp.mails] == ["[简报] ◆ 简报流水线：测试通知"]
    assert all("收到即说明此通道可用" in each.body.decode() for each in servers.http.taken)


def test_receivers_can_verify_what_they_are_sent(servers: Servers, file: Path) -> None:
    """As a program, DingTalk and Feishu do by their documentation."""
    notify(file, "--test")
    taken = {urlsplit(each.target).path.split("/")[1]: each for each in servers.http.taken}

    seconds, code = (part.split("=")[1] for part in taken["webhook"].headers["x-jianbao-signature"].split(","))
    expected = hmac.new(b"s3cret-s3cret", seconds.encode() + b"." + taken["webhook"].body, hashlib.sha256)
    assert hmac.compare_digest(code, expected.hexdigest())

    query = {name: value for name, [value] in parse_qs(urlsplit(taken["dingtalk"].target).query).items()}
    signed = hmac.new(b"SEC1", f"{query['timestamp']}\nSEC1".encode(), hashlib.sha256).digest()
    assert query == {"access_token": "s3cret-c", "timestamp": query["timestamp"], "sign": base64.b64encode(signed).decode()}

    said = taken["feishu"].said
    signed = hmac.new(f"{said['timestamp']}\nSEC2".encode(), digestmod=hashlib.sha256).digest()
    assert said["sign"] == base64.b64encode(signed).decode()


def test_it_says_which_channel_did_not_take_it(servers: Servers, file: Path) -> None:
    """And exits 1; the others were tested all the same."""
    servers.http.answers["/wecom"] = (200, {"errcode": 93000, "errmsg": "invalid webhook url"})
    answered = notify(file, "--test", "--channel", "企业微信群", "--channel", "值班邮箱")
    assert answered.exit_code == 1
    lines = answered.stdout.splitlines()[1:]
    assert [line.split(maxsplit=2)[0] for line in lines] == ["企业微信群", "值班邮箱"]
    assert "it answered code 93000: invalid webhook url" in lines[0]
    assert lines[1].split()[2] == "taken"
    assert "s3cret" not in answered.output


@pytest.mark.parametrize(
    ("content", "words", "said"),
    [
        ("", [], "has no channels"),
        (None, [], "can't be read"),
        ('[[channel]]\nname = "群"\nkind = "wecom"\nurl = "http://127.0.0.1:1/a"', ["--channel", "钉"], "has no channel '钉', only 群"),
    ],
)
def test_a_file_that_can_not_be_used(tmp_path: Path, content: str | None, words: list[str], said: str) -> None:
    """Is said on standard error."""
    path = tmp_path / "notices.toml"
    if content is not None:
        path.write_text(content, "utf-8")
    answered = notify(path, *words)
    assert answered.exit_code == 1
    assert said in answered.stderr
