"""A TOML file → the channels that notices go to.

    [[channel]]
    name = "值班群"
    kind = "wecom"                      # webhook, wecom, dingtalk, feishu, mail
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"
    levels = ["red", "yellow", "green"]

The file holds secrets, as addresses of robots are ones: it should be readable by the service alone.
"""

import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from shared.errors import Misconfigured
from shared.notices.notice import Level
from shared.records import Record

Url = Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=2000)]
Hours = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
Address = Annotated[str, Field(pattern=r"^[^@\s,<>]+@[^@\s,<>]+$", max_length=320)]


class _Channel(Record):
    name: str = Field(min_length=1, max_length=100, description="What it is called in logs and pages")
    levels: tuple[Level, ...] = Field(default=("red", "yellow", "green", "news"), description="What goes there")
    silent: tuple[Hours, ...] = Field(default=(), description="Times of the day, in Asia/Shanghai, at which nothing goes there: 22:00-07:30")

    def is_silent(self, at: time) -> bool:
        """Whether nothing goes there at that time of the day."""
        return any(_within(at, hours) for hours in self.silent)


def _within(at: time, hours: str) -> bool:
    first, last = (time.fromisoformat(part) for part in hours.split("-"))
    return first <= at < last if first <= last else at >= first or at < last


class Webhook(_Channel):
    """Any program: a POST of the notice as JSON, signed."""

    kind: Literal["webhook"]
    url: Url
    secret: str | None = Field(default=None, min_length=8, description="Signs each request: see forms.py")


class WeCom(_Channel):
    """A robot of a group in WeCom (企业微信)."""

    kind: Literal["wecom"]
    url: Url


class DingTalk(_Channel):
    """A robot of a group in DingTalk (钉钉)."""

    kind: Literal["dingtalk"]
    url: Url
    secret: str | None = Field(default=None, description="加签: where the robot is set to ask for signatures")


class Feishu(_Channel):
    """A robot of a group in Feishu (飞书)."""

    kind: Literal["feishu"]
    url: Url
    secret: str | None = Field(default=None, description="签名校验: where the robot is set to ask for signatures")


class Mail(_Channel):
    """Mail by an SMTP server."""

    kind: Literal["mail"]
    host: str = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65535)
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = None
    sender: Address
    to: tuple[Address, ...] = Field(min_length=1)


Channel = Annotated[Webhook | WeCom | DingTalk | Feishu | Mail, Field(discriminator="kind")]


class _File(Record):
    channel: tuple[Channel, ...] = ()


def read(path: Path) -> tuple[Channel, ...]:
    """Return the channels of a file; raises Misconfigured with what is wrong in it."""
    try:
        found = TypeAdapter(_File).validate_python(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise Misconfigured(f"{path} can't be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Misconfigured(f"{path} is no TOML in UTF-8: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Misconfigured(f"{path}: {where}: {first['msg']}") from error
    names = [channel.name for channel in found.channel]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise Misconfigured(f"{path}: two channels are called {twice!r}")
    return found.channel
