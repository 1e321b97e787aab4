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


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # written in traditional characters
        ("財政部與農業農村部公布辦法。", ["財政部", "農業農村部"]),
        ("衛生福利部食品藥物管理署公告，經濟部國際貿易署說明，金管會表示。", ["衛生福利部食品藥物管理署", "經濟部國際貿易署", "金管會"]),
        ("環境及生態局、食環署與渠務署聯合巡查。", ["環境及生態局", "食環署", "渠務署"]),
        # of Hong Kong and Taiwan, in simplified ones
        ("香港金管局与台湾金管会表态，香港立法会三读通过。", ["香港金管局", "台湾金管会", "香港立法会"]),
        # of other countries and unions
        ("欧盟普通法院判荷兰政府败诉。", ["欧盟普通法院", "荷兰政府"]),
        ("智利最高法院驳回上诉，秘鲁国会表决，挪威央行按兵不动。", ["智利最高法院", "秘鲁国会", "挪威央行"]),
        ("立陶宛政府与泰国宪法法院未回应。", ["立陶宛政府", "泰国宪法法院"]),
        # by an abbreviation that the text defines, or that has one meaning
        ("美国联邦贸易委员会（FTC）受理申请，FTC将在秋季答复。", ["美国联邦贸易委员会", "FTC", "FTC"]),
        ("加拿大竞争局（简称CCB）立案，CCB称将公开结果。", ["加拿大竞争局", "CCB", "CCB"]),
        ("NASA推迟发射，FDA批准新药。", ["NASA", "FDA"]),
        # departments and chambers
        ("教育部基础教育司与最高人民法院民二庭座谈。", ["教育部基础教育司", "最高人民法院民二庭"]),
        ("财政部税政司、国家发展改革委价格司负责人答问。", ["财政部税政司", "国家发展改革委价格司"]),
        ("水利部信息中心发布预报，交通运输部海事局政策司。以公安部为中心开展。", ["水利部信息中心", "交通运输部海事局政策司", "公安部"]),
        ("最高人民检察院第八检察厅与深圳中院行政庭会商。", ["最高人民检察院第八检察厅", "深圳中院行政庭"]),
        # abolished, short, with the country before it
        ("铁道部曾发布名录，电监会随后转发。", ["铁道部", "电监会"]),
        ("应急部与中国气象局会商。", ["应急部", "中国气象局"]),
        ("中国商务部回应关切，中国央行降准。", ["中国商务部", "中国央行"]),
        ("新疆生产建设兵团召开会议。", ["新疆生产建设兵团"]),
        # without a head behind 与 and 和
        ("宁波市教育局已与民政局、公安局会商。", ["宁波市教育局", "民政局", "公安局"]),
        ("温州市水利局和财政局、审计局联合检查。", ["温州市水利局", "财政局", "审计局"]),
        ("在省委领导下稳步推进，由市委统一部署。", ["省委", "市委"]),
        # parts of other words
        ("移交林业部门和水利部门36个站点。", []),
        ("各地教育部门、交通部门加强巡查，国防部队演练。", []),
        ("全国办展，集中办理，中央行政区。", []),
        ("推动教育局面改善，组建新的发展局面。", []),
    ],
)
def test_agencies_of_all_kinds(text: str, names: list[str]) -> None:
    """Bodies of other scripts, countries and times, their parts and abbreviations; not words that begin or end like one."""
    assert [e.text for e in agencies(text)] == names


def test_a_defined_abbreviation_has_the_full_name() -> None:
    """FTC alone is canonically the body it was defined for, which is one abroad."""
    last = agencies("美国联邦贸易委员会（FTC）受理申请，FTC将在秋季答复。")[-1]
    assert last.canonical is not None
    assert (last.canonical["name"], last.canonical["level"]) == ("美国联邦贸易委员会", "境外")


def test_bodies_of_hong_kong_have_its_code() -> None:
    """渠務署 is one of 香港, and canonically in simplified characters."""
    only = agencies("渠務署與路政署完成檢查，環境局亦有參與。")[0]
    assert only.canonical is not None
    assert (only.canonical["name"], only.canonical["region"]) == ("渠务署", "810000")
