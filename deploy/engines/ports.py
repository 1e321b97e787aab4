"""A wish for a port in, a port that nothing listens on out."""

import socket

from deploy.engines.errors import PortTaken

LOOPBACK = "127.0.0.1"
"""Everything local listens on loopback only: nothing here asks for a password."""


def free_ports(count: int) -> list[int]:
    """`count` different ports that were free just now.

    The system gives each out once in a while only, so another process taking one before its use is unlikely; the
    caller notices when it happens, as the engine then dies with "address in use".
    """
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [one.getsockname()[1] for one in sockets]
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
