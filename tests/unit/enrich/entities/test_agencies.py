"""Agencies: by form, by list, with elided heads."""

import pytest

from services.enrich.entities import extract
from shared.records import Entity


def agencies(text: str) -> list[Entity]:
    """Agencies of a body."""
    return [e for e in extract(None, text, published_on=None) if e.type == "agency"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("甘肃省发展和改革委员会、甘肃省工业和信息化厅、甘肃省能源局联合印发", ["甘肃省发展和改革委员会", "甘肃省工业和信息化厅", "甘肃省能源局"]),
        (
            "甘肃省发展和改革委员会甘肃省住房和城乡建设厅甘肃省市场监督管理局关于",
            ["甘肃省发展和改革委员会", "甘肃省住房和城乡建设厅", "甘肃省市场监督管理局"],
        ),
        ("国家发改委、国家能源局印发", ["国家发改委", "国家能源局"]),
        ("国家能源局华北监管局对细则征求意见", ["国家能源局华北监管局"]),
        ("省科技厅于8月7日组织，市发改委和省经信厅办公室参加", ["省科技厅", "市发改委", "省经信厅办公室"]),
        ("中央网信办、工信部、最高人民法院", ["中央网信办", "工信部", "最高人民法院"]),
        ("常州市人民政府印发，昆山市政府办公室转发", ["常州市人民政府", "昆山市政府办公室"]),
        ("各市（州）发展改革委、住建局", []),
        ("有关部门负责管理和监督", []),
    ],
)
def test_agencies_are_found_as_written(text: str, names: list[str]) -> None:
    """Bodies by name, by form behind a region or 省, 市; not each of many without a name."""
    assert [e.value for e in agencies(text)] == names


def test_an_elided_head_is_that_of_the_list() -> None:
    """Later names count as written, and carry the region of the first in their canonical name."""
    found = agencies("甘肃省发展改革委、工业和信息化厅、能源局联合印发")
    assert [e.value for e in found] == ["甘肃省发展改革委", "工业和信息化厅", "能源局"]
    assert [e.canonical for e in found][1:] == [{"name": "甘肃省工业和信息化厅"}, {"name": "甘肃省能源局"}]


def test_a_short_form_has_its_canonical_name() -> None:
    """国家发改委 is the 国家发展和改革委员会."""
    assert agencies("国家发改委印发")[0].canonical == {"name": "国家发展和改革委员会"}
