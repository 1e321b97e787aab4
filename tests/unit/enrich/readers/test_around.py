"""What a page shows around its article is found, and is no part of it."""

import io

import docx
import pytest

from services.enrich.readers import read
from shared.records import DOCX

ITEM = "<h2>昆山新增零碳工厂</h2><p>昆山市将新增零碳工厂10家。</p>"


@pytest.mark.parametrize(
    ("page", "outside"),
    [
        (
            f"<header><a>首页</a> <a>频道</a></header><aside><p>推荐</p><span>新闻</span><span>总数</span></aside>"
            f"<main>{ITEM}</main><footer><a>联系我们</a></footer>",
            ["首页 频道", "推荐", "新闻总数", "联系我们"],
        ),
        (f"<style>.off {{display: none}}</style><p class=off>看不见</p><main>{ITEM}</main>", []),
        (f"<nav><ul><li>首页<li>快讯</ul></nav>{ITEM}", ["首页", "快讯"]),
        (f"<main><nav><a>目录一</a></nav>{ITEM}<form><label>邮箱</label><button>订阅</button></form></main>", ["目录一", "邮箱", "订阅"]),
        (f"<p style='display:none'>看不见</p><script>x='看不见'</script><div hidden>看不见</div><main>{ITEM}</main>", []),
        (f"<p>上<br>下</p><p>上</p><main>{ITEM}</main>", ["上", "下"]),
        (f"<div id=meta_content>某号 <em>2026-03-02</em></div><div id=js_content>{ITEM}</div><div>预览时标签不可点</div>", ["某号 2026-03-02"]),
        (ITEM, []),
    ],
)
def test_lines_around_an_article(page: str, outside: list[str]) -> None:
    """Each once, in the page's order; nothing hidden, nothing of WeChat's own."""
    document = read(f"<html><body>{page}</body></html>".encode(), media_type="text/html")
    assert list(document.outside) == outside
    assert [block.text for block in document.blocks] == ["昆山新增零碳工厂", "昆山市将新增零碳工厂10家。"]


def test_front_matter_of_markdown() -> None:
    """Its lines as written, whatever they say."""
    document = read("---\ntitle: 双碳周报\nlayout: post\n---\n\n# 昆山\n\n零碳工厂10家。\n".encode(), media_type="text/markdown")
    assert document.outside == ("title: 双碳周报", "layout: post")


def test_head_and_foot_of_word_pages() -> None:
    """What pages print above and below the text."""
    word = docx.Document()
    word.add_paragraph("昆山市将新增零碳工厂10家。")
    word.sections[0].header.paragraphs[0].text = "双碳周报 第9期"
    word.sections[0].footer.paragraphs[0].text = "内部资料"
    file = io.BytesIO()
    word.save(file)
    document = read(file.getvalue(), media_type=DOCX)
    assert document.outside == ("双碳周报 第9期", "内部资料")
