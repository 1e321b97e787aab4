"""Topics: names under a namespace, and settings that the archive depends on."""

import pytest

from shared.records import MAX_DIGEST_BYTES
from shared.topics import MIB, Topics, in_sync


def test_names_without_a_namespace() -> None:
    """The names that the documentation gives."""
    topics = Topics()
    assert [topic.name for topic in topics.all] == [
        "digests.raw.v1",
        "digests.enriched.v1",
        "digests.dead.v1",
        "digests.operations.v1",
        "digests.clock.v1",
        "digests.tried.v1",
        "sources.v1",
    ]
    assert (topics.enrich_group, topics.index_group) == ("enrich", "index")


def test_names_under_a_namespace() -> None:
    """Two installations on one cluster share neither topics nor groups."""
    topics = Topics("trial")
    assert [topic.name for topic in topics.all] == [
        "trial.digests.raw.v1",
        "trial.digests.enriched.v1",
        "trial.digests.dead.v1",
        "trial.digests.operations.v1",
        "trial.digests.clock.v1",
        "trial.digests.tried.v1",
        "trial.sources.v1",
    ]
    assert (topics.enrich_group, topics.index_group) == ("trial.enrich", "trial.index")


def test_only_what_is_known_of_sources_is_compacted() -> None:
    """Compaction keeps the last offset, not the highest version, and of a source all is said in its newest record."""
    topics = Topics()
    assert [topic for topic in topics.all if topic.configs["cleanup.policy"] != "delete"] == [topics.sources]


def test_what_is_compacted_is_compacted_soon() -> None:
    """Each service that starts reads it whole; and a segment holds the largest record."""
    sources = Topics().sources
    assert sources.max_message_bytes < int(sources.configs["segment.bytes"]) <= 64 * 2**20
    assert not any("segment.bytes" in topic.configs for topic in Topics().all if topic != sources)


def test_the_archive_is_kept_for_ever() -> None:
    """Digests and what operators did stay without limit of time or size, dead letters 30 days, what asks
    for the time a day.
    """
    topics = Topics()
    kept = [topic.configs["retention.ms"] for topic in topics.all]
    assert kept == ["-1", "-1", "2592000000", "-1", "86400000", "2592000000", "-1"]
    assert {topic.configs["retention.bytes"] for topic in topics.all} == {"-1"}


@pytest.mark.parametrize(("replicas", "acknowledging"), [(1, 1), (2, 2), (3, 2), (5, 2)])
def test_acknowledged_means_two_replicas(replicas: int, acknowledging: int) -> None:
    """Wherever there are two; a topic of one says one, whatever the cluster's default is."""
    assert in_sync(replicas) == acknowledging


def test_no_replica_that_lags_may_lead() -> None:
    """Whatever the cluster's default is: what the others had acknowledged would be gone."""
    assert {topic.configs["unclean.leader.election.enable"] for topic in Topics().all} == {"false"}


def test_only_the_clock_topic_has_kafkas_own_times() -> None:
    """In the others a time says when a digest was sent, from which lag is counted."""
    topics = Topics()
    times = {topic: topic.configs["message.timestamp.type"] for topic in topics.all}
    assert [topic for topic, kind in times.items() if kind == "LogAppendTime"] == [topics.clock]


def test_a_digest_of_the_largest_size_fits() -> None:
    """Twice the limit in raw and enriched, and the dead topic takes whatever fitted into the others."""
    topics = Topics()
    assert topics.raw.max_message_bytes >= 2 * MAX_DIGEST_BYTES
    assert topics.enriched.max_message_bytes >= 2 * MAX_DIGEST_BYTES
    assert topics.dead.max_message_bytes >= max(topics.raw.max_message_bytes, topics.enriched.max_message_bytes) + 4 * MIB
