"""What indices there are → what they are, what comes next, how aliases move."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.operate.rebuild.plan import Pair, Standby, drop, earliest, following, standby_meta, survey, swap
from shared.errors import Misconfigured

Json = dict[str, Any]

WHEN = datetime(2026, 2, 6, 1, 2, 3, tzinfo=UTC)


def _index(*aliases: str, standby: dict[int, int] | None = None) -> Json:
    meta = {"_meta": standby_meta(WHEN, standby)} if standby is not None else {}
    return {"aliases": {alias: {} for alias in aliases}, "mappings": meta}


FRESH = {"items-v1": _index("items"), "digests-v1": _index("digests")}


def test_live_pair() -> None:
    """The one behind both aliases; other namespaces' indices are none of ours."""
    found = survey(FRESH | {"test-items-v1": _index("test-items"), "items-of-others": _index()}, "")
    assert (found.live, found.standby, found.partial, found.unknown) == (Pair("", 1, 1), (), (), ())


def test_every_state() -> None:
    """Live, standing by, being filled, being removed, and made by somebody else."""
    found = survey(
        {
            "items-v1-2": _index("items", standby={0: 5}),  # was replaced once, and is live again
            "digests-v1-2": _index("digests", standby={0: 5}),
            "items-v1": _index(standby={0: 7, 1: 8}),
            "digests-v1": _index(standby={0: 7, 1: 8}),
            "items-v1-3": _index("items-v1-3-apart"),
            "digests-v1-3": _index("digests-v1-3-dropped"),
            "items-v9": _index(),
        },
        "",
    )
    assert found.live == Pair("", 1, 2)
    assert found.standby == (Standby(Pair("", 1, 1), WHEN, {0: 7, 1: 8}),)
    assert found.partial == ("items-v1-3", "digests-v1-3")
    assert found.unknown == ("items-v9",)


def test_half_a_standby_is_none() -> None:
    """An index alone can't become live."""
    found = survey(FRESH | {"items-v1-2": _index(standby={0: 7})}, "")
    assert (found.standby, found.unknown) == ((), ("items-v1-2",))


@pytest.mark.parametrize(
    "found",
    [
        {"items-v1": _index("items"), "digests-v1-2": _index("digests")},
        {"items-v1": _index("items"), "items-v1-2": _index("items"), "digests-v1": _index("digests")},
        {"items-v1": _index("items")},
    ],
)
def test_aliases_that_make_no_sense(found: Json) -> None:
    """Are told, not guessed."""
    with pytest.raises(Misconfigured, match="do not stand for one pair"):
        survey(found, "")


@pytest.mark.parametrize(
    ("known", "version", "above", "generation"),
    [
        ([], 1, 0, 1),
        ([Pair("", 1, 1)], 1, 0, 2),
        ([Pair("", 1, 1), Pair("", 1, 4)], 1, 0, 5),
        ([Pair("", 1, 4)], 2, 0, 1),
        ([Pair("", 1, 1)], 1, 3, 4),
    ],
)
def test_the_next_pair(known: list[Pair], version: int, above: int, generation: int) -> None:
    """Above all that exist of its version, and above the last that was made, which may be gone."""
    assert following(known, "", version=version, above=above) == Pair("", version, generation)


def test_swap_is_one_request_that_fails_as_a_whole() -> None:
    """The new pair becomes live only while it is still apart, and in place of the very pair that was surveyed."""
    actions = swap(Pair("t", 1, 1), Pair("t", 1, 2))
    assert {"add": {"index": "t-items-v1-2", "alias": "t-items"}} in actions
    assert {"remove": {"index": "t-digests-v1", "alias": "t-digests", "must_exist": True}} in actions
    assert {"remove": {"index": "t-items-v1-2", "alias": "t-items-v1-2-apart", "must_exist": True}} in actions
    assert len(actions) == 6
    assert len(swap(None, Pair("t", 1, 2))) == 4


def test_dropping_and_swapping_exclude_each_other() -> None:
    """Both take the same alias away, and fail where it is gone."""
    taken = {"remove": {"index": "items-v1-2", "alias": "items-v1-2-apart", "must_exist": True}}
    assert taken in drop("items-v1-2")
    assert taken in swap(Pair("", 1, 1), Pair("", 1, 2))


@pytest.mark.parametrize(
    ("places", "expected"),
    [(({0: 5, 1: 9}, {0: 7, 1: 2}), {0: 5, 1: 2}), (({0: 5}, {0: 7, 1: 2}), {0: 5, 1: 0}), (({}, {}), {}), (({0: 3},), {0: 3})],
)
def test_earliest(places: tuple[dict[int, int], ...], expected: dict[int, int]) -> None:
    """A partition of which one knows nothing is read from its beginning."""
    assert earliest(*places) == expected
