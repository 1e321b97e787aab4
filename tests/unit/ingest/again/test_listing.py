"""What is known of digests → pages of them: newest first, each once, of some sources, days and keys."""

from datetime import date
from typing import Any

import pytest

from services.ingest.accept import Submission, accept
from services.ingest.again import listing
from services.ingest.again.fed import contents
from services.ingest.again.listing import Wanted
from services.ingest.again.table import Table
from services.ingest.erasure import erasure, withdrawal
from shared.errors import Rejected
from shared.records import RawDigest

NOW = 1770343200123
"""2026-02-06 10:00 in Shanghai"""
HOUR = 3_600_000


def fed(text: str, *, source: str = "a", at: int = 0, key: str | None = "weekly", **said: Any) -> RawDigest:
    """A digest that came `at` ms later."""
    submission = Submission(text.encode(), source=source, **said)
    return accept(submission, revision=NOW + at, max_bytes=1000, key_name=key)[0]


def table(*raws: RawDigest) -> Table:
    """What is known by these records."""
    made = Table()
    for raw in raws:
        made.note(raw)
    return made


def titles(known: Table, **wanted: Any) -> list[str | None]:
    """Titles of the page that is asked for."""
    return [row["title"] for row in listing.answer(listing.page(known.all(), Wanted(**wanted)))]


SEVERAL = [fed(f"第{number}篇", title=str(number), at=number // 2, source="ab"[number % 2]) for number in range(7)]


def test_pages_hold_each_digest_once_also_where_some_came_at_once() -> None:
    """The newest first, in pages of two."""
    known, behind, found = table(*SEVERAL), None, []
    for _ in range(4):
        page = listing.page(known.all(), Wanted(limit=2, behind=behind))
        found += [row["title"] for row in listing.answer(page)]
        behind = listing.cursor(str(page.following)) if page.following else None
    assert behind is None
    assert sorted(found) == [str(number) for number in range(7)]
    assert [int(title) // 2 for title in found] == [3, 2, 2, 1, 1, 0, 0]


def test_what_is_fed_meanwhile_shifts_no_page() -> None:
    """A new digest and one that is fed again stand before the page that comes next."""
    known = table(*SEVERAL)
    first = listing.page(known.all(), Wanted(limit=3))
    expected = titles(known, limit=3, behind=first.following)
    known.note(fed("新来", at=99))
    known.note(fed("第6篇", title="更正", at=98))
    assert titles(known, limit=3, behind=first.following) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"source": "b"}, ["5", "3", "1"]),
        ({"key": "weekly", "limit": 1}, ["6"]),
        ({"key": "daily"}, []),
        ({"day": date(2026, 2, 6), "source": "b"}, ["5", "3", "1"]),
        ({"day": date(2026, 2, 5)}, []),
        ({"digest_ids": frozenset({SEVERAL[4].digest_id, "0" * 32})}, ["4"]),
    ],
)
def test_only_what_is_asked_for(wanted: dict[str, Any], expected: list[str]) -> None:
    """By source, day, key and id."""
    assert titles(table(*SEVERAL), **wanted) == expected


@pytest.mark.parametrize(("at", "day"), [(-10 * HOUR - 124, 5), (-10 * HOUR - 123, 6), (14 * HOUR - 124, 6), (14 * HOUR - 123, 7)])
def test_a_day_is_one_in_shanghai(at: int, day: int) -> None:
    """From its first millisecond to its last."""
    known = table(fed("一篇", at=at, title="一"))
    assert [titles(known, day=date(2026, 2, one)) for one in (5, 6, 7)] == [["一"] * (one == day) for one in (5, 6, 7)]


def test_sources_that_are_not_ones_own_are_not_told() -> None:
    """Neither as digests nor as others of the same content."""
    known = table(fed("同文", source="a"), fed("同文", source="b", at=1), fed("同文", source="c", at=2))
    own = listing.answer(listing.page(known.all(), Wanted(), may=lambda source: source != "c"))
    assert [(row["source"], [one["source"] for one in row["same_content"]]) for row in own] == [("b", ["a"]), ("a", ["b"])]


def test_the_same_content_elsewhere() -> None:
    """The newest first; neither what was withdrawn nor what is not one's own."""
    raws = [fed("同文", source=source, at=at) for at, source in enumerate("abcd")]
    known = table(*raws, withdrawal(raws[1], revision=NOW + 9, key_name="desk"), fed("异文", source="e", at=8))
    content, beside = contents(raws[0])[0], fed("同文", source="f").digest_id
    found = listing.elsewhere(known.all(), content, beside=beside, may=lambda source: source != "d")
    assert [one.source for one in found] == ["c", "a"]
    own = listing.elsewhere(known.all(), content, beside=raws[2].digest_id, may=lambda source: source == "c")
    assert own == []


def test_who_fed_and_who_withdrew() -> None:
    """A withdrawal says who did it and when, and what it is that was taken back; it stands where it stood."""
    raw = fed("一篇", title="周报", url="https://example.org/1", key="weekly")
    gone = withdrawal(raw, revision=NOW + 5, key_name="desk")
    for records in ((raw, gone), (gone, raw)):
        (row,) = listing.answer(listing.page(table(*records).all(), Wanted()))
        assert (row["title"], row["url"]) == ("周报", "https://example.org/1")
        assert (row["received_at"], row["withdrawn_at"]) == ("2026-02-06T02:00:00.123Z", "2026-02-06T02:00:00.128Z")
    (row,) = listing.answer(listing.page(table(raw, gone).all(), Wanted()))
    assert (row["key_name"], row["withdrawn"], row["withdrawn_by"], row["released"]) == ("weekly", True, "desk", False)
    (row,) = listing.answer(listing.page(table(raw, gone, erasure(raw.digest_id, revision=NOW + 6)).all(), Wanted()))
    assert (row["title"], row["url"], row["source"]) == (None, None, "erased")


@pytest.mark.parametrize("word", ["", "1", "1770343200123-xyz", "1770343200123-" + "0" * 33, "１-" + "0" * 32])
def test_a_cursor_that_is_none(word: str) -> None:
    """It is refused in plain words."""
    with pytest.raises(Rejected, match="none of ours"):
        listing.cursor(word)
