"""What a replay sends: enriched records with its mark, and no dead letter twice."""

from services.enrich.replay.marked import REPLAY_HEADER, MarkedPublisher, letters_of
from shared.kafka.sender import Message
from shared.topics import Topics
from tests.fakes.enrich_parts import FakePublisher
from tests.unit.enrich.replay.test_choice import identity, raw

TOPICS = Topics()


def letter(name: str, revision: int, stage: bytes = b"enrich") -> Message:
    """A dead letter of that digest."""
    record = raw(name, revision, 0)
    return Message(TOPICS.dead.name, record.key, record.value, (*record.headers, ("dead.stage", stage)))


async def test_enriched_records_are_marked() -> None:
    """With the operation's id, beside the headers that they have anyway."""
    fake = FakePublisher()
    await MarkedPublisher(fake, TOPICS, "重播一", set()).publish([Message(TOPICS.enriched.name, b"k", b"v", (("digest_version", b"7"),))])
    assert fake.acknowledged[0].headers == (("digest_version", b"7"), (REPLAY_HEADER, "重播一".encode()))


async def test_a_dead_letter_that_is_there_is_not_sent_again() -> None:
    """That of another revision is; answers stay in the order of the messages."""
    fake = FakePublisher(answers=[[None, OSError("away")]])
    marked = MarkedPublisher(fake, TOPICS, "重播一", letters_of([letter("甲", 1).headers]))
    good = Message(TOPICS.enriched.name, b"k", b"v")
    answers = await marked.publish([letter("甲", 1), good, letter("甲", 1), letter("甲", 2)])
    assert [str(answer) for answer in answers] == ["None", "None", "None", "away"]
    assert (marked.known, marked.dead) == ({(identity("甲"), 1)}, set())
    assert await marked.publish([letter("甲", 2)]) == [None]
    assert marked.dead == {(identity("甲"), 2)}


def test_only_letters_of_enrich_count() -> None:
    """What index could not take may well come out otherwise when it is enriched again."""
    assert letters_of([letter("甲", 1).headers, letter("乙", 1, b"index").headers, ()]) == {(identity("甲"), 1)}
