"""Which stack a command asks: by option, by the environment, by what was noted, or at the usual ports."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.stack.found import Found, find
from deploy.stack.state import Identity, ProcessState, State
from shared.errors import Misconfigured

USUAL = Path("/var/lib/jianbao")
OTHER = Path("/srv/trial")
ENVIRON = {
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:19092",
    "ELASTICSEARCH_URL": "http://127.0.0.1:19200",
    "INGEST_URL": "http://127.0.0.1:18401",
    "SEARCH_URL": "http://127.0.0.1:18402",
}
ADDRESSES = {"kafka": "127.0.0.1:19092", "elasticsearch": "http://127.0.0.1:19200", "search": "http://127.0.0.1:18402"}


def stack(data_dir: Path = USUAL, *, alive: bool = True, environ: dict[str, str] = ENVIRON) -> State:
    """One whose supervisor is this process, or one that is gone."""
    me = Identity.of(os.getpid())
    assert me
    supervisor = me if alive else Identity(pid=me.pid, created=me.created - 3600)
    process = ProcessState(name="ingest", status="running", address="", since=datetime.now(UTC), log=data_dir / "ingest.log")
    return State(
        supervisor=supervisor, phase="ready", processes=(process,), addresses=ADDRESSES, environ=environ, data_dir=data_dir, log_dir=data_dir
    )


def settled(noted: list[State], environ: dict[str, str], data_dir: Path | None = None) -> dict[str, str]:
    """The environment that a command reads its settings from."""
    made = dict(environ)
    find(noted, environ, data_dir=data_dir, usual=Path(environ.get("JIANBAO_DATA_DIR") or USUAL)).settle(made)
    return made


@pytest.mark.parametrize(
    ("environ", "kafka", "search"),
    [
        ({}, "127.0.0.1:19092", "http://127.0.0.1:18402"),
        ({"KAFKA_BOOTSTRAP_SERVERS": ""}, "127.0.0.1:19092", "http://127.0.0.1:18402"),
        ({"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:19092"}, "127.0.0.1:19092", "http://127.0.0.1:18402"),
        ({"KAFKA_BOOTSTRAP_SERVERS": "kafka.example.org:9093"}, "kafka.example.org:9093", None),
        ({"SEARCH_URL": "https://search.example.org"}, None, "https://search.example.org"),
        ({"JIANBAO_NAMESPACE": "trial"}, None, None),
    ],
)
def test_the_environment_goes_before_the_stack_and_is_never_mixed_with_it(environ: dict[str, str], kafka: str | None, search: str | None) -> None:
    """One variable that names another place, and none of the stack's addresses is used."""
    found = settled([stack()], environ)
    assert (found.get("KAFKA_BOOTSTRAP_SERVERS") or None, found.get("SEARCH_URL")) == (kafka, search)


def test_an_option_goes_before_the_environment() -> None:
    """--data-dir names a stack whatever the environment says, its namespace too."""
    found = settled([stack(), stack(OTHER)], {"KAFKA_BOOTSTRAP_SERVERS": "kafka.example.org:9093", "JIANBAO_NAMESPACE": "trial"}, OTHER)
    assert found == ENVIRON


def test_a_stack_without_passwords_is_asked_without_them() -> None:
    """As its services do."""
    assert settled([stack()], {"KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "ELASTICSEARCH_API_KEY": "k"}) == ENVIRON


def test_without_a_running_stack_nothing_is_set() -> None:
    """A dead one's ports may be another's by now."""
    assert settled([], {}) == {}
    assert settled([stack(alive=False)], {}) == {}


@pytest.mark.parametrize(
    ("noted", "environ", "expected"),
    [
        ([stack(OTHER)], {}, OTHER),
        ([stack(OTHER), stack(USUAL)], {}, USUAL),
        ([stack(OTHER), stack(USUAL)], {"JIANBAO_DATA_DIR": str(OTHER)}, OTHER),
        ([stack(USUAL)], {"JIANBAO_DATA_DIR": str(OTHER)}, None),
        ([stack(OTHER, alive=False), stack(USUAL)], {}, USUAL),
    ],
)
def test_which_of_several_stacks(noted: list[State], environ: dict[str, str], expected: Path | None) -> None:
    """The one that is named, else the usual one, else the only one."""
    found = find(noted, environ, usual=Path(environ.get("JIANBAO_DATA_DIR") or USUAL))
    assert (found.stack and found.stack.data_dir) == expected


def test_among_several_unusual_ones_it_must_be_said() -> None:
    """An erasure must not go to whichever comes first."""
    noted = [stack(OTHER), stack(Path("/srv/second"))]
    with pytest.raises(Misconfigured, match=r"2 stacks run \(data in /srv/trial, /srv/second\): say which, as in `jianbao --data-dir /srv/trial …`"):
        find(noted, {}, usual=USUAL)
    with pytest.raises(Misconfigured, match="no stack runs with its data in /srv/third: `jianbao up --data-dir /srv/third` starts one"):
        find(noted, {}, data_dir=Path("/srv/third"), usual=USUAL)


AWAY = "Kafka at 127.0.0.1:19092 does not answer"
USUAL_AWAY = "Kafka at 127.0.0.1:9092 does not answer"


@pytest.mark.parametrize(
    ("found", "message", "hint"),
    [
        (Found(stack()), AWAY, "This is the stack of `jianbao up` with its data in /var/lib/jianbao: `jianbao status` says how it is."),
        (
            Found(stack()),
            "Kafka does not answer: TimeoutError",
            "This is the stack of `jianbao up` with its data in /var/lib/jianbao: `jianbao status` says how it is.",
        ),
        (Found(stack()), "the search service at https://elsewhere.example.org does not answer", ""),
        (
            Found(dead=stack(OTHER, alive=False)),
            USUAL_AWAY,
            "The stack of `jianbao up` is dead: it was killed, or the machine was started again. `jianbao up --data-dir /srv/trial` starts it.",
        ),
        (
            Found(),
            USUAL_AWAY,
            "No stack of `jianbao up` runs, so the usual ports were asked: `jianbao up` starts one; "
            "KAFKA_BOOTSTRAP_SERVERS, ELASTICSEARCH_URL, INGEST_URL, SEARCH_URL name one elsewhere.",
        ),
        (
            Found(stack(), named=("KAFKA_BOOTSTRAP_SERVERS",)),
            USUAL_AWAY,
            "The environment says where to ask: KAFKA_BOOTSTRAP_SERVERS. "
            "The stack of `jianbao up` (/var/lib/jianbao) was not asked: unset these to ask it.",
        ),
    ],
)
def test_what_was_asked_is_said(found: Found, message: str, hint: str) -> None:
    """When it can't be reached, with what to do; nothing where an option named another."""
    assert found.hint(message) == hint
