"""Kafka settings → options for aiokafka's clients, an admin client, topics created idempotently; and errors → Unavailable or Refused.

Options are plain dicts, so that consumers are made where they are used: `AIOKafkaConsumer(**client_options(settings))`.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterable
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import InvalidTimestampError, KafkaError, TopicAlreadyExistsError, for_code
from aiokafka.helpers import create_ssl_context

from shared import log
from shared.errors import Misconfigured, Refused, Unavailable
from shared.kafka import refusals, replication
from shared.kafka.replication import Kept
from shared.settings import KafkaSettings
from shared.topics import Topic, in_sync

_log = log.get(__name__)

MIB = 2**20

END_SECONDS = 1.0
"""For each step of ending a producer whose sends are over: to a broker that answers it is some ms."""


def ssl_context(settings: KafkaSettings) -> ssl.SSLContext | None:
    """The TLS context, or None where the protocol has no TLS; raises Misconfigured when a file can't be read."""
    if "SSL" not in settings.security_protocol:
        return None
    for name in ("ssl_cafile", "ssl_certfile", "ssl_keyfile"):
        path = getattr(settings, name)
        if path is not None and not path.is_file():
            raise Misconfigured(f"KAFKA_{name.upper()}={path} is no file that can be read: give the path of one in PEM form")
    try:
        context: ssl.SSLContext = create_ssl_context(
            cafile=str(settings.ssl_cafile) if settings.ssl_cafile else None,
            certfile=str(settings.ssl_certfile) if settings.ssl_certfile else None,
            keyfile=str(settings.ssl_keyfile) if settings.ssl_keyfile else None,
        )
        return context
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(f"KAFKA_SSL_CAFILE, KAFKA_SSL_CERTFILE or KAFKA_SSL_KEYFILE can't be used: {error}") from error


def client_options(settings: KafkaSettings) -> dict[str, Any]:
    """What every aiokafka client needs: addresses and security."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap_servers,
        "security_protocol": settings.security_protocol,
        "ssl_context": ssl_context(settings),
    }
    if settings.security_protocol.startswith("SASL"):
        options |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_username,
            "sasl_plain_password": settings.sasl_password.get_secret_value() if settings.sasl_password else None,
        }
    return options


def producer_options(settings: KafkaSettings, *, linger_ms: int = 0) -> dict[str, Any]:
    """A producer that loses nothing: acks=all and idempotent (both are off by default).

    linger_ms 0 suits who waits for each acknowledgement; 5 suits batches (sevenfold throughput of awaited sends, measured).
    """
    return client_options(settings) | {
        "acks": "all",
        "enable_idempotence": True,
        "linger_ms": linger_ms,
        "max_batch_size": 256 * 1024,
        "compression_type": "zstd",
        # As large as the largest topic takes (the dead topic), so that the topic's own limit decides.
        "max_request_size": 20 * MIB,
        # A batch that is not acknowledged in this time fails; the sender then tries again or says 503.
        "request_timeout_ms": 30_000,
    }


def consumer_options(settings: KafkaSettings, *, group: str, slot: str) -> dict[str, Any]:
    """A consumer that commits only what it is told to, under static membership.

    A member that returns within the session timeout goes on in about 2 s, without a rebalance.
    """
    return client_options(settings) | {
        "group_id": group,
        "group_instance_id": f"{group}-{slot}",
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "session_timeout_ms": 15_000,
        "heartbeat_interval_ms": 3_000,
        "max_poll_interval_ms": 300_000,
        "rebalance_timeout_ms": 60_000,
        # A topic that was deleted and recreated is noticed when metadata are asked for again: by default after five minutes of silence.
        "metadata_max_age_ms": 5_000,
        # Bounds memory: a partition's fetch is at most this, or one record when that is larger.
        "max_partition_fetch_bytes": 4 * MIB,
        "fetch_max_bytes": 16 * MIB,
    }


def words(error: BaseException) -> str:
    """Return what an error says, or its name where it says nothing. Pure."""
    if isinstance(error, InvalidTimestampError):
        return f"{error}: this machine's clock is far from Kafka's, which takes no such time; set it right"
    return str(error) or type(error).__name__


@contextlib.asynccontextmanager
async def as_unavailable(settings: KafkaSettings, *, failing: str = "does not answer", advice: str = "") -> AsyncIterator[None]:
    """Raise what aiokafka or the network raises while the block runs as Unavailable: that Kafka is `failing`, why, and what to do.

    Raises Refused, with the setting to change, where Kafka takes neither our login nor certificate, or does not allow what was tried.
    """
    try:
        yield
    except (KafkaError, OSError) as error:
        raise await why(error, settings, failing=failing, advice=advice) from error


async def why(error: BaseException, settings: KafkaSettings, *, failing: str = "does not answer", advice: str = "") -> Unavailable:
    """Return what to raise for an error of Kafka's client, see `as_unavailable`; takes `refusals.ASK_SECONDS` where the client could not connect."""
    said = refusals.advice(error)
    found = None if said else await refusals.ask(client_options(settings)) if isinstance(error, refusals.NO_CONNECTION) else None
    if found is not None and found.certain:
        said = found.advice
    if said:
        return Refused(f"Kafka at {settings.bootstrap_servers} refuses us: {said}")
    sentences = [f"Kafka at {settings.bootstrap_servers} {failing}: {words(error)}", found.advice if found else "", advice]
    return Unavailable(". ".join(filter(None, sentences)))


@contextlib.asynccontextmanager
async def admin_client(settings: KafkaSettings, *, failing: str = "does not answer", advice: str = "") -> AsyncIterator[AIOKafkaAdminClient]:
    """Give a client that is started, and close it after the block; what fails until then is raised `as_unavailable`."""
    async with as_unavailable(settings, failing=failing, advice=advice):
        admin = AIOKafkaAdminClient(**client_options(settings))
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()


async def ensure_topics(settings: KafkaSettings, topics: Iterable[Topic]) -> list[str]:
    """Create the topics that are missing and return their names; see `keep_topics`."""
    return [kept.topic for kept in await keep_topics(settings, topics) if kept.made]


async def keep_topics(settings: KafkaSettings, topics: Iterable[Topic]) -> list[Kept]:
    """Create the topics that are missing and return how each keeps what it acknowledges; a second call
    changes nothing.

    Settings of topics that exist are left alone: an operator may have changed them on purpose. Where one
    broker alone may acknowledge although there are more, the log says so, with the command that ends it.
    Raises Unavailable when Kafka does not answer, Refused where it does not let us, and Misconfigured where a
    topic can't be made so.
    """
    kept = {}
    async with admin_client(settings) as admin:
        brokers = await replication.brokers(admin)
        existing = set(await admin.list_topics())
        wanted = list(topics)
        for topic in wanted:
            if topic.name not in existing and await create_topic(admin, settings, topic):
                replicas = settings.replication_factor
                kept[topic.name] = Kept(topic.name, True, replicas, in_sync(replicas), brokers)
        there = [topic.name for topic in wanted if topic.name in existing]
        kept |= {one.topic: one for one in await replication.examine(admin, there, brokers=brokers)}
    for one in kept.values():
        if one.alone:
            advice = one.advice(settings.bootstrap_servers)
            _log.warning("acknowledged by one broker alone", topic=one.topic, advice=advice)
    return [kept[topic.name] for topic in wanted if topic.name in kept]


async def create_topic(admin: AIOKafkaAdminClient, settings: KafkaSettings, topic: Topic) -> bool:
    """Return whether it was made just now, and not by another service that was faster; raises
    Misconfigured and Refused.
    """
    replicas = settings.replication_factor
    configs = topic.configs | {replication.SETTING: str(in_sync(replicas))}
    new = NewTopic(topic.name, topic.partitions or settings.partitions, replicas, topic_configs=configs)
    try:
        response = await admin.create_topics([new])
    except TopicAlreadyExistsError:
        return False
    for name, code, *words in response.topic_errors:
        if code not in (0, TopicAlreadyExistsError.errno):
            reason = next(filter(None, words), None) or for_code(code).__name__
            if issubclass(for_code(code), refusals.NO_RIGHT):
                raise Refused(
                    f"Kafka does not let us see or create topic {name} ({reason}): run `jianbao topics` once as a "
                    f"user that may, and {refusals.RIGHTS}"
                )
            how = "KAFKA_PARTITIONS and KAFKA_REPLICATION_FACTOR say how it is made"
            raise Misconfigured(f"Kafka refuses to create topic {name}: {reason} ({how})")
    # Else another service was faster, or the list of topics was of a moment ago.
    return all(code == 0 for _, code, *_ in response.topic_errors)


async def end_producer(producer: Any) -> None:
    """End a producer in bounded time: an idempotent one would wait for an absent broker for ever (aiokafka 0.14, Sender._can_retry)."""
    with contextlib.suppress(TimeoutError, KafkaError, OSError):
        async with asyncio.timeout(END_SECONDS):
            await producer.stop()
            return
    # stop() marked it closed and was cut short: end its sender and its connections.
    sender = producer._sender.sender_task
    if sender is not None:
        sender.cancel()
    with contextlib.suppress(TimeoutError, KafkaError, OSError):
        async with asyncio.timeout(END_SECONDS):
            await producer.client.close()
    if sender is not None:
        sender.cancel()  # again: at the first time it stays for requests that are on their way
        await asyncio.wait([sender], timeout=END_SECONDS)
