"""Labels of regions → the labels of these and of all that they lie in, so that one count gives a tree with its names. Pure."""

from collections.abc import Iterable


def lineage(labels: Iterable[str]) -> list[str]:
    """`320583|江苏省/苏州市/昆山市` → `320000|江苏省`, `320500|江苏省/苏州市` and itself, each once; labels of another form are left out."""
    found: dict[str, None] = {}
    for label in labels:
        code, _, path = label.partition("|")
        if path:
            names = path.split("/")
            first: dict[str, int] = {}
            for depth, above in enumerate(codes(code, len(names))):
                first.setdefault(above, depth)
            found |= {f"{above}|{'/'.join(names[: depth + 1])}": None for above, depth in first.items()}
    return list(found)


def codes(code: str, depth: int) -> tuple[str, ...]:
    """The codes of a path of `depth` names by GB/T 2260: two digits name the province, four the prefecture, six the county."""
    first = (f"{code[:2]}0000",) if depth > 1 else ()
    middle = (f"{code[:4]}00",) if depth > 2 else ()
    # A path longer than three (a town) repeats its county's code, which keeps its first name.
    return (*first, *middle, *(code,) * (depth - len(first) - len(middle)))
