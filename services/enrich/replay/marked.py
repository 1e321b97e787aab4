"""The worker's messages in → marked as a replay's, and without dead letters that are there already; Kafka's answers out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from services.enrich.replay.choice import raw_of
from services.enrich.stream.worker import Publisher
from shared.dead_letters.headers import Headers
from shared.kafka.sender import Message
from shared.topics import Topics

REPLAY_HEADER = "replay"
"""On enriched records: the operation's id. Whoever tells people of news passes over what has it."""

Letter = tuple[str, int]
"""Digest and revision."""


@dataclass
class MarkedPublisher:
    """Stands before a publisher."""

    publisher: Publisher
    topics: Topics
    operation_id: str
    letters: set[Letter]
    """Revisions of which enrich has left a dead letter already: another would say nothing new, and flood the list"""
    dead: set[Letter] = field(default_factory=set)
    """Dead letters sent"""
    known: set[Letter] = field(default_factory=set)
    """Dead letters not sent again"""

    async def publish(self, messages: Sequence[Message]) -> list[Exception | None]:
        """As Publisher.publish; a dead letter that is there already counts as acknowledged."""
        results: list[Exception | None] = [None] * len(messages)
        sent = []
        for at, message in enumerate(messages):
            if message.topic == self.topics.enriched.name:
                sent.append((at, replace(message, headers=(*message.headers, (REPLAY_HEADER, self.operation_id.encode())))))
            elif (letter := letter_of(message.headers)) in self.letters:
                self.known.add(letter)
            else:
                sent.append((at, message))
        for (at, message), answer in zip(sent, await self.publisher.publish([message for _, message in sent]) if sent else (), strict=True):
            results[at] = answer
            if answer is None and message.topic == self.topics.dead.name and (letter := letter_of(message.headers)):
                self.dead.add(letter)
        return results


def letter_of(headers: Headers) -> Letter | None:
    """Which digest and revision a letter of enrich is about; None where its record did not say. Pure."""
    raw = raw_of(headers)
    return (raw.digest_id, raw.revision) if raw is not None else None


def letters_of(all_headers: Iterable[Headers]) -> set[Letter]:
    """The same of a whole dead topic, of enrich's letters alone. Pure."""
    return {letter for headers in all_headers if dict(headers).get("dead.stage") == b"enrich" and (letter := letter_of(headers))}
