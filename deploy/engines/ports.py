"""A wish for a port in, a port that nothing listens on out."""

import itertools
import random
import socket

from deploy.engines.errors import PortTaken

LOOPBACK = "127.0.0.1"
"""Everything local listens on loopback only: nothing here asks for a password."""


FIRST, LAST = 10_000, 30_000
"""Below the ports that systems give to outgoing connections (Linux from 32768 on): one of those could take a port between its choice and its use."""

_START = random.SystemRandom().randrange(LAST - FIRST)
_numbers = (FIRST + (_START + step) % (LAST - FIRST) for step in itertools.count())
"""Each process begins somewhere else and gives no port twice, so that several that choose at once hardly meet."""


def free_ports(count: int) -> list[int]:
    """Return `count` different ports that were free just now.

    Another process may still take one before its use; the caller notices when that happens, as the engine then dies with "address in use".
    """
    sockets: list[socket.socket] = []
    try:
        for port in itertools.islice(_numbers, LAST - FIRST):
            one = socket.socket()
            try:
                one.bind((LOOPBACK, port))
            except OSError:
                one.close()
                continue
            sockets.append(one)
            if len(sockets) == count:
                return [one.getsockname()[1] for one in sockets]
        raise PortTaken(f"No {count} ports between {FIRST} and {LAST} are free on {LOOPBACK}: stop what listens there.")
    finally:
        for one in sockets:
            one.close()


def port_for(name: str, wanted: int | None, *, option: str) -> int:
    """The wanted port, or a free one for None or 0; `option` is what the user can set to another.

    Raises PortTaken.
    """
    if not wanted:
        return free_ports(1)[0]
    with socket.socket() as one:
        # As servers do: a port in TIME_WAIT after a restart is not taken.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((LOOPBACK, wanted))
        except PermissionError:
            raise PortTaken(f"Port {wanted} for {name} is reserved for the system: choose one above 1023 with {option}.") from None
        except OSError:
            raise PortTaken(
                f"Port {wanted} for {name} is taken by another program. Stop it, or choose another port with {option} (0 takes any free one)."
            ) from None
    return wanted
