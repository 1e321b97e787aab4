"""Which addresses documents may be fetched from."""

import pytest

from services.ingest.sources.fetch.addresses import allowed, opened
from shared.errors import Misconfigured


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "203.119.25.1"])
def test_the_internet_is_open(address: str) -> None:
    """Addresses of public sites."""
    assert allowed(address, 443)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::ffff:0:127.0.0.1",
        "3fff::1",
        "5f00::1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "169.254.169.254",  # the metadata service of most clouds
        "100.64.0.1",
        "100.100.100.200",  # Alibaba's
        "168.63.129.16",  # Azure's
        "192.0.0.192",  # Oracle's
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:93.184.215.14",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2001::1",
        "2002:7f00:1::",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fd00:ec2::254",  # Amazon's over IPv6
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_what_lies_inside_a_network_is_closed(address: str) -> None:
    """Loopback, private, link-local, carrier-grade, multicast, documentation, metadata, and all forms that carry them."""
    assert not allowed(address, 80)


@pytest.mark.parametrize(
    ("entry", "address", "port", "fine"),
    [
        ("192.168.1.0/24", "192.168.1.9", 80, True),
        ("192.168.1.0/24", "192.168.2.9", 80, False),
        ("127.0.0.1:8080", "127.0.0.1", 8080, True),
        ("127.0.0.1:8080", "127.0.0.1", 8081, False),
        ("10.0.0.0/8:443", "10.9.8.7", 443, True),
        ("[::1]:8080", "::1", 8080, True),
        ("[::1]:8080", "::1", 80, False),
        ("fd00::/8", "fd12::1", 80, True),
    ],
)
def test_an_operator_opens_more(entry: str, address: str, port: int, fine: bool) -> None:
    """A network or an address, at one port or at all."""
    assert allowed(address, port, opened([entry])) is fine


@pytest.mark.parametrize("entry", ["example.org", "127.0.0.1:0", "127.0.0.1:99999", "10.0.0.1/8", "[::1", "1.2.3:80"])
def test_other_forms_are_refused(entry: str) -> None:
    """With the forms that are taken."""
    with pytest.raises(Misconfigured, match="opens no network"):
        opened([entry])
