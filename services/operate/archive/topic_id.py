"""Topics' names → Kafka's own ids of them: a topic that was deleted and made anew keeps its name, not its id.

aiokafka speaks Metadata up to version 5, and ids come with 10 (KIP-516, Kafka 2.8); so that one request is spelt out here.
"""

import uuid
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Boolean, CompactArray, CompactString, Int16, Int32, Schema, TaggedFields

from shared.kafka.clients import admin_client
from shared.settings import KafkaSettings


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


class _MetadataResponse(Response):  # type: ignore[misc]  # aiokafka's protocol has no types for mypy
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


class _MetadataRequest12(RequestStruct):  # type: ignore[misc]
    FLEXIBLE_VERSION = True
    API_KEY = 3
    API_VERSION = 12
    RESPONSE_TYPE = _MetadataResponse
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", _Any), ("name", _Name), ("tags", TaggedFields))),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class _MetadataRequest(Request[_MetadataRequest12]):  # type: ignore[misc]
    API_KEY = 3

    def __init__(self, topics: Sequence[str]) -> None:
        self._topics = topics

    def build(self, request_struct_class: type[_MetadataRequest12]) -> _MetadataRequest12:
        return request_struct_class([(bytes(16), name, {}) for name in self._topics], False, False, {})


async def topic_ids(settings: KafkaSettings, topics: Sequence[str]) -> dict[str, str]:
    """Ids of those topics that exist, "" where the broker is too old to have any. Raises Unavailable."""
    try:
        async with admin_client(settings) as admin:
            answer = await admin._send_request(_MetadataRequest(topics))
    except NotImplementedError:
        return dict.fromkeys(topics, "")
    return {topic["topic"]: str(uuid.UUID(bytes=topic["topic_id"])) for topic in answer.to_object()["topics"] if not topic["error_code"]}
