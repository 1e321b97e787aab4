"""Which records of the archive are enriched again: literal small archives, and an oracle over wild ones."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrich.replay.choice import Choice, Chooser, Highest
from shared.dead_letters.headers import SourceRecord
from shared.ids import digest_id, version
from shared.records import DIGEST_HEADER, RawDigest
from tests.fakes.digests import enriched

FIRST = datetime(2026, 2, 6, tzinfo=UTC)
WEEKLY, DAILY = "双碳周报", "能源日报"


def identity(name: str) -> str:
    """The digest that `name` stands for."""
    return digest_id(WEEKLY, external_id=name, content="")


def raw(name: str, revision: int, offset: int, *, partition: int = 0, source: str = WEEKLY, content: bytes = b"abc") -> SourceRecord:
    """A record of the raw topic; its revision is also the hour of its receipt."""
    digest = RawDigest(
        digest_id=identity(name),
        source=source,
        media_type="text/plain",
        received_at=FIRST + timedelta(hours=revision),
        sha256="",
        revision=revision,
    )
    return SourceRecord("raw", partition, offset, digest.digest_id.encode(), content, ((DIGEST_HEADER, digest.to_json()),))


ARCHIVE = (
    raw("甲", 1, 0),
    raw("乙", 1, 1),
    raw("甲", 3, 2),
    raw("甲", 2, 3),  # late: an older revision behind a newer one
    raw("丙", 5, 0, partition=1, source=DAILY),
    raw("乙", 1, 4),  # sent again: the same revision twice
)


def places(choice: Choice, versions: dict[str, int] | None = None, archive: tuple[SourceRecord, ...] = ARCHIVE) -> set[tuple[int, int]]:
    """Partition and offset of what is chosen."""
    chooser = Chooser(choice)
    for record in archive:
        chooser.add(record)
    found = chooser.plan(versions or {})
    return {(partition, offset) for partition, offsets in found.places.items() for offset in offsets}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), {(0, 2), (0, 4), (1, 0)}),
        (Choice(source=WEEKLY), {(0, 2), (0, 4)}),
        (Choice(source="无此源"), set()),
        (Choice(since=FIRST + timedelta(hours=3)), {(0, 2), (1, 0)}),
        (Choice(until=FIRST + timedelta(hours=3)), {(0, 4)}),
        (Choice(since=FIRST + timedelta(hours=3), until=FIRST + timedelta(hours=5)), {(0, 2)}),
        (Choice(digests=(identity("丙"),)), {(1, 0)}),
    ],
)
def test_the_newest_revision_of_what_is_asked_for(choice: Choice, expected: set[tuple[int, int]]) -> None:
    """By source, time of receipt and digest; a digest whose newest revision is beyond `until` has nothing that is worth replaying."""
    assert places(choice) == expected


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        (1, {(1, 0)}),  # 丙 was never enriched
        (2, {(0, 4), (1, 0)}),  # 乙 by build 1
        (3, {(0, 2), (0, 4), (1, 0)}),  # 甲 by build 2
    ],
)
def test_only_what_no_newer_build_has_enriched(below: int, expected: set[tuple[int, int]]) -> None:
    """The newest revision's build counts; that of an older revision says nothing."""
    versions = {identity("甲"): version(3, 2), identity("乙"): version(1, 1), identity("丙"): version(4, 9)}
    assert places(Choice(build_below=below), versions) == expected


def test_builds_are_compared_whatever_is_known_of_the_source() -> None:
    """What a build made with much knowledge is older than the next build; what was made before knowledge was told is older than both."""
    versions = {identity("甲"): version(3, 5, 0), identity("乙"): version(1, 4, 900), identity("丙"): version(4, 3)}
    assert places(Choice(build_below=5), versions) == places(Choice(digests=(identity("乙"), identity("丙"))))


def test_what_is_left_out_is_counted() -> None:
    """Older revisions and copies, and records that are no raw digest."""
    chooser = Chooser(Choice(source=WEEKLY))
    no_digest = SourceRecord("raw", 2, 0, b"key", b"value", ((DIGEST_HEADER, b"{}"),))
    for record in (*ARCHIVE, no_digest, SourceRecord("raw", 2, 1, None, None)):
        chooser.add(record)
    found = chooser.plan({})
    assert (found.digests, found.bytes, found.older, found.other) == (2, 6, 3, 2)


def test_what_is_done_already_is_not_done_again() -> None:
    """A run that is gone on with leaves out what stands before the offsets that were kept."""
    chooser = Chooser(Choice())
    for record in ARCHIVE:
        chooser.add(record)
    left = chooser.plan({}).since({0: 3})
    assert ({partition: sorted(offsets) for partition, offsets in left.places.items()}, left.digests) == ({0: [4], 1: [0]}, 2)


def test_builds_are_read_from_the_header_else_from_the_value() -> None:
    """What is neither is passed over; the highest counts, whichever came last."""
    key = identity("甲").encode()
    digest = enriched("标题", name="甲", revision=7, build=2)
    records = (
        SourceRecord("enriched", 0, 0, key, b"?", (("digest_version", b"%d" % version(7, 3)),)),
        SourceRecord("enriched", 0, 1, key, digest.to_json()),
        SourceRecord("enriched", 0, 2, key, b"{}"),
        SourceRecord("enriched", 0, 3, None, None),
    )
    highest = Highest()
    for record in records:
        highest.add(record)
    assert highest.found == {identity("甲"): version(7, 3)}
    assert (highest.revision(identity("甲")), highest.revision(identity("乙"))) == (7, -1)


@given(st.lists(st.tuples(st.sampled_from("甲乙丙丁"), st.integers(0, 4)), max_size=30))
def test_each_digest_once_and_by_its_newest_revision(sent: list[tuple[str, int]]) -> None:
    """Whatever the order of revisions and copies."""
    archive = tuple(raw(name, revision, offset) for offset, (name, revision) in enumerate(sent))
    newest = {name: max((revision, offset) for offset, (of, revision) in enumerate(sent) if of == name)[1] for name, _ in sent}
    assert places(Choice(), archive=archive) == {(0, offset) for offset in newest.values()}
