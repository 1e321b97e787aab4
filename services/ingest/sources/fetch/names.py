"""The name of a host → its addresses, asked for in threads that wait for nothing else."""

import socket

from aiohttp.abc import AbstractResolver, ResolveResult

from services.ingest.sources.threads import NAMES


class Names(AbstractResolver):
    """Asks the system."""

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """Return the addresses of a host; raises OSError where there are none."""
        flags = socket.AI_ADDRCONFIG
        found = await NAMES(socket.getaddrinfo, host, port, family=family, type=socket.SOCK_STREAM, flags=flags)
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Hold nothing."""
