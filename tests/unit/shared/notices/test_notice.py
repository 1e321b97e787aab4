"""What is said to people, as text and as Markdown of chat robots."""

from datetime import UTC, datetime

import pytest

from shared.notices.notice import Line, Notice, markdown, plain

NOW = datetime(2026, 2, 6, tzinfo=UTC)


def notice(*lines: Line, title: str = "入库停滞") -> Notice:
    """A red one."""
    return Notice(id="n1", level="red", title=title, lines=lines, url="http://127.0.0.1:8402/pipeline", at=NOW)


def test_as_text_each_line_has_its_address() -> None:
    """For mail."""
    assert plain(notice(Line(text="积压 12 份", url="http://a/1"), Line(text="已 5 分钟"))) == (
        "■ 入库停滞\n· 积压 12 份\n  http://a/1\n· 已 5 分钟\nhttp://127.0.0.1:8402/pipeline"
    )


def test_as_markdown_each_line_is_a_link() -> None:
    """Where it has an address."""
    assert markdown(notice(Line(text="积压 12 份", url="http://a/1"), Line(text="已 5 分钟")), most_bytes=4096) == (
        "**■ 入库停滞**\n- [积压 12 份](http://a/1)\n- 已 5 分钟\n[打开](http://127.0.0.1:8402/pipeline)"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@all> 快看", "＜＠all＞ 快看"),
        ("[点我](http://evil)", r"\[点我\]\(http://evil\)"),
        ("**粗**_斜_`码`", r"\*\*粗\*\*\_斜\_\`码\`"),
        ("一\n# 二", r"一 \# 二"),
    ],
)
def test_a_digests_text_makes_no_links_or_mentions(text: str, shown: str) -> None:
    """Whoever writes a digest must not speak to a whole group."""
    assert markdown(notice(Line(text=text)), most_bytes=4096).splitlines()[1] == f"- {shown}"


@pytest.mark.parametrize("most", [130, 400])
def test_a_long_message_is_cut_between_lines_and_counts_what_is_left_out(most: int) -> None:
    """In bytes, as robots count."""
    text = markdown(notice(*(Line(text=f"第{number}条") for number in range(100))), most_bytes=most)
    assert len(text.encode()) <= most
    assert f"- 另有 {100 - text.count('- 第')} 条" in text.splitlines()


def test_a_long_title_is_cut_at_a_character() -> None:
    """Never in the middle of one."""
    assert markdown(notice(title="长" * 100), most_bytes=50).startswith("**■ 长")
