"""What a line of a digest can be, and the likeliest labels of lines in a row. Pure."""

from collections.abc import Sequence

LABELS = ("title", "inline", "untitled", "body", "section", "contents", "other")
"""A title's line; a title with text on its line; the first line of an item without a title; text of an item; the name of a section; a
line of the contents list; anything else."""
TITLE, INLINE, UNTITLED, BODY, SECTION, CONTENTS, OTHER = range(len(LABELS))
HEADS = (TITLE, INLINE, UNTITLED)
"""Labels of lines that begin an item."""
START = len(LABELS)
"""The row of transitions from the beginning of a digest."""


def likeliest(logs: Sequence[Sequence[float]], transitions: Sequence[Sequence[float]]) -> list[int]:
    """The labels whose logarithms of probability and of transitions add up to the most (Viterbi): `transitions[before][after]`."""
    if not logs:
        return []
    count = len(LABELS)
    best = [logs[0][label] + transitions[START][label] for label in range(count)]
    back: list[list[int]] = []
    for row in logs[1:]:
        choices = [max(range(count), key=lambda before, label=label: best[before] + transitions[before][label]) for label in range(count)]  # type: ignore[misc]  # mypy takes the default for an argument
        best = [best[before] + transitions[before][label] + row[label] for label, before in enumerate(choices)]
        back.append(choices)
    label = max(range(count), key=best.__getitem__)
    path = [label]
    for choices in reversed(back):
        label = choices[label]
        path.append(label)
    return path[::-1]
