"""What each block of a digest belongs to → spans of the normalised text, which cover it wholly and without overlap. Pure."""

from collections.abc import Mapping, Sequence

from services.enrich.blocks import Document
from shared.records import Boilerplate, BoilerplateKind, Span


def spans_of(
    document: Document,
    kinds: Sequence[BoilerplateKind | None],
    stories: Sequence[tuple[int, int]],
    told: Mapping[int, BoilerplateKind],
) -> tuple[tuple[tuple[Span, ...], ...], tuple[Boilerplate, ...]]:
    """The spans of each story ([first, after) in blocks), and the boilerplate by kind; blank lines go with what is before them.

    `told`: blocks that are boilerplate also within a story, which then has several spans.
    """
    blocks, length = document.blocks, len(document.text)
    owner: list[int | BoilerplateKind] = [kind or "other" for kind in kinds]
    for number, (first, after) in enumerate(stories):
        owner[first:after] = [number] * (after - first)
    for index, kind in told.items():
        owner[index] = kind
    starts = [0, *(block.start for block in blocks[1:]), length]
    found: list[list[Span]] = [[] for _ in stories]
    boiler: list[Boilerplate] = []
    block = 0
    while block < len(blocks):
        begun, whose = block, owner[block]
        while block < len(blocks) and owner[block] == whose:
            block += 1
        start, end = starts[begun], starts[block]
        if start < end and isinstance(whose, int):
            found[whose].append(Span(start=start, end=end))
        elif start < end and not isinstance(whose, int):
            boiler.append(Boilerplate(kind=whose, start=start, end=end))
    return tuple(map(tuple, found)), tuple(boiler)
