"""Pages → the lines that they show."""

import pytest

from services.ingest.sources import visible
from services.ingest.sources.visible import lines


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("<p>一<b>、昆</b>山</p><div>江阴<br>宜兴</div>", ["一、昆山", "江阴", "宜兴"]),
        ("<head><title>x</title></head><script>if (a < b) {'</p>'}</script><STYLE>p{}</STYLE><p>正文 &amp;&nbsp;表", ["正文 & 表"]),
        ("<!-- <p>x</p> --><p>正文</p><!--", ["正文"]),
        ("<!doctype html><?xml?>1 < 2 <3", ["1 < 2 <3"]),
        ("<script>without end <p>x</p>", []),
        ("<svg><text>x</text></svg><p>正文", ["正文"]),
        ("", []),
        ("<html><head><title>周报</title><meta charset=utf-8><body><p>正文", ["正文"]),
        ("<head><title>周报<p>正文", ["周报", "正文"]),
        ("<select><option>甲</select><p>正文", ["正文"]),
        ("<select><option>甲<p>正文</p><select><option>乙</select><p>后", ["甲", "正文", "后"]),
        ("<p><svg/>正文<svg viewBox='0 0 1 1' />后", ["正文后"]),
        ("<svg><text>x<p>正文", ["x", "正文"]),
        ("<template><p>正文", ["正文"]),
        ("<noscript><p>正文", ["正文"]),
        ("<textarea><p>正文", ["正文"]),
        ("<script>document.write('<script>')</script><p>正文", ["正文"]),
        ("<!--><p>正文<!-- x -->", ["正文"]),
        ("<title-bar>正文</title-bar>", ["正文"]),
    ],
)
def test_lines(page: str, shown: list[str]) -> None:
    """Without scripts, styles and comments, also where they have no end; other elements without one hide nothing."""
    assert lines(page, 1000) == shown


def test_a_page_with_more() -> None:
    """Is read no further."""
    assert lines("<p>一二三</p>" * 10, 5) == ["一二三", "一二三"]


def test_a_page_of_tags_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is not taken for a page that says little."""
    monkeypatch.setattr(visible, "PIECES", 10)
    assert sum(map(len, lines("<p>" * 20, 5))) > 5
