"""A digest's manifest + a revision → whether there is an original to show."""

from typing import Any

import pytest

from services.search.errors import NotFound
from services.search.original.finder import OriginalFinder, check
from services.search.original.records import Original

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


class Index:
    """Holds one manifest."""

    def __init__(self, known: dict[str, Any] | None) -> None:
        self._known = known

    async def manifest(self, digest_id: str) -> dict[str, Any] | None:
        """It, of whatever digest."""
        return self._known


class Nothing:
    """Has no original; keeps where it was looked for."""

    def __init__(self) -> None:
        self.looked: list[tuple[int, int, bool]] = []

    async def find(self, digest_id: str, revision: int, *, at_ms: int, everywhere: bool) -> Original | None:
        """None."""
        self.looked.append((revision, at_ms, everywhere))
        return None


@pytest.mark.parametrize(
    ("known", "revision", "looked"),
    [
        (manifest(7_000) | {"received_at": "1970-01-01T00:00:05Z"}, None, (7_000, 5_000, True)),
        (manifest(7_000, {"revision": 3_000}), 3_000, (3_000, 3_000, True)),
        (manifest(7_000), 3_000, (3_000, 3_000, False)),
        (None, 3_000, (3_000, 3_000, False)),
    ],
)
async def test_only_for_what_was_indexed_everything_is_read(
    known: dict[str, Any] | None, revision: int | None, looked: tuple[int, int, bool]
) -> None:
    """An invented revision costs one partition; the time is that of receipt, where it is known."""
    originals = Nothing()
    with pytest.raises(NotFound) as refused:
        await OriginalFinder(Index(known), originals).find(ID, revision)
    assert refused.value.code == "original_gone"
    assert originals.looked == [looked]
