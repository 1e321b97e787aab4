"""The environment and what `jianbao up` noted → which stack a command asks: decided here for all commands.

An explicit option (`--from`, `--to`, `--data-dir`) goes before the environment, the environment before the state file of a
stack that runs, and that before the usual ports. An environment that names another place than the stack's is never mixed with
it: an erasure must not read Kafka there and Elasticsearch here.
"""

import re
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.engines import folders
from deploy.stack import state as states
from deploy.stack.state import State
from shared.errors import Misconfigured

PLACES = ("KAFKA_BOOTSTRAP_SERVERS", "ELASTICSEARCH_URL", "INGEST_URL", "SEARCH_URL", "JIANBAO_NAMESPACE")
"""Variables that say which installation is meant."""

ELSEWHERE = (
    "KAFKA_SECURITY_PROTOCOL",
    "KAFKA_SASL_",
    "KAFKA_SSL_",
    "KAFKA_REPLICATION_FACTOR",
    "ELASTICSEARCH_API_KEY",
    "ELASTICSEARCH_USERNAME",
    "ELASTICSEARCH_PASSWORD",
    "ELASTICSEARCH_CA_FILE",
    "ELASTICSEARCH_REPLICAS",
)
"""Variables that are about engines elsewhere, with passwords and several nodes; the local ones have neither."""


USUAL = ("127.0.0.1:9092", "127.0.0.1:9200", "127.0.0.1:8401", "127.0.0.1:8402")
"""What is asked where nothing says otherwise."""


_ADDRESS = re.compile(r"https?://|[\w.\]-]:\d{2,5}\b")


@dataclass(frozen=True)
class Found:
    """Which stack a command asks, and why."""

    running: State | None = None
    """The stack whose addresses are used, or would be but for `named`"""
    dead: State | None = None
    """One that was started and ended without `jianbao down`"""
    named: tuple[str, ...] = ()
    """Variables that name another place"""
    forced: bool = False
    """--data-dir was given, which goes before the environment"""

    @property
    def stack(self) -> State | None:
        """The stack of `jianbao up` that is asked; None where the environment or the usual ports are."""
        return None if self.named and not self.forced else self.running

    def settle(self, environ: MutableMapping[str, str]) -> None:
        """Put the stack's addresses where settings are read from; what is set already stays, unless --data-dir was given."""
        if (stack := self.stack) is None:
            return
        for name in [name for name in environ if name.startswith(ELSEWHERE)]:
            del environ[name]  # The stack's engines have neither passwords nor TLS.
        for name, value in stack.environ.items():
            if self.forced or not environ.get(name):
                environ[name] = value
        if self.forced and "JIANBAO_NAMESPACE" not in stack.environ:
            environ.pop("JIANBAO_NAMESPACE", None)

    def hint(self, message: str) -> str:
        """Return which stack a command talked to when it failed with this message, and what to do; empty where an option named another."""
        stack = self.stack
        if stack is not None:
            return _of_running(stack) if _names(message, stack.addresses.values()) or not _services(stack) else ""
        if self.named:
            also = f" The stack of `jianbao up` ({self.running.data_dir}) was not asked: unset these to ask it." if self.running else ""
            return f"The environment says where to ask: {', '.join(self.named)}.{also}"
        if not _names(message, USUAL):
            return ""
        if self.dead is not None:
            return f"The stack of `jianbao up` is dead: it was killed, or the machine was started again. `{up(self.dead)}` starts it."
        names = ", ".join(PLACES[:4])
        return f"No stack of `jianbao up` runs, so the usual ports were asked: `jianbao up` starts one; {names} name one elsewhere."


def find(noted: Sequence[State], environ: Mapping[str, str], *, data_dir: Path | None = None, usual: Path) -> Found:
    """Choose among the stacks that were noted; raises Misconfigured where several run and nothing says which.

    `data_dir` is that of --data-dir, `usual` what stands where none is given (JIANBAO_DATA_DIR, or the user's data folder).
    """
    wanted = data_dir or usual
    running = [state for state in noted if state.alive]
    dead = next((state for state in noted if not state.alive and state.data_dir == wanted), None)
    chosen = next((state for state in running if state.data_dir == wanted), None)
    if data_dir is not None:
        if chosen is None:
            raise Misconfigured(f"no stack runs with its data in {data_dir}: `jianbao up --data-dir {data_dir}` starts one")
        return Found(chosen, forced=True)
    named = tuple(name for name in PLACES if environ.get(name))
    if chosen is None and not environ.get("JIANBAO_DATA_DIR"):
        if len(running) > 1 and not named:
            listed = ", ".join(str(state.data_dir) for state in running)
            raise Misconfigured(f"{len(running)} stacks run (data in {listed}): say which, as in `jianbao --data-dir {running[0].data_dir} …`")
        chosen = running[0] if len(running) == 1 else None
        dead = dead or next((state for state in noted if not state.alive), None)
    # One that is set as the stack has it names the stack.
    other = tuple(name for name in named if chosen is None or environ[name] != chosen.environ.get(name))
    return Found(chosen, dead, other)


def here(environ: Mapping[str, str], *, data_dir: Path | None = None) -> Found:
    """Choose among what this user's `jianbao up` noted; raises Misconfigured."""
    return find(states.every(folders.state_dir()), environ, data_dir=data_dir, usual=folders.data_dir())


def up(state: State) -> str:
    """Return the command that starts this stack."""
    return "jianbao up" if state.data_dir == folders.data_dir() else f"jianbao up --data-dir {state.data_dir}"


def _services(stack: State) -> bool:
    return "search" in stack.addresses


def _names(message: str, addresses: Iterable[str]) -> bool:
    """Whether the message is about one of these addresses; one that names none may be about any."""
    return not _ADDRESS.search(message) or any(address.removeprefix("http://") in message for address in addresses)


def _of_running(stack: State) -> str:
    where = f"This is the stack of `jianbao up` with its data in {stack.data_dir}"
    if stack.phase == "starting":
        return f"{where}; it is still starting: `jianbao status --wait`."
    if not _services(stack):
        return f"{where}: Kafka and Elasticsearch alone (--no-services); `jianbao down`, then `jianbao up`, starts the services too."
    return f"{where}: `jianbao status` says how it is."
