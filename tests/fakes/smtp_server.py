"""An SMTP server on loopback that keeps what it is given, for one test; as much of RFC 5321 as smtplib asks of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class SmtpServer:
    """`answers` says what it answers to a command in place of 250; `mails` is what was accepted."""

    def __init__(self, answers: dict[str, str] | None = None) -> None:
        self.answers = answers or {}
        self.mails: list[EmailMessage] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        writer.write(b"220 fake\r\n")
        while line := await reader.readline():
            command = line.decode().split(maxsplit=1)[0].upper() if line.strip() else ""
            if command == "DATA" and "DATA" not in self.answers:
                writer.write(b"354 go on\r\n")
                await writer.drain()
                data = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(message_from_bytes(data[:-5], policy=policy.default))
                writer.write(b"250 taken\r\n")
            elif command == "QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(f"{self.answers.get(command, '250 fine')}\r\n".encode())
            await writer.drain()
        writer.close()


@asynccontextmanager
async def smtp_server(answers: dict[str, str] | None = None) -> AsyncIterator[SmtpServer]:
    """One that runs while the block does."""
    fake = SmtpServer(answers)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    async with server:
        yield fake
