"""What the demo shows."""

from deploy.local.demo import SAMPLE, marked


def test_highlights_are_marked_and_entities_undone() -> None:
    """The API escapes for HTML; a terminal needs the characters themselves."""
    text = marked("昆山:将新增(近)<em>零碳工厂</em>10家 &lt;b&gt;")
    assert text.plain == "昆山:将新增(近)零碳工厂10家 <b>"
    assert [(text.plain[span.start : span.end], span.style) for span in text.spans] == [("零碳工厂", "bold red")]


def test_the_sample_ships_with_the_package() -> None:
    """The demo needs nothing but the package."""
    assert "昆山:将新增(近)零碳工厂10家" in SAMPLE.read_text(encoding="utf-8")
