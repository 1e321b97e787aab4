"""Rights that a program needs → those that Kafka does not give to the user that it logs in as, asked before the work begins.

Without this a service would find out late, by a refusal in the middle of its work, and a consumer's client would go on trying without a word. A Kafka
without ACLs allows everything; one that is too old to say (before 2.8) is taken to.
"""

from collections.abc import Iterable, Sequence

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError

from shared.errors import Refused
from shared.kafka.clients import admin_client, ensure_topics
from shared.kafka.groups import patiently
from shared.kafka.metadata import GroupRightsRequest, TopicsRequest
from shared.kafka.refusals import RIGHTS
from shared.rights import Operation, Program, Right, kafka
from shared.settings import KafkaSettings
from shared.topics import Topics

CODES: dict[Operation, int] = {"READ": 3, "WRITE": 4, "CREATE": 5, "DELETE": 6, "DESCRIBE": 8, "DESCRIBE_CONFIGS": 10}
"""Kafka's AclOperation; what is allowed comes as bits of an integer by these numbers"""

UNKNOWN = -(2**31)
"""What is allowed where Kafka does not say"""


async def prepare(settings: KafkaSettings, topics: Topics, program: Program) -> list[str]:
    """Create topics that are missing, and return their names once this program may do all that it needs.

    Raises Refused where it may not, Misconfigured where topics can't be made, and Unavailable.
    """
    needed = list(kafka(program, topics))
    async with admin_client(settings) as admin:
        await require(admin, needed)
    created = await ensure_topics(settings, topics.all)
    if created:  # what was not there has been judged by nobody yet
        async with admin_client(settings) as admin:
            await require(admin, needed)
    return created


async def require(admin: AIOKafkaAdminClient, rights: Iterable[Right]) -> None:
    """Return where all are given; raises Refused that names those that are missing, and KafkaError. Rights of a prefix can't be asked for."""
    wanted = [right for right in rights if not right.prefix]
    bits = await _topics(admin, [right.name for right in wanted if right.kind == "topic"])
    for group in dict.fromkeys(right.name for right in wanted if right.kind == "group"):
        bits[group] = await _group(admin, group)
    lacking = missing(wanted, bits)
    if lacking:
        listed = ", ".join(f"{right.operation} on {right.kind} {right.name}" for right in lacking)
        raise Refused(f"Kafka does not allow {listed}: {RIGHTS}")


def missing(rights: Sequence[Right], bits: dict[str, int]) -> list[Right]:
    """Return those that are not among what is allowed, by name of topic or group; a name that is not there is not judged. Pure."""
    return [right for right in rights if (allowed := bits.get(right.name, UNKNOWN)) != UNKNOWN and not allowed >> CODES[right.operation] & 1]


async def _topics(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, int]:
    try:
        answer = await admin._send_request(TopicsRequest(list(dict.fromkeys(names)), rights=True))
    except NotImplementedError:
        return {}
    refused = TopicAuthorizationFailedError.errno
    return {
        topic["topic"]: 0 if topic["error_code"] == refused else topic["authorized_operations"]
        for topic in answer.to_object()["topics"]
        if topic["error_code"] in (0, refused)
    }


async def _group(admin: AIOKafkaAdminClient, group: str) -> int:
    async def ask() -> int:
        coordinator = await admin.find_coordinator(group)
        answer = await admin._send_request(GroupRightsRequest(group), coordinator)
        (described,) = answer.to_object()["groups"]
        allowed: int = described["authorized_operations"]
        return 0 if described["error_code"] == GroupAuthorizationFailedError.errno else allowed

    try:
        return await patiently(ask)
    except GroupAuthorizationFailedError:
        return 0
    except NotImplementedError:
        return UNKNOWN
