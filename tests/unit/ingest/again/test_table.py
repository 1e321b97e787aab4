"""Records in any order, and more of them than there is room for → what is known."""

from itertools import permutations
from typing import Any

import pytest

from services.ingest.accept import Submission, accept
from services.ingest.again.table import Table
from services.ingest.erasure import withdrawal
from shared.records import RawDigest

NOW = 1770343200123


def said(text: str = "昆山新增零碳工厂10家", *, at: int = 0, **fields: Any) -> RawDigest:
    """A digest of source a, accepted `at` ms later."""
    submission = Submission(text.encode(), **({"source": "a", "external_id": "12"} | fields))
    return accept(submission, revision=NOW + at, max_bytes=1000)[0]


OLDEST = said(title="周报", published_on="2026-02-06", file_name="a.txt", idempotency_key="k")
BARE = said(at=3)
GONE = withdrawal(OLDEST, revision=NOW + 1)


def known(*raws: RawDigest, table: Table | None = None) -> Table:
    """What was written, in that order."""
    table = table if table is not None else Table()
    for raw in raws:
        table.note(raw)
    return table


@pytest.mark.parametrize(
    ("raws", "title", "whole"),
    [
        ((OLDEST, BARE), "周报", False),
        ((OLDEST, said(at=1, title="更正"), BARE), "更正", False),
        ((OLDEST, GONE, BARE), None, True),
        ((OLDEST, said("更正", at=1), said("更正", at=2)), None, True),
    ],
)
def test_in_any_order_the_same_is_known(raws: tuple[RawDigest, ...], title: str | None, *, whole: bool) -> None:
    """Also where a record was written before the archive was read; nothing from before a withdrawal."""
    for order in permutations(raws):
        fed = known(*order).get(BARE.digest_id)
        assert fed is not None
        assert (fed.revision, fed.known.title, fed.whole) == (raws[-1].revision, title, whole)
        assert fed.known.file_name == ("a.txt" if title else None)


def test_an_older_record_tells_its_key() -> None:
    """It came with that key, whatever was written since."""
    table = known(BARE, OLDEST)
    fed = table.find("a", OLDEST.idempotency_key or "")
    assert fed is not None
    assert fed.digest_id == BARE.digest_id


def test_there_is_room_by_size_too() -> None:
    """Long titles take the room of several short ones; those written last are known."""
    long = [said(external_id=str(number), title="周" * 500) for number in range(20)]
    short = [said(external_id=str(number)) for number in range(20)]
    sizes = [len(known(*raws, table=Table(most_bytes=10_000))) for raws in (long, short)]
    assert sizes[0] < sizes[1] < 20
    table = known(*long, *short, *long, table=Table(most_bytes=10_000))
    assert len(table) == sizes[0]
    assert table.get(long[-1].digest_id) is not None


def test_nothing_is_left_of_what_was_forgotten() -> None:
    """Of many with the same content, in whatever order they go."""
    table = known(*(said(external_id=str(number)) for number in range(50)), table=Table(most=3))
    fed = table.find("a", said().fingerprint or "")
    assert fed is not None
    assert fed.digest_id in {said(external_id=str(number)).digest_id for number in (47, 48, 49)}
    known(said("别的", external_id="x"), said("别的", external_id="y"), said("别的", external_id="z"), table=table)
    assert table.find("a", said().fingerprint or "") is None
