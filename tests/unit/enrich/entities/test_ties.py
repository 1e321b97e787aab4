"""Short names of companies tied over the items of a digest; listed codes; certifiers."""

import pytest

from services.enrich.entities import extract
from services.enrich.entities.companies.ties import tie_companies
from shared.records import Entity


def companies(text: str) -> list[Entity]:
    """Companies of a text."""
    return [e for e in extract(None, text, published_on=None) if e.type == "company"]


def test_a_short_name_is_tied_to_the_full_one_of_another_item() -> None:
    """One full name of the digest fits, so it is meant."""
    one, other = tie_companies([companies("近日，苏州炘隆超净科技有限公司投产。"), companies("炘隆超净科技宣布融资")])
    assert [e.canonical for e in one] == [None]
    assert [(e.text, e.canonical) for e in other] == [("炘隆超净科技", {"name": "苏州炘隆超净科技有限公司"})]


def test_a_short_name_that_two_full_ones_share_is_left_alone() -> None:
    """Nothing says which is meant."""
    items = [companies("苏州某光科技有限公司"), companies("无锡某光科技有限公司"), companies("某光科技发布公告")]
    assert [e.canonical for e in tie_companies(items)[2]] == [None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("某某股份(600519.SH)上涨", [("某某股份", "600519.SH")]),
        ("SH:601398收涨", [("SH:601398", "601398.SH")]),
        ("小鹏(9868.HK)发布公告", [("小鹏", "09868.HK")]),
        ("600519吨和SH:12", []),
    ],
)
def test_listed_codes_belong_to_the_name_before_them(text: str, expected: list[tuple[str, str]]) -> None:
    """One spelling of the code; alone it stands for the company."""
    assert [(e.text, (e.canonical or {}).get("code")) for e in companies(text)] == expected


def test_certifiers_are_marked() -> None:
    """By their name, or the list of those without 认证 in it."""
    assert [(e.text, (e.canonical or {}).get("kind")) for e in companies("SGS、北京某某认证有限公司")] == [
        ("SGS", "certifier"),
        ("北京某某认证有限公司", "certifier"),
    ]


def test_firms_in_latin_letters() -> None:
    """By legal form, before 公司, and doing what firms do."""
    assert [e.text for e in companies("Acme Energy AG、Foobar公司签约，Quuxly宣布收购")] == ["Acme Energy AG", "Foobar", "Quuxly"]
