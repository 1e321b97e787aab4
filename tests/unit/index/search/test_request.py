"""Parameters → SearchRequest."""

import pytest
from pydantic import ValidationError

from services.index.search.request import SearchRequest


def test_blank_counts_as_absent() -> None:
    """As a form sends it."""
    blank = SearchRequest.model_validate({"q": "", "section": ["", " "], "date_from": "", "sort": "", "size": "", "cursor": ""})
    assert blank == SearchRequest.model_validate({})


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "字" * 2001},
        {"size": 0},
        {"size": 101},
        {"sort": "best"},
        {"date_from": "1"},
        {"date_from": "2026-2-1"},
        {"date_from": "2026-02-02", "date_to": "2026-02-01"},
        {"regoin": ["x"]},
        {"region": ["字"] * 51},
        {"region": ["字" * 501]},
    ],
)
def test_what_is_refused(parameters: dict[str, object]) -> None:
    """Rather than answered otherwise than asked."""
    with pytest.raises(ValidationError):
        SearchRequest.model_validate(parameters)


def test_fingerprints_tell_lists_of_hits_apart() -> None:
    """The cursor makes no difference, all else does."""
    base = SearchRequest.model_validate({"q": "碳"})
    assert base.fingerprint == SearchRequest.model_validate({"q": "碳", "cursor": "x"}).fingerprint
    others = [{"q": "氢"}, {"q": "碳", "size": 5}, {"q": "碳", "sort": "date"}, {"q": "碳", "region": ["1"]}, {"q": "碳", "topic": ["1"]}]
    assert len({SearchRequest.model_validate(other).fingerprint for other in others} | {base.fingerprint}) == 6


@pytest.mark.parametrize(("parameters", "order"), [({}, "date"), ({"q": "碳"}, "relevance"), ({"q": "碳", "sort": "date"}, "date")])
def test_order(parameters: dict[str, str], order: str) -> None:
    """Without words there is no relevance."""
    assert SearchRequest.model_validate(parameters).order == order
