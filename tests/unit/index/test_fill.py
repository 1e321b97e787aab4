"""Which partitions a new index is still to be filled from, and which records are withdrawals."""

import pytest

from services.index import fill
from shared.dead_letters.headers import SourceRecord
from shared.kafka import fills as shared_fills
from shared.kafka.groups import Group
from shared.records import EnrichedDigest
from tests.fakes.digests import enriched

NEW = "digests:d1 items:i2"


@pytest.mark.parametrize(
    ("metas", "fills"),
    [
        ({"items": {"fill": "i2"}, "digests": {"fill": "d1"}}, NEW),
        ({"items": {"fill": "i2"}, "digests": {}}, "items:i2"),
        ({"items": {"fill": ""}, "digests": {"standby": {}}}, ""),
    ],
)
def test_the_fills_of_a_pair(metas: dict[str, dict[str, str]], fills: str) -> None:
    """Of each kind that has one; a pair that a rebuild made has none."""
    assert shared_fills.of(metas) == fills


@pytest.mark.parametrize(
    ("note", "fills", "holds"),
    [
        (NEW, NEW, True),
        ("digests:d1 items:i1", NEW, False),
        ("", NEW, False),
        (None, NEW, False),
        ("digests:d1 items:i1", "", True),
        ("", "", True),
    ],
)
def test_whether_an_offset_holds(note: str | None, fills: str, holds: bool) -> None:
    """Only for the very indices that it was committed for, or for a pair that was whole from the first."""
    assert shared_fills.holds(note, fills) is holds


def test_what_is_still_to_be_filled() -> None:
    """Partitions whose offset is about other indices, or that were never read; one without records has nothing to fill from."""
    group = Group({0: 9, 1: 9, 2: 0}, 1, True, {0: NEW, 1: "digests:d1 items:i1", 2: ""})
    assert fill.unfilled(group, {0: (0, 9), 1: (0, 9), 2: (0, 0), 3: (0, 4)}, NEW) == {1, 3}


@pytest.mark.parametrize(
    ("digest", "withdrawn"),
    [(enriched(withdrawn=True), True), (enriched("昆山:甲"), False), (enriched('他说"withdrawn":true'), False)],
)
def test_withdrawals(digest: EnrichedDigest, withdrawn: bool) -> None:
    """Told by what the record says, whatever stands in its text."""
    record = SourceRecord("digests.enriched.v1", 0, 7, digest.digest_id.encode(), digest.to_json(), ())
    assert (fill.withdrawal(record) is not None) is withdrawn


@pytest.mark.parametrize("value", [None, b"", b'{"withdrawn":true', b'{"withdrawn":true}'])
def test_what_is_no_digest_is_no_withdrawal(value: bytes | None) -> None:
    """It becomes a dead letter when its turn comes."""
    assert fill.withdrawal(SourceRecord("digests.enriched.v1", 0, 7, b"k", value, ())) is None
