"""Short names find what they name, on a real Elasticsearch: precision and recall over invented names.

Each name, of five kinds, stands among neighbours of four shapes: a longer name that contains it, its characters
over a border of words, its pairs apart in one item, a sibling that shares half of it. The first is found too, as
no search by characters tells it apart; the others are not.
`python -m scripts.short_names` scores the same on real digests, where they lie beside the checkout.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.short_names.score import means, score
from tests.engines import RunningEngines
from tests.integration.search.conftest import Site, filled, serving
from tests.search_corpus import digest

pytestmark = pytest.mark.connected

SYNONYMS = "云岭银行 = 云岭行\n潮汐总局 = 海潮局\n湖泊养护管理办法 = 养湖办法\n青泽新区 = 泽区\n欧阳云澈 = 澈公\n储能补贴 = 储能奖励\n"


@dataclass(frozen=True)
class Name:
    """A name and bodies that tell of it, that have it in a longer name, and that share characters with it."""

    q: str
    told: tuple[str, ...]
    longer: tuple[str, ...]
    others: tuple[str, ...]


NAMES = (
    Name(
        "云岭银行",
        ("云岭银行全年净利润增长。", "县域网点再添两家,都由云岭银行开设。", "云岭行下调了存款利率。"),
        ("云岭银行业协会昨日换届。",),
        (
            "游客登上白云岭,银杏已经黄了。",
            "登白云岭银杏正黄。",
            "云岭修路,由一家商业银行贷款。",
            "海岭银行昨日开业。",
        ),
    ),
    Name(
        "潮汐总局",
        ("潮汐总局公布了春季水位。", "沿岸堤防由潮汐总局验收。", "海潮局召开了会议。"),
        ("邻国的南湾潮汐总局局长到访。",),
        ("今年潮汐总量局部偏低。", "潮汐电站由能源总局验收。", "春汐总局发布了公告。"),
    ),
    Name(
        "湖泊养护管理办法",
        ("《湖泊养护管理办法》下月施行。", "两地依据《湖泊养护管理办法》罚款。", "养湖办法的解读来了。"),
        ("《湖泊养护管理办法实施细则》征求意见。",),
        ("湖泊养护管理办公室主任谈法治。", "湖泊要养护,车站要管理,都有办法。", "《河道养护管理办法》废止。"),
    ),
    Name(
        "青泽新区",
        ("青泽新区新开两条公交。", "工厂落户青泽新区。", "泽区的学校今日开学。"),
        ("青泽新区银行发债。",),
        ("青泽新近划区管理。", "青泽县在城南建了新区。", "云泽新区招商。"),
    ),
    Name(
        "欧阳云澈",
        ("欧阳云澈出任校长。", "新书由欧阳云澈作序。", "澈公昨日致辞。"),
        ("欧阳云澈明获奖。",),
        ("欧阳云称池水已澈。", "欧阳女士与李云澈同台。", "司阳云澈夺冠。"),
    ),
)

LONGER = Name(
    "临川储能补贴",
    ("临川储能补贴细则出台。", "储能电站在临川投运,补贴同日到账。", "临川兑现了储能奖励,补贴共两笔。"),
    (),
    ("临川储能电站投运。", "临川补贴养老机构。", "临川储能补发电费。"),
)
"""Its parts may stand apart; each of them must be there."""

HEADLINE = "临川两座抽水蓄能电站同日开工建设"
BODY = "临川的两座抽水蓄能电站昨日同时开工,预计三年后建成。"

BODIES = [body for name in (*NAMES, LONGER) for body in (*name.told, *name.longer, *name.others)]


@pytest.fixture(scope="module")
def namespace_of_names(engines: RunningEngines) -> Iterator[str]:
    """An index of all of them, each an untitled item."""
    stories: list[tuple[str | None, str, str]] = [(None, "要闻", body) for body in (*BODIES, BODY)]
    leak = (None, "要闻", "再完美的系统也会漏,就数据泄露的集体诉讼已经立案。")
    with filled(engines, digest([*stories, leak])) as made:
        yield made


@pytest.fixture
async def names(engines: RunningEngines, namespace_of_names: str, tmp_path: Path) -> AsyncIterator[Site]:
    """The app on that index, with other names of the names."""
    file = tmp_path / "synonyms.txt"
    file.write_text(SYNONYMS, encoding="utf-8")
    async with serving(engines.elasticsearch_url, namespace_of_names, synonyms=file) as made:
        yield made


async def bodies(site: Site, q: str, **parameters: Any) -> list[str]:
    """Bodies of the hits in order."""
    hits = (await site.get("/api/search", q=q, size=50, fold=False, **parameters))["hits"]
    return [str(hit["headline"]) for hit in hits]


async def test_precision_and_recall(names: Site) -> None:
    """All that tells of a name is found, under its other names too, and nothing that shares only characters."""
    scores = {}
    for name in (*NAMES, LONGER):
        found = await bodies(names, name.q, relax=name is not LONGER)
        scores[name.q] = score(found, {body: body in name.told for body in BODIES})
    precision, recall = means(list(scores.values()))
    print(f"P@10 {precision:.3f}, R {recall:.3f}: {scores}")
    # One longer name beside three items that tell of it, for five names of six.
    assert (round(precision, 3), recall) == (round((5 * 3 / 4 + 1) / 6, 3), 1.0)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.q)
async def test_a_name_is_there_or_not(names: Site, name: Name) -> None:
    """Nothing that is like it is listed, though less than a page is found; so nothing is said or switched."""
    answer = await names.get("/api/search", q=name.q)
    assert (answer["total"], answer["relaxed"], answer["notices"]) == (
        len(name.told) + len(name.longer),
        False,
        [],
    )


async def test_what_stands_together_comes_before_parts_that_stand_apart(names: Site) -> None:
    """And what only some parts stand in comes behind, with a notice; the switch leaves it out."""
    strict, wide = (
        await bodies(names, LONGER.q, relax=False),
        await names.get("/api/search", q=LONGER.q, fold=False),
    )
    assert (strict[0], set(strict)) == (LONGER.told[0], set(LONGER.told))
    assert wide["relaxed"] is True
    assert wide["notices"] == ["完全相符的只有 3 条,连同相近的条目一起按相关度列出。"]
    assert [hit["headline"] for hit in wide["hits"]][:3] == strict
    assert LONGER.others[2] in [hit["headline"] for hit in wide["hits"]]


async def test_the_page_has_the_switch(names: Site) -> None:
    """To what fits wholly and back."""
    wide = (await names.client.get("/search", params={"q": LONGER.q})).text
    strict = (await names.client.get("/search", params={"q": LONGER.q, "relax": "false"})).text
    assert ("只列完全相符的" in wide, "连相近的一起列" in wide) == (True, False)
    assert ("只列完全相符的" in strict, "连相近的一起列" in strict) == (False, True)


async def test_a_whole_headline_is_found_in_other_words(names: Site) -> None:
    """Though not all of its parts are in the body; the switch holds for it too."""
    assert (await bodies(names, HEADLINE))[0] == BODY
    assert await bodies(names, HEADLINE, relax=False) == []


@pytest.mark.parametrize(
    ("q", "marked"),
    [
        ("美的集团", []),
        ("云岭银行", ["云岭银行", "云岭银行", "云岭行", "云岭银行"]),
        ("临川储能补贴", ["临川储能补贴", "储能", "临川", "补贴", "临川", "储能", "补贴"]),
    ],
)
async def test_only_what_matched_is_marked(names: Site, q: str, marked: list[str]) -> None:
    """A name whole or as it is called otherwise, a longer word in its parts; 泄露的集体 is no 美的集团."""
    hits = (await names.get("/api/search", q=q, fold=False, relax=False))["hits"]
    found = [text for hit in hits for piece in hit["highlights"]["body"] for text in marks(piece)]
    assert sorted(found) == sorted(marked)


def marks(html: str) -> list[str]:
    """What stands between `<em>` and `</em>`."""
    return [piece.split("</em>")[0] for piece in html.split("<em>")[1:]]


README = Path(__file__).parents[4] / "README.md"


async def test_readmes_one_answer_is_what_is_found(site: Site) -> None:
    """And what it leaves out, as there the two words stand apart, is found by the two words."""
    sample = {"source": "shuangtan-weekly", "others": 0}
    name, words = [await site.titles(q, **sample) for q in ("零碳工厂", "零碳 工厂")]
    assert f"零碳工厂: {len(name)} found" in README.read_text("utf-8")
    assert [str(title)[:10] for title in name] == [
        "昆山:将新增(近)零",
        "昆山:推动零碳园区、",
        "甘肃:加强园区产品碳",
    ]
    assert {str(title)[:10] for title in words} - {str(title)[:10] for title in name} == {"常州:积极开展温室气"}
