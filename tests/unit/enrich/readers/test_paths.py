"""Lines of a page or a Word file → what their source calls them."""

import io

import docx
import pytest
from docx.shared import Pt, RGBColor

from services.enrich.readers import html, read
from services.enrich.readers.paths import KEPT, PATHS
from shared.records import DOCX, MediaType


def _paths(page: str, media_type: MediaType = "text/html") -> list[tuple[str, str]]:
    return [(block.text, block.path) for block in read(page.encode(), media_type=media_type).blocks]


@pytest.mark.parametrize(
    ("page", "path"),
    [
        ('<div class="card"><h3 class="title">甲</h3></div>', "div.card>h3.title"),
        ('<div class="card"><div><h3>甲</h3></div></div>', "div.card>h3"),
        ('<ul class="toc"><li><a href="#1">甲</a></li></ul>', "ul.toc>li"),
        ('<div class="item item-12"><p>甲</p></div>', "div.item.item-9>p"),
        ('<div class="item"><span class="name">甲</span>乙</div>', "body>div.item span.name"),
        ('<div class="item"><span></span> <b>甲</b><i class="x">乙</i></div>', "body>div.item"),
        ('<p style="margin:0;Color: #F00; font-size:18px">甲</p>', "body>p{color:#f00;font-size:18px}"),
        ('<p><span style="font-size:12px"><span style="color:red">甲</span></span></p>', "body>p span{font-size:12px} span{color:red}"),
        ('<section class="s"><p></p>甲</section>', "body>section.s"),
        ('<table class="list"><tr class="row"><td>甲</td><td>乙</td></tr></table>', "table.list>tr.row"),
        ('<div class="a"><img alt="图"></div>甲', "body>div.a"),
        ('<div class="page"><footer><p>甲</p></footer></div>', "footer>p"),
    ],
)
def test_a_line_of_a_page_is_called_by_its_elements(page: str, path: str) -> None:
    """By where its first words stand."""
    assert _paths(page)[0][1] == path


def test_html_within_markdown_is_called_as_html() -> None:
    """Markdown itself calls its lines nothing."""
    assert _paths('# 甲\n\n<div class="card"><h3>乙</h3></div>\n\n丙', "text/markdown") == [("甲", ""), ("乙", "div.card>h3"), ("丙", "")]


def test_a_paragraph_of_word_is_called_by_its_style() -> None:
    """As Word shows the style's name, with the look of its first words where they have one of their own."""
    document, packed = docx.Document(), io.BytesIO()
    document.add_paragraph("甲", style="Intense Quote")
    document.add_paragraph("乙")
    run = document.add_paragraph().add_run("丙")
    run.font.size, run.font.name, run.font.color.rgb = Pt(16), "SimHei", RGBColor(255, 0, 0)
    document.save(packed)
    paths = [block.path for block in read(packed.getvalue(), media_type=DOCX).blocks]
    assert paths == ["Intense Quote", "Normal", "Normal{16;SimHei;ff0000}"]


def test_paths_stay_short_and_few() -> None:
    """However many classes a page has: each line's would else be kept for as long as the digest."""
    page = "".join(f'<p class="{"".join(chr(97 + int(digit)) for digit in str(number))} {"长" * 900}">甲</p>' for number in range(PATHS + 5))
    blocks = html.read(page).blocks
    assert max(len(block.path) for block in blocks) < 4 * KEPT
    assert [bool(block.path) for block in blocks] == [True] * PATHS + [False] * 5


def test_lines_of_one_path_share_one_text() -> None:
    """A digest of 100,000 lines keeps it once."""
    first, second = html.read('<div class="a"><p>甲</p><p>乙</p></div>').blocks
    assert first.path is second.path
