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
        ("6月3日国务院常务会议，日本央行", ["国务院", "日本央行"]),
        ("美国农业部、德国联邦统计局公布", ["美国农业部", "德国联邦统计局"]),
        ("交还所在地发展改革委", []),
        ("环境保护部 监察部", ["环境保护部", "监察部"]),
    ],
)
def test_agencies_are_found_as_written(text: str, names: list[str]) -> None:
    """Bodies by name, by form behind a region or 省, 市; not each of many without a name."""
    assert [e.value for e in agencies(text)] == names


def test_an_elided_head_is_that_of_the_list() -> None:
    """Later names count as written, and carry the region of the first in their canonical name."""
    found = agencies("甘肃省发展改革委、工业和信息化厅、能源局联合印发")
    assert [e.value for e in found] == ["甘肃省发展改革委", "工业和信息化厅", "能源局"]
    assert [e.canonical and e.canonical["name"] for e in found] == ["甘肃省发展和改革委员会", "甘肃省工业和信息化厅", "甘肃省能源局"]


def test_a_short_form_has_its_canonical_name() -> None:
    """国家发改委 is the 国家发展和改革委员会."""
    assert agencies("国家发改委印发")[0].canonical == {"name": "国家发展和改革委员会", "level": "国家", "role": "issuer"}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("江苏省昆山市人民政府发布", [("昆山市人民政府", "县", "320583", "issuer")]),
        ("甘肃提出，省发展改革委等十部门联合印发", [("甘肃省发展和改革委员会", "省", "620000", "issuer")]),
        ("昆山举行会议，市生态环境局参加", [("苏州市生态环境局", "市", "320500", "mentioned")]),
        ("北京朝阳区消息，市发改委表示", [("北京市发展和改革委员会", "省", "110000", "mentioned")]),
        ("市发改委表示", [("市发展和改革委员会", "市", None, "mentioned")]),
        ("俄罗斯国防部称", [("俄罗斯国防部", "境外", None, "mentioned")]),
        ("工信部办公厅印发", [("工业和信息化部办公厅", "国家", None, "issuer")]),
        ("为贯彻国务院关于能源的部署", [("国务院", "国家", None, "mentioned")]),
        ("欧盟委员会公布", [("欧洲联盟委员会", "境外", None, "issuer")]),
        ("国家能源局、工信部近日联合印发", [("国家能源局", "国家", None, "issuer"), ("工业和信息化部", "国家", None, "issuer")]),
    ],
)
def test_a_body_has_level_region_and_role(text: str, facts: list[tuple[str, str | None, str | None, str]]) -> None:
    """Of its own head, of the list's, or of the item's region; issuer where it issues."""
    assert [tuple((e.canonical or {}).get(k) for k in ("name", "level", "region", "role")) for e in agencies(text)] == facts


def test_bodies_that_are_only_counted_are_counted() -> None:
    """等十部门 are ten with the named one."""
    assert (agencies("省发展改革委等十部门印发")[0].canonical or {})["others"] == 10
