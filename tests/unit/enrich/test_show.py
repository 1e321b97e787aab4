"""A digest as `jianbao parse --show` prints it on a terminal."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from services.enrich.commands.show import show_digest
from shared.records import RawDigest

TEXT = """双碳周报
1、昆山:将新增零碳工厂10家
2月3日,昆山市人民政府印发《昆山市行动方案》。
2、太仓:建成码头
2月4日,太仓市建成码头。
免责声明:本文仅供参考,不构成投资建议。
"""


@pytest.fixture
def printed() -> str:
    """With the codes of colours."""
    now = datetime(2026, 2, 6, tzinfo=UTC)
    raw = RawDigest(
        digest_id="0" * 32, source="a", media_type="text/plain", charset="utf-8", title="周\u202e报", received_at=now, sha256="", revision=1
    )
    out = io.StringIO()
    show_digest(raw, TEXT.encode(), Console(file=out, force_terminal=True, color_system="standard", soft_wrap=True, highlight=False))
    return out.getvalue()


def line(printed: str, words: str) -> str:
    """The line that says it."""
    (found,) = [one for one in printed.splitlines() if words in one]
    return found


def test_boilerplate_is_struck_through_and_items_are_not(printed: str) -> None:
    """`9` strikes; the kind stands before it."""
    assert "\x1b[2;9m免责声明:本文仅供参考" in line(printed, "免责声明")
    assert "disclaimer" in line(printed, "免责声明")
    assert "\x1b[2;9m" not in line(printed, "零碳工厂")


def test_mentions_are_coloured_and_told_by_their_names(printed: str) -> None:
    """In the item's text, and behind it for who sees no colours."""
    assert "\x1b[35m昆山市人民政府\x1b[0m" in line(printed, "印发")
    assert "agency \x1b[35m昆山市人民政府\x1b[0m" in next(one for one in printed.splitlines() if "mentions" in one)


def test_marks_of_direction_are_shown(printed: str) -> None:
    """A title must not turn around what stands beside it."""
    assert "\u202e" not in printed
    assert "‹U+202E›" in printed
