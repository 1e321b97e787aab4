"""A digest's manifest + a revision → whether there is an original to show."""

from typing import Any

import pytest

from services.search.errors import NotFound
from services.search.original.finder import check

ID = "0" * 31 + "a"


def manifest(revision: int, *earlier: dict[str, Any], withdrawn: bool = False, source: str = "weekly") -> dict[str, Any]:
    """Of that revision."""
    return {"revision": revision, "withdrawn": withdrawn, "source": source, "revisions": list(earlier)}


STANDS = manifest(7)
AGAIN = manifest(7, {"revision": 7}, {"revision": 5, "withdrawn": True}, {"revision": 3})
GONE = manifest(7, withdrawn=True)
ERASED = manifest(7, withdrawn=True, source="erased")


@pytest.mark.parametrize(("known", "revision"), [(STANDS, None), (STANDS, 3), (AGAIN, None), (AGAIN, 7), (None, 7), (GONE, 8)])
def test_there_is_an_original(known: dict[str, Any] | None, revision: int | None) -> None:
    """Also of earlier revisions, and of what is fed again after it was withdrawn."""
    check(ID, known, revision)


@pytest.mark.parametrize(
    ("known", "revision", "code"),
    [
        (None, None, "not_found"),
        (GONE, None, "original_withdrawn"),
        (GONE, 3, "original_withdrawn"),
        (AGAIN, 3, "original_withdrawn"),
        (AGAIN, 5, "original_withdrawn"),
        (ERASED, None, "original_erased"),
        (ERASED, 3, "original_erased"),
    ],
)
def test_there_is_none_and_why(known: dict[str, Any] | None, revision: int | None, code: str) -> None:
    """What was taken back stays so, also for who names an earlier revision."""
    with pytest.raises(NotFound) as refused:
        check(ID, known, revision)
    assert refused.value.code == code
