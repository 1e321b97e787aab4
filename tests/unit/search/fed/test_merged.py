"""Two lists, each the newest first → one, as far as both are known."""

import pytest

from services.search.fed.merged import Known, Place, merged, place, read


def known(*ms: int, more: bool = False) -> Known:
    """A list of digests that were received then."""
    return Known([Place(at, f"{at:032x}") for at in ms], more)


@pytest.mark.parametrize(
    ("lists", "size", "expected", "following"),
    [
        ([known(9, 7), known(8, 7)], 5, [9, 8, 7], None),
        ([known(9, 7), known(8, 7)], 2, [9, 8], 8),
        # What lies below 7 may have others of the first list between.
        ([known(9, 7, more=True), known(8, 5, 3)], 5, [9, 8, 7], 7),
        ([known(9, 7, more=True), known(8, 5, more=True)], 5, [9, 8, 7], 7),
        ([known(9, 5, more=True), known(8, 7, more=True)], 5, [9, 8, 7], 7),
        ([known(), known(8, 7, more=True)], 5, [8, 7], 7),
        ([known(), known()], 5, [], None),
    ],
)
def test_what_is_sure_comes_and_the_rest_later(lists: list[Known], size: int, expected: list[int], following: int | None) -> None:
    """Each digest once, the newest first; where to go on."""
    found = merged(lists, size)
    assert [one.received_ms for one in found.places] == expected
    assert (found.following.received_ms if found.following else None) == following


def test_pages_hold_everything_once() -> None:
    """Two long lists that overlap, in pages of three."""
    ones, others, behind, found = list(range(40, 0, -2)), list(range(39, 0, -3)), Place(99, "f" * 32), list[int]()
    for _ in range(40):
        lists = []
        for all_of_it in (ones, others):
            left = [at for at in all_of_it if Place(at, f"{at:032x}") < behind]
            lists.append(known(*left[:3], more=len(left) > 3))
        page = merged(lists, 3)
        found += [one.received_ms for one in page.places]
        if page.following is None:
            break
        behind = page.following
    assert found == sorted({*ones, *others}, reverse=True)


@pytest.mark.parametrize("at", ["2026-02-06T02:00:00.123Z", "2026-02-06T02:00:00.123999Z", "2026-02-06T10:00:00.123+08:00"])
def test_a_place_is_read_back_as_it_was_written(at: str) -> None:
    """To the millisecond, as the index has it."""
    found = place({"received_at": at, "digest_id": "0" * 32})
    assert (str(found), read(str(found))) == (f"1770343200123-{'0' * 32}", found)
