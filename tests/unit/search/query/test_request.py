"""Parameters → SearchRequest."""

import re

import pytest
from pydantic import ValidationError

from services.search.query.facets import ALL
from services.search.query.request import SearchRequest

MORE_BLANKS = {"exclude": [""], "target": ["", " "], "facets": [""], "synonyms": "", "fold": ""}


def test_blank_counts_as_absent() -> None:
    """As a form sends it."""
    blank = SearchRequest.model_validate({"q": "", "section": ["", " "], "date_from": "", "sort": "", "size": "", "cursor": ""} | MORE_BLANKS)
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
        {"exclude": ["regoin:320583"]},
        {"exclude": ["region"]},
        {"exclude": ["region: "]},
        {"facets": ["regoin"]},
        {"facets": ["none,region"]},
        {"facets": ["none", "region"]},
        {"target": ["装机>=10光年"]},
        {"target": ["装机>="]},
        {"target": ["@2030"] * 11},
        {"synonyms": "maybe"},
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
    others += [{"q": "碳", name: value} for name, value in (("exclude", ["topic:1"]), ("target", ["装机"]), ("facets", ["none"]))]
    others += [{"q": "碳", "synonyms": "false"}, {"q": "碳", "fold": "true"}]
    assert len({SearchRequest.model_validate(other).fingerprint for other in others} | {base.fingerprint}) == 11


def test_what_is_excluded() -> None:
    """By facet; a value may hold colons itself."""
    request = SearchRequest.model_validate({"exclude": ["region:320583", "document:GB/T: 1", "region: 浙江省", ""]})
    assert request.excluded == {"region": ["320583", "浙江省"], "document": ["GB/T: 1"]}


@pytest.mark.parametrize(
    ("facets", "wanted"),
    [
        ([], ALL),
        ([""], ALL),
        (["none"], ()),
        (["topic, region", "date"], ("topic", "region", "date")),
    ],
)
def test_which_facets_are_counted(facets: list[str], wanted: tuple[str, ...]) -> None:
    """All unless some are named; always in the same order."""
    assert SearchRequest.model_validate({"facets": facets}).wanted == wanted


def test_targets() -> None:
    """As the query language reads them."""
    (target,) = SearchRequest.model_validate({"target": ["装机>=10GW@2030"]}).targets
    assert (target.metric, target.op, target.number, target.unit, target.by) == ("装机", ">=", 10.0, "GW", 2030)


def test_openapi_says_what_is_accepted() -> None:
    """The patterns hold for what is accepted and for nothing that is refused."""
    properties = SearchRequest.model_json_schema()["properties"]

    def fits(name: str, value: str) -> bool:
        return re.search(properties[name]["items"]["pattern"], value) is not None

    assert all(fits("exclude", value) for value in ("region:320583", "document:GB/T: 1", ""))
    assert not any(fits("exclude", value) for value in ("regoin:1", "region", "region: "))
    assert all(fits("facets", value) for value in ("none", "region", "region, date", ""))
    assert not any(fits("facets", value) for value in ("regoin", "none,region", "region,"))
    assert all(fits("target", value) for value in ("装机>=10GW@2030", "装机", "@2030", "≥10 GW", ""))
    assert not any(fits("target", value) for value in ("装机>=", "装机@20", "装机>=GW"))
