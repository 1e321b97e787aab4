"""A notice and a channel → the HTTP request that the channel documents, with its signature. Pure.

Webhook   POST of the notice as JSON. `X-Jianbao-Signature: t=SECONDS,v1=HEX` is the HMAC-SHA256 of `SECONDS.BODY`
          by the secret, and `X-Jianbao-Notice` the notice's id: a receiver refuses old times and ids seen before.
WeCom     群机器人配置说明: msgtype markdown, content of 4,096 bytes at most.
DingTalk  自定义机器人: msgtype markdown; timestamp in ms and sign = Base64(HMAC-SHA256(secret, "ms\nsecret")) in the query.
Feishu    自定义机器人使用指南: msg_type interactive; timestamp in s and sign = Base64(HMAC-SHA256("s\nsecret", "")) in the body.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson

from shared.notices.channel import DingTalk, Feishu, Webhook, WeCom
from shared.notices.notice import Level, Notice, markdown

WECOM_BYTES = 4096
DINGTALK_BYTES = 20_000
FEISHU_BYTES = 20_000
"""Feishu takes 20 kB of a request, the card around the text included; DingTalk 20,000 bytes."""

_CARD: dict[Level, str] = {"red": "red", "yellow": "yellow", "green": "green", "news": "blue"}


@dataclass(frozen=True)
class Form:
    """A POST."""

    url: str
    body: bytes
    headers: dict[str, str]


def form(notice: Notice, channel: Webhook | WeCom | DingTalk | Feishu, *, now: datetime) -> Form:
    """Return the request; `now` is the time that is signed."""
    match channel:
        case Webhook():
            return _webhook(notice, channel, now)
        case WeCom():
            text = markdown(notice, most_bytes=WECOM_BYTES)
            return _json(channel.url, {"msgtype": "markdown", "markdown": {"content": text}})
        case DingTalk():
            text = markdown(notice, most_bytes=DINGTALK_BYTES - 1000)
            said = {"msgtype": "markdown", "markdown": {"title": notice.headline[:100], "text": text}}
            return _json(_signed_address(channel, now), said)
        case Feishu():
            return _json(channel.url, _card(notice) | _feishu_signature(channel, now))


def _webhook(notice: Notice, channel: Webhook, now: datetime) -> Form:
    made = _json(channel.url, notice.model_dump(mode="json"))
    headers = made.headers | {"X-Jianbao-Notice": notice.id}
    if channel.secret is not None:
        seconds = str(int(now.timestamp()))
        code = hmac.digest(channel.secret.encode(), f"{seconds}.".encode() + made.body, "sha256").hex()
        headers["X-Jianbao-Signature"] = f"t={seconds},v1={code}"
    return Form(made.url, made.body, headers)


def _signed_address(channel: DingTalk, now: datetime) -> str:
    if channel.secret is None:
        return channel.url
    milliseconds = str(round(now.timestamp() * 1000))
    code = hmac.digest(channel.secret.encode(), f"{milliseconds}\n{channel.secret}".encode(), "sha256")
    query = urlencode({"timestamp": milliseconds, "sign": base64.b64encode(code).decode()})
    return f"{channel.url}{'&' if '?' in channel.url else '?'}{query}"


def _feishu_signature(channel: Feishu, now: datetime) -> dict[str, str]:
    if channel.secret is None:
        return {}
    seconds = str(int(now.timestamp()))
    code = hmac.digest(f"{seconds}\n{channel.secret}".encode(), b"", "sha256")
    return {"timestamp": seconds, "sign": base64.b64encode(code).decode()}


def _card(notice: Notice) -> dict[str, Any]:
    text = markdown(notice, most_bytes=FEISHU_BYTES - 2000)
    title = {"tag": "plain_text", "content": notice.headline[:100]}
    elements = [{"tag": "markdown", "content": text.partition("\n")[2] or text}]
    header = {"title": title, "template": _CARD[notice.level]}
    return {"msg_type": "interactive", "card": {"header": header, "elements": elements}}


def _json(url: str, said: object) -> Form:
    return Form(url, orjson.dumps(said), {"Content-Type": "application/json; charset=utf-8"})
