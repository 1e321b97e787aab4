"""What became of a letter."""

from collections.abc import Sequence

import pytest

from shared.dead_letters.letter import Place
from shared.dead_letters.state import Known, Standing, standing
from shared.operations import Operation
from tests.letters import letter, operation

RETRIED = [operation("retry", outcome="begun"), operation("retry", minutes=2)]
BEGUN = [operation("retry", outcome="begun")]
NEWER = Place(0, 9)

CASES: list[tuple[str, Sequence[Operation], Known | None, Place | None, Standing]] = [
    ("nobody did anything", [], None, None, Standing("open", 0)),
    ("an older version is there", [], Known(99), None, Standing("open", 0)),
    ("this version is there", [], Known(100), None, Standing("solved", 0)),
    ("this version is there without the refused items", [], Known(100, refused=True), None, Standing("open", 0)),
    ("a later version is there", [], Known(101), None, Standing("solved", 0)),
    ("a later version is there, which has refused items of its own", [], Known(101, refused=True), None, Standing("solved", 0)),
    ("sent again", RETRIED, None, None, Standing("retrying", 1, sent=True)),
    ("sent again and not there yet", RETRIED, Known(99), None, Standing("retrying", 1, sent=True)),
    ("sent again and there", RETRIED, Known(100), None, Standing("solved", 1)),
    ("sent again and refused again", RETRIED, Known(100, refused=True), None, Standing("retrying", 1, sent=True)),
    ("interrupted while it was sent", BEGUN, None, None, Standing("retrying", 0)),
    ("sending failed", [*BEGUN, operation("retry", minutes=2, outcome="failed")], None, None, Standing("open", 0)),
    ("sent twice", [*RETRIED, operation("retry", minutes=3, operation_id="two")], None, None, Standing("retrying", 2, sent=True)),
    ("died again", RETRIED, None, NEWER, Standing("superseded", 1, newer=NEWER)),
    ("died again, and the new one is solved", RETRIED, Known(100), NEWER, Standing("superseded", 1, newer=NEWER)),
    ("discarded", [operation("discard")], None, None, Standing("discarded", 0)),
    ("discarded after a try", [*RETRIED, operation("discard", minutes=3, operation_id="two")], None, None, Standing("discarded", 1)),
    ("sent again after it was discarded", [operation("discard", minutes=0), *RETRIED], None, None, Standing("retrying", 1, sent=True)),
    ("records in no order", RETRIED[::-1], None, None, Standing("retrying", 1, sent=True)),
    ("the place of another letter, long ago", [operation("discard", minutes=-60)], None, None, Standing("open", 0)),
    ("a clock that is behind", [operation("discard", minutes=-4)], None, None, Standing("discarded", 0)),
]  # fmt: skip


@pytest.mark.parametrize(("operations", "known", "newer", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_standing(operations: Sequence[Operation], known: Known | None, newer: Place | None, expected: Standing) -> None:
    """By operations, manifest and newer letters."""
    assert standing(letter(), operations=operations, known=known, newer=newer) == expected


def test_tries_are_counted_over_generations() -> None:
    """Those that the record brings along and those of this letter."""
    assert standing(letter(tries=2), operations=RETRIED).tries == 3


def test_without_a_version_nothing_solves_it() -> None:
    """What can't be decided stays in the list."""
    assert standing(letter(version=None), operations=RETRIED, known=Known(999)).state == "retrying"
