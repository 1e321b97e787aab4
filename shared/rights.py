"""A program and a namespace → the least that it must be allowed in Kafka and Elasticsearch. Pure; README.md's tables are made of it.

The services look at what they are allowed in Kafka when they start; a test runs everything with exactly these rights.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shared import index_names as names
from shared.topics import Topics

Program = Literal["ingest", "enrich", "index", "search", "monitor", "fetch", "operator"]
PROGRAMS: Sequence[Program] = ("ingest", "enrich", "index", "search", "monitor", "fetch", "operator")
"""The services, and whoever runs `jianbao topics`, `rebuild`, `replay` and their neighbours"""

Operation = Literal["READ", "WRITE", "CREATE", "DELETE", "DESCRIBE", "DESCRIBE_CONFIGS"]
"""As Kafka's ACLs call them; READ, WRITE and DELETE include DESCRIBE"""

ROLES = ("raw", "enriched", "dead", "operations", "clock", "tried", "sources")

_TOPICS: Mapping[Program, Mapping[str, Sequence[Operation]]] = {
    # A withdrawal looks for the digest in what is under way, and is put on record; records to the clock topic come back with Kafka's time.
    # What is known of sources is read all the time, and edited.
    "ingest": {
        "raw": ("READ", "WRITE"),
        "enriched": ("READ",),
        "dead": ("READ",),
        "operations": ("WRITE",),
        "clock": ("WRITE",),
        "sources": ("READ", "WRITE"),
    },
    # What is skipped stands on record; what was slow before and what is known of sources is read at the start.
    "enrich": {
        "raw": ("READ",),
        "enriched": ("WRITE",),
        "dead": ("WRITE",),
        "operations": ("READ",),
        "tried": ("READ", "WRITE"),
        "sources": ("READ",),
    },
    "index": {"enriched": ("READ",), "dead": ("WRITE",)},
    # The pipeline page reads all of them; a dead letter that is sent again goes to the topic that it came from.
    "search": {
        "raw": ("READ", "WRITE"),
        "enriched": ("READ", "WRITE"),
        "dead": ("READ",),
        "operations": ("READ", "WRITE"),
        "sources": ("READ",),
    },
    # It follows dead letters with what was done about them, and which sources are fetched no more.
    "monitor": {"raw": ("READ",), "enriched": ("READ",), "dead": ("READ",), "operations": ("READ",), "sources": ("READ",)},
    # Who holds the one partition fetches, and keeps there what it found.
    "fetch": {"sources": ("READ", "WRITE")},
    "operator": {role: ("READ", "WRITE", "CREATE", "DELETE", "DESCRIBE_CONFIGS") for role in ROLES},
}

READING: Sequence[Program] = ("enrich", "index", "fetch")
"""The programs that are members of a group of their own"""


@dataclass(frozen=True)
class Right:
    """One operation on a topic or a group of Kafka; `prefix`: on all whose names begin so."""

    kind: Literal["topic", "group"]
    name: str
    operation: Operation
    prefix: bool = False


def kafka(program: Program, topics: Topics) -> Iterator[Right]:
    """Give the rights that a program needs in Kafka."""
    for role, topic in zip(ROLES, topics.all, strict=True):
        # Each looks whether all of them are there.
        for operation in _TOPICS[program].get(role, ("DESCRIBE",)):
            yield Right("topic", topic.name, operation)
    groups = {"enrich": topics.enrich_group, "index": topics.index_group, "fetch": topics.fetch_group}
    for member, group in groups.items():
        if program == member:
            yield Right("group", group, "READ")
        elif program in ("ingest", "search", "monitor", "operator"):
            yield Right("group", group, "DESCRIBE")
    if program == "operator":  # each replay is a group of its own
        yield Right("group", f"{topics.enrich_group}-replay-", "READ", prefix=True)


Privileges = dict[str, list[str] | list[dict[str, list[str]]]]


def elasticsearch(program: Program, namespace: str) -> Privileges | None:
    """Return a role descriptor as Elasticsearch's API of roles and API keys takes it; None for a program that has no business there."""

    def on(*indices: str, privileges: Sequence[str]) -> dict[str, list[str]]:
        return {"names": [f"{index}*" for index in indices], "privileges": list(privileges)}

    documents = tuple(names.alias(namespace, kind) for kind in names.KINDS)
    canary = tuple(names.alias(names.canary(namespace), kind) for kind in names.KINDS)
    own = ("manage", "read", "write")
    if program == "ingest":  # what is known of a digest that is taken back
        return {"cluster": [], "indices": [on(names.alias(namespace, "digests"), privileges=("read",))]}
    if program == "index":
        return {"cluster": [], "indices": [on(*documents, *canary, privileges=own)]}
    if program == "monitor":
        return {
            "cluster": [],
            "indices": [on(*documents, privileges=("read", "view_index_metadata")), on(names.ledger(namespace), privileges=own)],
        }
    if program == "search":
        return {
            "cluster": [],
            "indices": [
                on(*documents, *canary, privileges=("read", "view_index_metadata")),
                on(names.queries(namespace), privileges=own),
                on(names.ledger(namespace), privileges=("read",)),
            ],
        }
    if program == "operator":
        return {"cluster": ["monitor"], "indices": [on(*documents, names.operations(namespace), names.ledger(namespace), privileges=own)]}
    return None
