"""A folder and free ports → a running Dovecot of our own, which serves one user's Maildir by IMAP, with TLS and without."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.connected import in_ci

USER, PASSWORD = "weekly@example.org", "app-password-1234"

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{home}/mail
first_valid_uid = 0
mail_max_userip_connections = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
"""
"""After https://doc.dovecot.org/2.3/configuration_manual/howto/rootless/, which also serves where root starts it, as a user without rights."""


@dataclass
class Dovecot:
    """The server; `mail` is a Maildir, where a delivered message is a file in `new`."""

    home: Path
    plain: int
    tls: int
    _process: "subprocess.Popen[bytes] | None" = None
    _delivered: int = field(default=0)

    @property
    def mail(self) -> Path:
        """The user's Maildir."""
        return self.home / "mail"

    @property
    def certificate(self) -> str:
        """The file with the certificate to trust."""
        return str(self.home / "cert.pem")

    def deliver(self, *messages: bytes, mailbox: str = "") -> None:
        """Put messages into a mailbox as a mail server does; they get their UIDs in this order."""
        for content in messages:
            self._delivered += 1
            name = f"{1_770_000_000 + self._delivered}.{self._delivered}.host"
            folder = self.mail / mailbox
            for part in ("new", "cur", "tmp"):
                (folder / part).mkdir(parents=True, exist_ok=True)
            (folder / "tmp" / name).write_bytes(content)
            (folder / "tmp" / name).rename(folder / "new" / name)
        self._own()

    def empty(self) -> None:
        """Delete the mailbox with its numbering."""
        shutil.rmtree(self.mail, ignore_errors=True)

    def renumber(self) -> None:
        """Lose the numbering of messages, as servers do that are restored or move."""
        for index in self.mail.glob("dovecot*"):
            index.unlink()
        # The number is by the second otherwise, and a test takes less.
        (self.mail / "dovecot-uidlist").write_text(f"3 V{self._delivered} N1\n", encoding="ascii")
        self._own()

    def start(self) -> None:
        """Start it and wait until it answers."""
        binary = Path("/usr/sbin/dovecot")
        self._process = subprocess.Popen([str(binary), "-F", "-c", str(self.home / "conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for port in (self.plain, self.tls):
            self._wait(port)

    def stop(self) -> None:
        """End it with all that it started."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(20)
            self._process = None

    def _wait(self, port: int) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            assert self._process is not None
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        log = self.home / "log"
        raise AssertionError(f"dovecot does not answer at {port}: {log.read_text() if log.exists() else 'no log'}")

    def _own(self) -> None:
        """Let the user that serves the mails own them."""
        if os.geteuid() == 0:
            uid, gid = _served_by()[2:]
            for path in (self.mail, *self.mail.rglob("*")):
                os.chown(path, uid, gid)


def _served_by() -> tuple[str, str, int, int]:
    """Name, group, uid and gid of whom the server's processes belong to: root's mail it refuses to touch."""
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    group = subprocess.run(["id", "-gn", user.pw_name], capture_output=True, text=True, check=True).stdout.strip()
    return user.pw_name, group, user.pw_uid, user.pw_gid


def _certificate(home: Path) -> None:
    where = ["-keyout", str(home / "key.pem"), "-out", str(home / "cert.pem")]
    who = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", *where, *who]
    subprocess.run(command, check=True, capture_output=True)


def _free_ports(number: int) -> list[int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return ports


@contextmanager
def running() -> Iterator[Dovecot]:
    """A server while the block runs; skips with the reason where there is no Dovecot on this machine, and fails in CI."""
    if not Path("/usr/sbin/dovecot").exists() or not Path("/usr/lib/dovecot/imap").exists():
        reason = "no dovecot on this machine: apt-get install dovecot-imapd"
        if in_ci():
            pytest.fail(reason)
        pytest.skip(reason)
    # Others than pytest's folders: those are closed to the user that serves the mails.
    with tempfile.TemporaryDirectory(prefix="dovecot-") as name:
        home = Path(name)
        home.chmod(0o755)
        _certificate(home)
        user, group, uid, gid = _served_by()
        plain, tls = _free_ports(2)
        (home / "mail").mkdir()
        (home / "conf").write_text(
            CONFIG.format(home=home, user=user, group=group, uid=uid, gid=gid, plain=plain, tls=tls, password=PASSWORD), encoding="utf-8"
        )
        server = Dovecot(home, plain, tls)
        server._own()
        server.start()
        try:
            yield server
        finally:
            server.stop()
