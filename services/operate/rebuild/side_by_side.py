"""Two streams in the order of their digest ids → what both say of each digest, side by side. Pure; holds one of each."""

from collections.abc import AsyncIterator
from typing import TypeVar

One = TypeVar("One")
Other = TypeVar("Other")


async def side_by_side(
    left: AsyncIterator[tuple[str, One]], right: AsyncIterator[tuple[str, Other]]
) -> AsyncIterator[tuple[str, One | None, Other | None]]:
    """Digest id, and what each stream says of it; None where it says nothing."""
    one, other = await anext(left, None), await anext(right, None)
    while one or other:
        digest_id = min(each[0] for each in (one, other) if each)
        here = one if one and one[0] == digest_id else None
        there = other if other and other[0] == digest_id else None
        yield digest_id, here and here[1], there and there[1]
        if here:
            one = await anext(left, None)
        if there:
            other = await anext(right, None)
