"""Two streams in order → what both say of each digest."""

from collections.abc import AsyncIterator, Sequence

import pytest

from services.operate.rebuild.side_by_side import side_by_side


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("", "", []),
        ("ab", "ab", ["aa", "bb"]),
        ("ac", "b", ["a-", "-b", "c-"]),
        ("", "ab", ["-a", "-b"]),
        ("abd", "bcd", ["a-", "bb", "-c", "dd"]),
    ],
)
async def test_side_by_side(left: str, right: str, expected: list[str]) -> None:
    """Both streams are in order; none is held in memory."""

    async def stream(ids: Sequence[str], said: int) -> AsyncIterator[tuple[str, int]]:
        for each in ids:
            yield each, said

    found = [
        f"{digest_id if one is not None else '-'}{digest_id if other is not None else '-'}"
        async for digest_id, one, other in side_by_side(stream(left, 0), stream(right, 1))
    ]
    assert found == expected
