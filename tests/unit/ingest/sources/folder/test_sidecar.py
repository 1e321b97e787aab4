"""What is said of a file beside it or at its top."""

import pytest

from services.ingest.sources.folder.sidecar import of_front_matter, of_sidecar
from shared.errors import Rejected


def test_a_sidecar() -> None:
    """Its fields as text, days of TOML too."""
    said = 'title = "本周双碳要闻"\npublished_on = 2026-02-06\nexternal_id = "2026-05"\nurl = "https://weekly.example.org/5"\nsource = "shuangtan"'
    assert of_sidecar(("\ufeff" + said).encode(), "5.meta.toml") == {
        "title": "本周双碳要闻",
        "published_on": "2026-02-06",
        "external_id": "2026-05",
        "url": "https://weekly.example.org/5",
        "source": "shuangtan",
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"title: no TOML", "is no TOML"),
        ("标题 = 1".encode("gbk"), "is no TOML"),
        (b'autor = "x"', "names 'autor'; known are source, title"),
        (b"#" * 70_000, "larger than 64 KiB"),
        (b'title = ["a", "b"]', "gives title no single value"),
    ],
)
def test_a_sidecar_that_is_wrong(content: bytes, message: str) -> None:
    """Is told by name: what it says would else be lost in silence."""
    with pytest.raises(Rejected, match=message):
        of_sidecar(content, "5.meta.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\ntitle: 本周要闻\ndate: 2026-02-06\n---\n一、……", {"title": "本周要闻", "published_on": "2026-02-06"}),
        ("---\ndate: 2026-02-06 09:00:00 +0800\nlink: https://e.org/5\n---\n", {"published_on": "2026-02-06"}),
        ('+++\ntitle = "本周要闻"\nid = 5\n+++\n一', {"title": "本周要闻"}),
        ("---\nexternal_id: 2026-05\nurl: https://e.org/5\n---\n", {"external_id": "2026-05", "url": "https://e.org/5"}),
        ("---\nsource: 人民日报 第3版\ntitle: 上\nurl: /posts/5\ndate: soon\n---\n一", {"title": "上"}),
        ("\ufeff---\r\ntitle: 本周要闻\r\ntags: [a, b]\r\n---\r\n一", {"title": "本周要闻"}),
        ("---\n本周要闻\n---\n一、昆山", {}),
        ("---\ntitle: [\n---\n", {}),
        ("---\n一、昆山:新增零碳工厂\n---\n", {}),
        ("---\ntitle: 没有结尾\n一、昆山", {}),
        ("一、昆山\n---\ntitle: 不在开头\n---\n", {}),
        ("", {}),
    ],
)
def test_front_matter(text: str, said: dict[str, str]) -> None:
    """YAML between dashes or TOML between plus signs; rules of dashes are none, and what others mean by it is left out."""
    assert of_front_matter(text) == said
