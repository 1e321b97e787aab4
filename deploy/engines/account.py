"""Who we are in, the user that Elasticsearch runs under out: it refuses to run as root.

A child under another user needs folders that this user can reach: root's own home is closed to it.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.errors import EngineError, FolderUnusable

CANDIDATES = ("elasticsearch", "nobody", "daemon")
"""Unprivileged users in order of choice: the one that Elasticsearch's own packages make, then those every system has."""


@dataclass(frozen=True)
class Account:
    """A user that a child process runs under."""

    name: str
    uid: int
    gid: int


def engine_account() -> Account | None:
    """The user for Elasticsearch, or None where we are not root and stay who we are. Raises EngineError."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise EngineError(f"Elasticsearch does not run as root and none of the users {', '.join(CANDIDATES)} exists: run this as a normal user.")


def can_reach(path: Path, account: Account | None) -> bool:
    """Whether the account can enter every folder on the way to `path` and read it; of a path that is yet to be made, as far as it exists."""
    full = path.resolve()
    while not full.exists():
        full = full.parent
    if account is None:
        return os.access(full, os.R_OK)
    return all(_allowed(parent.stat(), account, 0o1) for parent in full.parents) and _allowed(full.stat(), account, 0o5 if full.is_dir() else 0o4)


def _allowed(found: os.stat_result, account: Account, bits: int) -> bool:
    mode = stat.S_IMODE(found.st_mode)
    if found.st_uid == account.uid:
        return (mode >> 6) & bits == bits
    if found.st_gid == account.gid:
        return (mode >> 3) & bits == bits
    return mode & bits == bits


def must_reach(path: Path, account: Account | None, *, option: str) -> None:
    """Raises FolderUnusable where the account can't reach a folder; `option` names what to set to another."""
    if not can_reach(path, account):
        who = f"user {account.name} (Elasticsearch runs under it, as it refuses to run as root)" if account else "this user"
        advice = "for example below /var (`chmod 711` on it and those above lets it pass)"
        raise FolderUnusable(f"{path} can't be read by {who}: set {option} to a folder that it can enter, {advice}.")


def give(path: Path, account: Account | None) -> None:
    """Make a folder the account's own, with all that is in it; nothing for None."""
    if account is None:
        return
    os.chown(path, account.uid, account.gid)
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            os.chown(Path(folder, name), account.uid, account.gid, follow_symlinks=False)
