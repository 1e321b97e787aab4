"""What a client of Kafka or Elasticsearch raised, as our errors say it → its cause in a few plain words, in Chinese and in English. Pure.

Pages and reports say the cause; the words of libraries, with their addresses and error numbers, are kept as a detail.
"""

import re
from typing import NamedTuple


class Cause(NamedTuple):
    """Why something can't be reached, as what a sentence says of it: “Kafka …”."""

    chinese: str
    english: str


_CAUSES: tuple[tuple[str, Cause], ...] = (
    # The first that fits: a name that can't be resolved is also a connection that failed.
    (
        r"getaddrinfo|name or service not known|name resolution|nodename nor servname|no address associated",
        Cause("的主机名解析不了", "has a host name that can't be resolved"),
    ),
    (
        r"refuses us.*\(403\)|does not allow|not authorized|authorizationfailed|lacks a privilege",
        Cause("没有给予所需的权限", "does not grant what is needed"),
    ),
    (r"refuses us|\(401\)|authentication|sasl", Cause("拒绝登录，请核对用户名、密码或密钥", "refuses the login")),
    # aiohttp says "ssl:default" or "ssl:<ssl.SSLContext …>" of every connection that fails, also of those without TLS.
    (r"certificate|\btls\b|(?<!<)\bssl\b(?!:\S)", Cause("的 TLS 连接不成，请核对证书与协议设置", "lets no TLS connection come about")),
    (r"overloaded or not ready", Cause("过载，或还没有就绪", "is overloaded or not ready")),
    (
        r"connect call failed|connection refused|errno 111|cannot connect",
        Cause("连不上，那里没有程序在监听", "can't be connected to (nothing listens there)"),
    ),
    (
        r"unable to bootstrap|can't be reached|all connection attempts failed",
        Cause("连不上，可能没有运行、卡住了，或网络不通", "can't be connected to (it does not run, hangs, or the network is down)"),
    ),
    (
        r"no answer within|not answer in time|not answer within|timeout|timed out",
        Cause("迟迟没有答复，可能卡住了，或过载", "gives no answer in time (it hangs, or is overloaded)"),
    ),
    (r"connection (?:at .*)?(?:closed|reset|lost)|disconnected|nodenotready|connectionerror", Cause("中断了连接", "broke the connection off")),
)


def cause(said: str) -> Cause | None:
    """Return the cause of an error by its words; None where it is none of those known."""
    words = said.lower()
    return next((found for pattern, found in _CAUSES if re.search(pattern, words)), None)
