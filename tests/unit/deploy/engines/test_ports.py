"""Ports that are free, or an error that says which is not."""

import socket

import pytest

from deploy.engines.errors import PortTaken
from deploy.engines.ports import FIRST, LAST, LOOPBACK, free_ports, port_for


def test_free_ports_are_different() -> None:
    """They are held together while they are chosen."""
    assert len(set(free_ports(5))) == 5


def test_a_port_is_given_once() -> None:
    """Whoever asks next gets others, also before the first are used."""
    assert not set(free_ports(3)) & set(free_ports(3))


def test_no_port_is_one_of_outgoing_connections() -> None:
    """Which could take it before its use."""
    assert all(FIRST <= port < LAST for port in free_ports(20))


def test_a_taken_port_is_passed_over() -> None:
    """Something listens on the next one."""
    [port] = free_ports(1)
    with socket.socket() as other:
        other.bind((LOOPBACK, port + 1 if port + 1 < LAST else FIRST))
        assert other.getsockname()[1] not in free_ports(2)


def test_a_taken_port_is_named_with_the_option_to_change_it() -> None:
    """The reader can act on it."""
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"Port {port} for Kafka is taken by another program.*--kafka-port"):
            port_for("Kafka", port, option="--kafka-port")


def test_a_free_port_is_given_as_wanted() -> None:
    """And 0 is any."""
    [port] = free_ports(1)
    assert port_for("Kafka", port, option="--kafka-port") == port
    assert port_for("Kafka", 0, option="--kafka-port") > 0
