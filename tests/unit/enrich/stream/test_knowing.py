"""Children are told what is known of a digest's source, and nobody else can tell them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from services.enrich.stream.knowing import KnowingPool, Known
from services.enrich.stream.process import KNOWN_HEADER, Dead, Enriched, Headers, Outcome, process
from services.enrich.stream.tried import name_of
from shared.dead_letters.headers import SourceRecord
from shared.ids import version
from shared.kafka.scan import Scanned
from shared.records import EnrichedDigest, RawDigest
from shared.registry.follow import SourcesTopic
from shared.settings import KafkaSettings
from shared.sources import Source
from shared.topics import Topics

NOW = datetime(2026, 2, 6, tzinfo=UTC)
KEY = "双碳周报".encode()
HEADER = RawDigest(digest_id="0" * 32, source="双碳周报", media_type="text/plain", received_at=NOW, sha256="", revision=5).to_json()
OWN = [("traceparent", b"00-1"), ("digest", HEADER)]


def record(knowledge: int, source: str = "双碳周报") -> bytes:
    """What the topic holds."""
    return Source(source=source, knowledge=knowledge).to_json()


class Pool:
    """Keeps the headers that it is given."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.headers: list[tuple[str, bytes]] = []

    async def outcome(self, headers: Headers, content: bytes) -> Outcome:
        """Nothing comes of it."""
        self.headers = list(headers)
        return Dead("error", "message")


async def told(known: Known, headers: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The headers that a child gets."""
    pool = Pool()
    await KnowingPool(pool, known).outcome(headers, b"")
    return pool.headers


async def test_the_newest_record_of_the_source_goes_with_a_digest() -> None:
    """By number, not by order of arrival; other sources' are not."""
    known = Known()
    for value in (record(2), record(3), record(1), record(9, "别家"), b"of another form", None):
        known.add(KEY, value)
    assert await told(known, OWN) == [*OWN, (KNOWN_HEADER, record(3))]


async def test_how_a_source_is_called_and_fetched_changes_nothing() -> None:
    """Such records stand in the same topic, under other keys."""
    known = Known()
    for key in (b"entry:a", b"fetch:a"):
        known.add(key, record(3))
    assert await told(known, OWN) == OWN


async def test_what_a_record_itself_says_of_its_source_is_taken_off() -> None:
    """Whoever may feed digests may not teach by that."""
    assert await told(Known(), [*OWN, (KNOWN_HEADER, record(1023))]) == OWN
    known = Known()
    known.add(KEY, record(4))
    assert await told(known, [(KNOWN_HEADER, record(1023)), *OWN]) == [*OWN, (KNOWN_HEADER, record(4))]


async def test_records_without_a_readable_header_pass() -> None:
    """They become the dead letters that they are."""
    known = Known()
    known.add(KEY, record(4))
    for headers in ([], [("digest", b"{")], [("digest", b"[]")], [("digest", b"\xff")]):
        assert await told(known, headers) == headers


def test_enrich_is_given_it_and_the_version_says_so() -> None:
    """As a value; without, enrich is called as ever."""

    def enrich(raw: RawDigest, content: bytes, *, enriched_at: datetime, known: Source | None = None) -> EnrichedDigest:
        facts = raw.model_dump(include=set(EnrichedDigest.model_fields))
        return EnrichedDigest(**facts, build=7, knowledge=known.knowledge if known else 0, enriched_at=enriched_at)

    for headers, knowledge in ((OWN, 0), ([*OWN, (KNOWN_HEADER, record(3))], 3)):
        found = process(headers, b"", enrich=enrich, enriched_at=NOW, max_record_bytes=2**20)
        assert isinstance(found, Enriched)
        assert found.version == version(5, 7, knowledge)


def test_what_was_too_slow_is_tried_again_with_other_knowledge() -> None:
    """The same bytes are other work then."""
    names = {
        name_of(headers, b"x", seconds=60, memory_mb=1) for headers in (OWN, [*OWN, (KNOWN_HEADER, record(1))], [*OWN, (KNOWN_HEADER, record(2))])
    }
    assert len(names) == 3


class Topic:
    """Stands in for a Scanner of a topic with one partition."""

    def __init__(self, *values: bytes) -> None:
        """It holds these."""
        self.values = list(values)

    async def bounds(self, topic: str) -> dict[int, tuple[int, int]]:
        """First offset and the one after the last."""
        return {0: (0, len(self.values))}

    async def read(self, topic: str, *, since: dict[int, int]) -> AsyncIterator[Scanned]:
        """What is new."""
        for offset, value in enumerate(self.values[since[0] :], since[0]):
            yield Scanned(SourceRecord(topic, 0, offset, KEY, value, ()), NOW)


async def test_what_is_taught_while_a_worker_runs_is_known_with_the_next_look() -> None:
    """Also where the topic was made anew, and numbers begin again."""
    known = Known()
    topic = SourcesTopic(KafkaSettings(), Topics().sources, known.add, known.forget)
    for values, number in (((), None), ((record(1),), 1), ((record(1), record(2)), 2), ((record(1), record(2)), 2), ((record(1),), 1)):
        await topic.look(Topic(*values))  # type: ignore[arg-type]
        assert known.numbers.get("双碳周报") == number
