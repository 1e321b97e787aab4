"""Names of topics and groups → requests for what aiokafka does not ask: topics' ids (KIP-516), and what we may do with both (KIP-430).

aiokafka speaks Metadata up to version 5, and ids come with 10 (Kafka 2.8); so that one request is spelt out here.
"""

import contextlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import TopicAuthorizationFailedError
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Bytes, CompactArray, CompactString, Int16, Int32, Schema, String, TaggedFields


class _Uuid:
    """16 bytes."""

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        return value

    @classmethod
    def decode(cls, data: BytesIO) -> bytes:
        return data.read(16)


_Name: Any = CompactString("utf-8")
_Numbers: Any = CompactArray(Int32)
_Any: Any = _Uuid


class _Response(Response):  # type: ignore[misc]  # aiokafka's protocol has no types for mypy
    API_KEY = 3
    API_VERSION = 12
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("brokers", CompactArray(("node_id", Int32), ("host", _Name), ("port", Int32), ("rack", _Name), ("tags", TaggedFields))),
        ("cluster_id", _Name),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("topic", _Name),
                ("topic_id", _Any),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", _Numbers),
                        ("isr", _Numbers),
                        ("offline_replicas", _Numbers),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Request12(RequestStruct):  # type: ignore[misc]
    FLEXIBLE_VERSION = True
    API_KEY = 3
    API_VERSION = 12
    RESPONSE_TYPE = _Response
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", _Any), ("name", _Name), ("tags", TaggedFields))),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class TopicsRequest(Request[_Request12]):  # type: ignore[misc]
    """Metadata of topics; a broker that is too old for it makes `prepare` raise NotImplementedError."""

    API_KEY = 3

    def __init__(self, topics: Sequence[str], *, rights: bool = False) -> None:
        """Of these topics, by name; `rights`: with what the user who asks may do."""
        self._topics = topics
        self._rights = rights

    def build(self, request_struct_class: type[_Request12]) -> _Request12:
        """As aiokafka asks for it."""
        return request_struct_class([(bytes(16), name, {}) for name in self._topics], False, self._rights, {})


async def must_see(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> None:
    """Raise TopicAuthorizationFailedError where Kafka hides one of these from us, which looks as if it were not there."""
    with contextlib.suppress(NotImplementedError):
        answer = await admin._send_request(TopicsRequest(topics))
        hidden = TopicAuthorizationFailedError.errno
        if names := [topic["topic"] for topic in answer.to_object()["topics"] if topic["error_code"] == hidden]:
            raise TopicAuthorizationFailedError(", ".join(names))


class _GroupsResponse(Response):  # type: ignore[misc]
    API_KEY = 15
    API_VERSION = 3
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "groups",
            Array(
                ("error_code", Int16),
                ("group", String("utf-8")),
                ("state", String("utf-8")),
                ("protocol_type", String("utf-8")),
                ("protocol", String("utf-8")),
                (
                    "members",
                    Array(
                        ("member_id", String("utf-8")),
                        ("client_id", String("utf-8")),
                        ("client_host", String("utf-8")),
                        ("member_metadata", Bytes),
                        ("member_assignment", Bytes),
                    ),
                ),
                ("authorized_operations", Int32),
            ),
        ),
    )


class _Groups3(RequestStruct):  # type: ignore[misc]
    API_KEY = 15
    API_VERSION = 3
    RESPONSE_TYPE = _GroupsResponse
    SCHEMA = Schema(("groups", Array(String("utf-8"))), ("include_authorized_operations", Boolean))


class GroupRightsRequest(Request[_Groups3]):  # type: ignore[misc]
    """A group with what the user who asks may do; aiokafka's own request of this version reads the answer as an older one."""

    API_KEY = 15

    def __init__(self, group: str) -> None:
        """Of this group; to be sent to its coordinator."""
        self._group = group

    def build(self, request_struct_class: type[_Groups3]) -> _Groups3:
        """As aiokafka asks for it."""
        return request_struct_class([self._group], True)
