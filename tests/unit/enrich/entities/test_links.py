"""Documents tied to their numbers, issuers, dates and what is done to them."""

from datetime import date

import pytest

from services.enrich.entities import extract
from shared.records import Entity


def found(kind: str, text: str) -> list[Entity]:
    """Entities of one kind."""
    return [e for e in extract(None, text, published_on=date(2026, 2, 6)) if e.type == kind]


def test_a_document_knows_its_number_issuers_date_and_action() -> None:
    """All of them stand in its sentence."""
    text = "1月30日,甘肃省发展改革委、工业和信息化厅等5部门联合印发《甘肃省建设方案》(甘发改〔2026〕12号)。"
    (document,) = found("document", text)
    assert document.canonical == {
        "kind": "方案",
        "number": "甘发改〔2026〕12号",
        "issuers": ["甘肃省发展和改革委员会", "甘肃省工业和信息化厅"],
        "date": "2026-01-30",
        "action": "印发",
    }
    (number,) = found("document_no", text)
    assert (number.canonical or {})["document"] == "甘肃省建设方案"


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("就《管理办法（征求意见稿）》公开征求意见", "征求意见"),
        ("《管理办法》同时废止", "废止"),
        ("修订《管理办法》", "修订"),
        ("发布《管理办法》", "发布"),
        ("审议通过《管理办法》", "通过"),
        ("《管理办法》很长", None),
    ],
)
def test_what_is_done_to_a_document(text: str, action: str | None) -> None:
    """By the nearest word of its sentence."""
    assert [(e.canonical or {}).get("action") for e in found("document", text)] == [action]


@pytest.mark.parametrize(
    ("text", "kind"), [("电影《流浪地球》上映", "作品"), ("发表在《自然》上", "报刊"), ("《科学》杂志", "报刊"), ("手游《山海》上线", "作品")]
)
def test_films_and_journals_are_no_documents(text: str, kind: str) -> None:
    """The words around say what stands in the brackets."""
    assert [(e.value, (e.canonical or {}).get("kind")) for e in found("document", text)] == [(None, kind)]


def test_a_title_that_says_its_kind_is_a_document_whatever_stands_around() -> None:
    """游戏 before an 办法 does not make it a game."""
    assert [e.value for e in found("document", "网络游戏《管理办法实施细则》发布")] == ["管理办法实施细则"]
