"""What is hard to split: small digests with their right items."""

import pytest

from tests.unit.enrich.cases import WAITING, Case, cases

_WAITING = frozenset(WAITING.read_text("utf-8").split())
_CASES = cases()


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)
def test_each_case_comes_out_as_a_person_would_split_it(case: Case) -> None:
    """Titles, sections and both ends of every text; a case leaves the list once it is mended."""
    assert case.right() == (case.name not in _WAITING), f"mended or broken: write {WAITING.name} anew"


def test_what_is_waiting_is_there() -> None:
    """No name is left of a case that is none."""
    assert {case.name for case in _CASES} >= _WAITING
