"""A notice → delivered to a channel: HTTP by httpx, mail by the standard library's SMTP client in a thread."""

import asyncio
import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

import httpx

from shared.notices.answers import Answer, read
from shared.notices.channel import Channel, Mail
from shared.notices.forms import form
from shared.notices.notice import Notice, plain

SECONDS = 10.0
"""For one try: robots answer within one."""

ANSWER_BYTES = 64 * 1024
"""Of an answer that are read: a robot's has some hundred."""

_BUSY = (421, 450, 451, 452)
"""SMTP codes after which the same mail may be taken (RFC 5321)."""


def _now() -> datetime:
    return datetime.now(UTC)


async def send(notice: Notice, channel: Channel, client: httpx.AsyncClient, *, now: Callable[[], datetime] = _now) -> Answer:
    """Return what became of one try; raises nothing."""
    try:
        if isinstance(channel, Mail):
            return await asyncio.to_thread(_mail, notice, channel)
        made = form(notice, channel, now=now())
        async with (
            asyncio.timeout(SECONDS),  # httpx counts from byte to byte: one that drips would hold up its channel for ever
            client.stream("POST", made.url, content=made.body, headers=made.headers, timeout=SECONDS) as answer,
        ):
            body = await _beginning(answer)
    except (httpx.HTTPError, TimeoutError) as error:  # its words may hold the address, which is a secret
        return Answer("again", f"it does not answer ({type(error).__name__})")
    except Exception as error:  # whatever a strange address makes the clients raise: no channel may end the others
        return Answer("wrong", f"its address can't be used ({type(error).__name__})")
    return read(channel.kind, answer.status_code, body, answer.headers.get("retry-after"))


async def _beginning(answer: httpx.Response) -> bytes:
    body = b""
    async for part in answer.aiter_bytes():
        body += part
        if len(body) >= ANSWER_BYTES:
            break
    return body[:ANSWER_BYTES]


def _mail(notice: Notice, channel: Mail) -> Answer:
    try:
        with _connected(channel) as server:
            if channel.user is not None:
                server.login(channel.user, channel.password or "")
            refused = server.send_message(message(notice, channel))
    except smtplib.SMTPAuthenticationError:
        return Answer("wrong", "the mail server refuses user or password")
    except smtplib.SMTPRecipientsRefused as error:
        busy = all(code in _BUSY for code, _ in error.recipients.values())
        return Answer("again" if busy else "wrong", "the mail server refuses all recipients")
    except smtplib.SMTPResponseException as error:
        busy = error.smtp_code in _BUSY
        return Answer("again" if busy else "wrong", f"the mail server answered {error.smtp_code}")
    except (OSError, smtplib.SMTPException) as error:
        return Answer("again", f"the mail server does not answer ({type(error).__name__})")
    return Answer("delivered", f"refused for {', '.join(sorted(refused))}" if refused else "")


def _connected(channel: Mail) -> smtplib.SMTP:
    if channel.tls == "tls":
        return smtplib.SMTP_SSL(channel.host, channel.port, timeout=SECONDS, context=ssl.create_default_context())
    server = smtplib.SMTP(channel.host, channel.port, timeout=SECONDS)
    if channel.tls == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def message(notice: Notice, channel: Mail) -> EmailMessage:
    """Return the mail; its Message-ID is the notice's, so that programs know one that comes twice."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(f"[简报] {notice.headline}".split())
    mail["From"], mail["To"] = channel.sender, ", ".join(channel.to)
    mail["Date"] = format_datetime(notice.at)
    mail["Message-ID"] = f"<{notice.id}@jianbao.invalid>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(plain(notice))
    return mail
