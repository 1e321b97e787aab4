"""A contents list → its entries and what each stands for."""

import pytest

from services.enrich.readers import read
from services.enrich.split import contents
from services.enrich.split.entries import Entry, is_header
from services.enrich.split.units import Unit, units_of


def _entries(listed: str, digest: str) -> tuple[list[Unit], tuple[Entry, ...]]:
    units = units_of(read(f"周报\n目录\n{listed}\n{digest}".encode(), media_type="text/plain").blocks)
    found = contents.find(units)
    assert found is not None
    return units, found.entries


BODY = "甲市出台绿色工厂办法\n办法自四月起施行,分为五章。\n{second}\n指南覆盖十类产品。\n丙市启动零碳园区申报\n申报截止到月底。"
LISTED = "1.甲市出台绿色工厂办法\n2.{second}\n3.丙市启动零碳园区申报"


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("目录", True),
        ("目 录", True),
        ("【本期要目】目录", True),
        ("本周要点", True),
        ("CONTENTS", True),
        ("甲市发布碳足迹目录的通知", False),
        ("录", False),
        ("会议通过了一份很长很长很长很长很长很长的产品目录", False),
    ],
)
def test_a_short_line_announces_a_contents_list(text: str, header: bool) -> None:
    """Whose last word says so; a title that holds the word does not."""
    assert is_header(text) is header


@pytest.mark.parametrize(
    ("listed", "printed", "equal", "partly"),
    [
        ("乙市发布碳足迹核算指南", "乙市发布碳足迹核算指南", True, False),
        ("乙市发布碳足迹核算指南……2", "乙市发布碳足迹核算指南", True, False),
        ("乙市发布产品碳足迹核算指南", "乙市发布碳足迹核算指南", False, False),
    ],
    ids=["word by word", "with its page", "worded otherwise"],
)
def test_an_entry_stands_for_the_title_that_says_it(listed: str, printed: str, equal: bool, partly: bool) -> None:
    """It has the title's unit, and whether it says the very same."""
    units, entries = _entries(LISTED.format(second=listed), BODY.format(second=printed))
    second = entries[1]
    assert second.target is not None
    assert units[second.target].text == printed
    assert (second.equal, second.partly) == (equal, partly)


def test_an_entry_that_the_digest_lacks_stands_for_nothing() -> None:
    """It is kept, so that a warning can name it."""
    _, entries = _entries(LISTED.format(second="某国召开国际气候大会"), BODY.format(second="乙市发布碳足迹核算指南"))
    assert [(entry.title, entry.target is None) for entry in entries] == [
        ("甲市出台绿色工厂办法", False),
        ("某国召开国际气候大会", True),
        ("丙市启动零碳园区申报", False),
    ]


def test_entries_stand_in_the_section_that_the_list_names_above_them() -> None:
    """A short line of the list that the digest says again as a section."""
    listed = "地方动态\n1.甲市出台绿色工厂办法\n2.乙市发布碳足迹指南\n行业动态\n3.丙公司启动零碳园区申报"
    digest = "地方动态\n甲市出台绿色工厂办法\n办法分为五章。\n乙市发布碳足迹指南\n指南覆盖十类。\n行业动态\n丙公司启动零碳园区申报\n申报到月底。"
    _, entries = _entries(listed, digest)
    assert [(entry.number, entry.section) for entry in entries] == [("1", "地方动态"), ("2", "地方动态"), ("3", "行业动态")]
