"""Codes and figures in Chinese."""

from services.enrich.plausible.judge import MESSAGES
from services.search.quarantine.listing import held
from services.search.quarantine.words import LABELS, REASONS, figures, label, reason


def test_every_code_of_enrich_has_its_words() -> None:
    """And no other."""
    assert set(LABELS) == set(REASONS) == set(MESSAGES)


def test_a_code_that_only_a_newer_enrich_knows() -> None:
    """The code stands for itself, and the sentence holds for any."""
    assert (label("hologram"), reason("hologram")) == ("hologram", "看起来不是简报。")


def test_those_figures_that_tell_something() -> None:
    """In people's words; what was not measured is left out."""
    measured = {"lines": 2900.0, "visible": 51234.0, "prose": 0.013, "items": 2900.0, "code": 0.98, "letters": 70.0}
    assert figures("code", measured) == [("行数", "2,900"), ("字数", "51,234"), ("成句文字", "1%"), ("将拆成", "2,900 条"), ("代码行", "98%")]
    assert figures("page", {"lines": 3.0}) == [("行数", "3")]


def test_a_manifest_becomes_a_row() -> None:
    """Without what it does not say."""
    row = held({"digest_id": "a" * 32, "revision": 5, "source": "巡检", "title": None, "quarantine": {"code": "log"}})
    assert (row.code, row.reason, row.title, row.figures, row.beginning) == ("log", "看起来是程序日志。", None, {}, "")
