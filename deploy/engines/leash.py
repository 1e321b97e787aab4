"""A command line in, that program running as our child out, which ends when our parent does, even by kill -9.

Runs as a script of its own, without the package: `python -I -S leash.py PARENT_PID HOW UID:GID|- -- PROGRAM ARGUMENTS…`.
HOW is `signal` on Linux: the kernel is asked for a SIGKILL at the parent's death (prctl), and this process becomes the program.
The kernel counts the death of the *thread* that started us, and forgets the wish when the user changes: so `signal` is for
children of a main thread, and the user is changed first. HOW is `watch` elsewhere: this process stays, looks once a second
whether its parent is still the same, and kills its process group when not; kill -9 of the leash itself then leaves the program.
"""

import ctypes  # before the user changes: the new one may not be able to read Python's own files
import os
import signal
import subprocess
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(arguments: list[str]) -> int:
    """Become, or run, the program; gives the exit status."""
    parent, how, user, separator, *command = arguments
    if separator != "--" or not command:
        return 2
    if user != "-":
        uid, gid = map(int, user.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if how == "signal":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != int(parent):  # it died before we asked
            return 1
        os.execvp(command[0], command)
    return _watch(int(parent), command)


def _watch(parent: int, command: list[str]) -> int:
    child = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    signal.signal(signal.SIGINT, lambda *_: child.terminate())
    while True:
        try:
            code = child.wait(timeout=1)
        except subprocess.TimeoutExpired:
            if os.getppid() != parent:
                os.killpg(0, signal.SIGKILL)  # ourselves included
            continue
        return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
