"""An IP address → whether documents may be fetched from it. Pure.

A feeder names an address and this service connects to it from inside the operator's network, so only the public internet is reached:
no loopback, private, link-local, carrier-grade or multicast address, no address of a cloud's metadata service, and no IPv6 address that
carries an IPv4 one. An operator opens more by name: `192.168.1.0/24` or `127.0.0.1:8080`.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from shared.errors import Misconfigured

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

REFUSED: tuple[Network, ...] = tuple(
    map(
        ipaddress.ip_network,
        (
            "100.64.0.0/10",  # carrier-grade NAT (RFC 6598); Alibaba's metadata service is 100.100.100.200
            "168.63.129.16/32",  # Azure's wire server, in public space
            "192.0.0.0/24",  # of protocols (RFC 6890); Oracle's metadata service is 192.0.0.192
            "192.88.99.0/24",  # the relays of 6to4 (RFC 7526)
            "::/96",  # IPv4-compatible (RFC 4291, deprecated), with :: and ::1
            "::ffff:0:0/96",  # IPv4-mapped
            "::ffff:0:0:0/96",  # IPv4-translated (RFC 2765): an IPv4 address behind a translator
            "64:ff9b::/96",  # NAT64 (RFC 6052): an IPv4 address behind a translator
            "64:ff9b:1::/48",  # NAT64 for local use (RFC 8215)
            "2001::/32",  # Teredo (RFC 4380)
            "2002::/16",  # 6to4 (RFC 3056)
            "3fff::/20",  # for documentation (RFC 9637)
            "5f00::/16",  # identifiers of segments within a network (RFC 9602)
            "fec0::/10",  # site-local (RFC 3879)
        ),
    )
)
"""What `ipaddress` calls global in some release of Python, or is public and yet not the internet's."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A network that an operator opened, at one port or at all."""

    network: Network
    port: int | None = None


def opened(entries: Iterable[str]) -> tuple[Opening, ...]:
    """Read entries such as `10.0.0.0/8`, `127.0.0.1:8080` or `[::1]:8080`; raise Misconfigured for any other form."""
    return tuple(_opening(entry.strip()) for entry in entries if entry.strip())


def allowed(host: str, port: int, openings: Iterable[Opening] = (), *, public: bool = True) -> bool:
    """Return whether the address `host` (a literal, with or without zone) may be connected to at that port.

    Without `public` only what an operator opened may.
    """
    address = ipaddress.ip_address(host.partition("%")[0])
    return (public and _public(address)) or any(address in one.network and one.port in (None, port) for one in openings)


def _public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and not any(address in network for network in REFUSED)


def _opening(entry: str) -> Opening:
    network, port = entry, None
    if entry.startswith("[") or entry.count(":") == 1:
        network, _, said = entry.rpartition(":")
        network, port = network.strip("[]"), int(said) if said.isascii() and said.isdigit() else 0
    try:
        if port is not None and not 0 < port < 2**16:
            raise ValueError(port)
        return Opening(ipaddress.ip_network(network), port)
    except ValueError:
        raise Misconfigured(f"{entry!r} opens no network: write an address or a network, such as 192.168.1.0/24 or 127.0.0.1:8080") from None
