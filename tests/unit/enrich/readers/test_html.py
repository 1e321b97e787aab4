"""HTML → blocks: what a browser shows, line by line and cell by cell."""

import pytest

from services.enrich.readers import read
from shared.records import MediaType


def _texts(page: str, media_type: MediaType = "text/html") -> list[str]:
    return [block.text for block in read(page.encode(), media_type=media_type).blocks if block.text]


@pytest.mark.parametrize(
    "hidden",
    [
        '<span hidden="">乙</span>',
        "<p hidden>乙</p>",
        '<span style="display: none">乙</span>',
        '<span style="color:red;visibility:hidden">乙</span>',
        '<span style="font-size:0">乙</span>',
        '<em style="font-size: 0px;">乙</em>',
    ],
)
def test_what_no_browser_shows_is_not_read(hidden: str) -> None:
    """In a paragraph, and in a cell of a table."""
    assert "".join(_texts(f"<p>甲{hidden}</p><p>丙</p>")) == "甲丙"
    assert _texts(f"<table><tr><td>甲{hidden}</td><td>丙</td></tr></table>") == ["甲 | 丙"]


@pytest.mark.parametrize(
    "shown",
    [
        '<div style="visibility:hidden;opacity:0"><p>乙</p></div>',
        '<span style="font-size:0.9em">乙</span>',
        '<span style="line-height:0;font-size:12px">乙</span>',
        '<span aria-hidden="true">乙</span>',
    ],
)
def test_what_is_shown_in_the_end_is_read(shown: str) -> None:
    """WeChat's pages show their blocks by script."""
    assert "乙" in "".join(_texts(f"<p>甲</p>{shown}"))


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>减排3.5×10<sup>4</sup>吨</p>", "减排3.5×10⁴吨"),
        ("<p>10<sup>-3</sup>毫米,占地5km<sup>2</sup></p>", "10⁻³毫米,占地5km²"),
        ("<p>新增10家<sup>1</sup>,总投资5<sup>[2]</sup>亿元</p>", "新增10家¹,总投资5⁽²⁾亿元"),
        ("<p>某品牌<sup>TM</sup></p>", "某品牌TM"),
        ("<p>CO<sub>2</sub></p>", "CO2"),
        ("<table><tr><td>减排10<sup>4</sup>吨</td><td>乙</td></tr></table>", "减排10⁴吨 | 乙"),
    ],
)
def test_figures_above_the_line_join_no_number(page: str, text: str) -> None:
    """10⁴ is not 104; in Markdown too."""
    assert _texts(page) == [text]
    assert _texts(f"甲\n\n{page.removeprefix('<p>').removesuffix('</p>')}\n", "text/markdown")[-1] == text


@pytest.mark.parametrize(
    "listing",
    [
        "<pre><code>x = 1</code><code>y = 2</code></pre>",
        "<pre>x = 1\ny = 2</pre>",
        "<pre><code>x = 1\ny = 2\n</code></pre>",
        "<pre>x = 1<br>y = 2</pre>",
    ],
)
def test_lines_of_a_listing_are_lines(listing: str) -> None:
    """Whatever parts them; without the bullets of an empty list of their numbers."""
    page = f"<p>甲</p><ul><li></li><li></li></ul>{listing}<p>乙</p>"
    blocks = read(page.encode(), media_type="text/html").blocks
    assert [(block.kind, block.text) for block in blocks if block.text] == [
        ("paragraph", "甲"),
        ("code", "x = 1"),
        ("code", "y = 2"),
        ("paragraph", "乙"),
    ]


def test_a_row_under_a_cell_that_reaches_down_keeps_its_columns() -> None:
    """二期 shares the investment of 一期, and 30 is its capacity."""
    page = (
        "<table><tr><th>项目</th><th>投资(亿元)</th><th>产能(万吨)</th></tr>"
        '<tr><td>一期</td><td rowspan="2">10</td><td>20</td></tr><tr><td>二期</td><td>30</td></tr></table>'
    )
    assert _texts(page) == ["项目 | 投资(亿元) | 产能(万吨)", "一期 | 10 | 20", "二期 | 10 | 30"]


@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown", "text/html"])
def test_radicals_are_read_as_ideographs(media_type: MediaType) -> None:
    """Pasted from a PDF whose font gave them out."""
    assert _texts("⼭东:新增绿⾊⼯⼚10家", media_type) == ["山东:新增绿色工厂10家"]


@pytest.mark.parametrize(
    ("line", "text", "badges"),
    [
        ('<span class="tag">重要</span>甲城通了地铁', "重要 甲城通了地铁", (3, 0)),
        ('<span class="tag t1">重要</span><em class="badge-hot">HOT</em> 甲城通了地铁', "重要 HOT 甲城通了地铁", (7, 0)),
        ('甲城通了地铁<span class="score">8.5</span>', "甲城通了地铁 8.5", (0, 3)),
        ('<i class="rank">1</i><a href="/a">甲城通了地铁</a> <small class="label">利好</small>', "1 甲城通了地铁 利好", (2, 2)),
        ('甲城<span class="tag">通了</span>地铁', "甲城 通了 地铁", (0, 0)),
        ('<span class="tag">甲城通了一条新的地铁</span>，长二十公里', "甲城通了一条新的地铁，长二十公里", (0, 0)),
        ('<span class="tag">重要</span>', "重要", (0, 0)),
        ('<span class="stage">甲城</span>通了地铁', "甲城通了地铁", (0, 0)),
    ],
)
def test_badges_at_both_ends_of_a_line_are_told(line: str, text: str, badges: tuple[int, int]) -> None:
    """Parted from the words by a space; in a heading as elsewhere."""
    for tag in ("h3", "p"):
        (block,) = read(f"<{tag}>{line}</{tag}>".encode(), media_type="text/html").blocks
        assert (block.text, block.badges) == (text, badges)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('<span class="no">1</span><span class="name">甲城通了地铁</span>', "1 甲城通了地铁"),
        ('<span class="no">12</span>甲城通了地铁', "12 甲城通了地铁"),
        ("<b>3</b>家公司获批", "3家公司获批"),
        ('<span class="year">2026</span>年甲城通了地铁', "2026年甲城通了地铁"),
    ],
)
def test_a_number_in_an_element_of_its_own_is_parted_from_the_title(line: str, text: str) -> None:
    """It would else be read with what follows: 1甲城."""
    assert _texts(f"<p>{line}</p>") == [text]


def test_lines_broken_where_scripts_meet_are_one() -> None:
    """As an exporter of Markdown breaks them too; another line of the page stays one."""
    broken = "【<br>The Daily<br/>网站<br><span>2<br></span>月<br>\n<b><i>21</i></b><br>日报道】甲部门（<br>DISA<br>）要求列出。"
    assert _texts(f"<p>{broken}</p><p>另有说明。<br>下一行。</p>") == [
        "【The Daily网站2月21日报道】甲部门（DISA）要求列出。",
        "另有说明。",
        "下一行。",
    ]


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("床前明月光，<br>疑是地上霜。", ["床前明月光，", "疑是地上霜。"]),
        ("iOS<br>安卓<br>Windows<br>鸿蒙", ["iOS", "安卓", "Windows", "鸿蒙"]),
        ("甲地<br>，乙地", ["甲地，乙地"]),
        ("见（<br>DISA", ["见（DISA"]),
        ("甲<br><br>，", ["甲", "，"]),
    ],
)
def test_lines_that_a_page_parts_stay_parted(line: str, lines: list[str]) -> None:
    """But for one that begins or ends as nobody parts them."""
    assert _texts(f"<p>{line}</p>") == lines


def test_a_link_without_words_is_none_of_the_next_line() -> None:
    """Nothing of it is shown."""
    (block,) = read('<p><a href="/a"><br></a></p><p>甲</p>'.encode(), media_type="text/html").blocks
    assert (block.text, block.links) == ("甲", ())


@pytest.mark.parametrize("tag", ["main", "article"])
def test_header_and_footer_of_a_digest_are_read(tag: str) -> None:
    """The article of a page stands between them; a site's menus are none of it."""
    page = (
        '<body><header><a href="/">首页</a> <a href="/b">频道</a></header><header>甲处</header><div><header><h1>某地日报</h1></header>'
        f"<{tag}><h2>甲事</h2><p>正文。</p></{tag}><aside>推荐</aside><footer>由甲处整理</footer></div>"
        '<footer><a href="/c">关于</a> | <a href="/d">联系</a></footer></body>'
    )
    assert _texts(page) == ["甲处", "某地日报", "甲事", "正文。", "由甲处整理"]
