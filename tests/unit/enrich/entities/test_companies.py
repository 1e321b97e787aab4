"""Companies: full names, short names, and the tie between them."""

import pytest

from services.enrich.entities import extract
from shared.records import Entity


def companies(text: str, title: str | None = None) -> list[Entity]:
    """Companies of an item."""
    return [e for e in extract(title, text, published_on=None) if e.type == "company"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("近日，苏州炘隆超净科技有限公司完成盘查", ["苏州炘隆超净科技有限公司"]),
        ("受理腾奥（宁夏）新能源科技有限公司的申请", ["腾奥（宁夏）新能源科技有限公司"]),
        ("对内蒙古协鑫智慧技术服务有限公司、深圳市道和能源有限公司进行了公示", ["内蒙古协鑫智慧技术服务有限公司", "深圳市道和能源有限公司"]),
        ("在碳衡科技的助力下", ["碳衡科技"]),
        ("国网甘肃省电力公司：经研究", ["国网甘肃省电力公司"]),
        ("河北电力交易中心受理申请，北京产权交易所7月预披露", ["河北电力交易中心", "北京产权交易所"]),
        ("华为、中国石化、某某甲等企业", ["华为", "中国石化", "某某甲"]),
        ("王某不再担任某甲集团股份有限公司书记", ["某甲集团股份有限公司"]),
        ("甲乙丙第二季度营收58亿欧元，同比增长8.9%", ["甲乙丙"]),
        ("中概股多数下跌，丁戊己跌10.66%，布伦特原油跌2%，标普500指数涨1%", ["丁戊己"]),
        ("美国科技公司裁员，美国联合甲乙公司证实", ["美国联合甲乙公司"]),
        ("新一轮汽车以旧换新，偏债混合基金减配", []),
        ("《中国核电发展报告》", []),
        ("推动钢铁、水泥、电力和新能源汽车产业发展", []),
        ("金融机构向银行业投资，证券市场平稳", []),
    ],
)
def test_companies_are_found_as_written(text: str, names: list[str]) -> None:
    """Names end where companies' names end and begin after what can't be part of one; industries are none."""
    assert [e.value for e in companies(text)] == names


def test_a_headlines_subject_is_tied_to_the_full_name() -> None:
    """百甲科技 has the characters of the one full name in the body: the same company."""
    found = companies("近日，徐州中煤百甲重钢科技股份有限公司获得声明。", title="百甲科技:获产品碳足迹核查声明")
    assert [(e.text, e.value, e.field) for e in found] == [
        ("百甲科技", "徐州中煤百甲重钢科技股份有限公司", "title"),
        ("徐州中煤百甲重钢科技股份有限公司", "徐州中煤百甲重钢科技股份有限公司", "body"),
    ]


def test_a_subject_in_latin_letters_is_a_company_unless_a_scheme() -> None:
    """`ACME:` before what it did is a firm; `CBAM:` is a mechanism."""
    assert [e.text for e in companies("近日，ACME发布报告。", title="ACME:发布报告")] == ["ACME", "ACME"]
    assert companies("新规生效。", title="CBAM:新规生效") == []


def test_a_defined_short_name_is_found_where_it_stands() -> None:
    """（以下简称“…”） behind a full name defines one."""
    found = companies("广东某某新材料有限公司（以下简称“某某新材”）投产。某某新材表示满意。")
    assert [e.value for e in found] == ["广东某某新材料有限公司", "某某新材", "某某新材"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # in Latin letters, by their neighbours
        ("甲方联合Norland Power在挪威建风电场。", ["Norland Power"]),
        ("分别携手Blue Heron、Elm Storage及Tidal Grid，在英国推进项目。", ["Blue Heron", "Elm Storage", "Tidal Grid"]),
        ("英国储能开发商Harrow Energy融资，Quillon完成2亿美元融资。", ["Harrow Energy", "Quillon"]),
        ("GPU与API升级，Claude Code发布，Windows更新。", []),
        # brands of other countries
        ("苹果下架了几款应用，三星对此没有评论。", ["苹果", "三星"]),
        ("山东苹果产业与三星级酒店，亚马逊雨林。", []),
        ("雀巢、联合利华与宝洁涨价，宜家降价。", ["雀巢", "联合利华", "宝洁", "宜家"]),
        # investors, and who raises money
        ("本轮由青石创投领投，白鹭资本、远帆生物医药基金跟投。", ["青石创投", "白鹭资本", "远帆生物医药基金"]),
        ("获得澜溪资本独家投资，老股东鹤鸣创投和云岫产投继续跟投。", ["鹤鸣创投", "云岫产投"]),
        ("「澄明医疗」完成一轮融资。", ["澄明医疗"]),
        ("近日，“鹿野智行”宣布获得数千万元A轮融资。", ["鹿野智行"]),
        ("通过“白名单”获得融资支持，多家机构领投。", []),
        # whose shares, whose sponsor
        ("保荐人对罗湖特的督导不到位。", ["罗湖特"]),
        ("某投资人拟入主海川泰，举牌林屿达。", ["海川泰", "林屿达"]),
        ("东港湾董事长李晓明表示，*ST青岭与ST岚谷停牌。", ["东港湾", "*ST青岭", "ST岚谷"]),
        ("公司董事长王小明称，该校创始人说，工会主席表示。", []),
        ("7月起进入主汛期，并购重组活跃。", []),
        # words that are no part of the name
        ("盘中东山证券一度走低。", ["东山证券"]),
        ("尽管澜沧证券下调评级，上周岭海集团回应，正值青岳银行改制。", ["澜沧证券", "岭海集团", "青岳银行"]),
        ("使用招商银行卡，除星展银行外，要看人保财险。", ["招商银行", "星展银行", "人保财险"]),
        ("因澜沧证券违规，其中岭海银行被罚。", ["澜沧证券", "岭海银行"]),
        # a trade and 公司, brackets, factories, offices
        ("通报称，明月食品公司证照齐全。", ["明月食品公司"]),
        ("白鹤饮料公司与青牛服饰公司签约。", ["白鹤饮料公司", "青牛服饰公司"]),
        ("青岭矿业（集团）公司停产，玉壶机械（集团）公司复工。", ["青岭矿业（集团）公司", "玉壶机械（集团）公司"]),
        ("红星曲轴厂投产，长庚轴承厂搬迁。", ["红星曲轴厂", "长庚轴承厂"]),
        ("青岳会计师事务所被暂停执业，衡石律师事务所出庭。", ["青岳会计师事务所", "衡石律师事务所"]),
        ("外部律师事务所、多家会计师事务所和当地食品公司。", []),
        ("长沙岳麓青江村镇银行、同心云岭村镇银行下调利率。", ["长沙岳麓青江村镇银行", "同心云岭村镇银行"]),
        ("当地农商行与多个村镇银行。", []),
        # ordinary words with such an end
        ("运营方完成考核条件信息披露。", []),
        ("他在多地有数十家分公司。", []),
        ("讨论金石湾工业区石化项目问题。", []),
        ("二十国集团会晤，加工行业集中行使权力，提高通关效率。", []),
        # short forms of a name of the same text
        ("复海旅游文化集团申请上市，复海旅文主营度假村。", ["复海旅游文化集团", "复海旅文"]),
        ("岚谷新能源科技有限公司投产，岚谷新能增资。", ["岚谷新能源科技有限公司", "岚谷新能"]),
        ("广汽远山否认关停。", ["广汽远山"]),
        ("青石创投领投，澄明医疗受益。业内看好青石创投的眼光。", ["青石创投", "青石创投"]),
        ("评级最多的是蓝湖家居、青溪老窖。", ["蓝湖家居", "青溪老窖"]),
        # in traditional characters
        ("鴻海擴大投資，廣達沒有評論。", ["鴻海", "廣達"]),
        ("中國人壽與國泰航空簽約。", ["中國人壽", "國泰航空"]),
        ("全新系列統一實施，幸福生活。", []),
        # listed
        ("沪指收涨，片仔癀、云南白药领涨。", ["片仔癀", "云南白药"]),
        ("发展农产品加工，太阳能与机器人产业，中国新能源汽车出口。", []),
    ],
)
def test_companies_of_all_kinds(text: str, names: list[str]) -> None:
    """Names that context, tables or the text's other names make companies; not words that look like such."""
    assert [e.text for e in companies(text)] == names


def test_a_listed_name_has_its_code() -> None:
    """片仔癀 is 600436.SH whether the text says so or not."""
    assert [e.canonical for e in companies("片仔癀上涨。")] == [{"code": "600436.SH"}]
