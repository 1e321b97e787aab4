"""What the demo shows."""

from deploy.stack.demo import SAMPLE


def test_the_sample_ships_with_the_package() -> None:
    """The demo needs nothing but the package."""
    assert "昆山:将新增(近)零碳工厂10家" in SAMPLE.read_text(encoding="utf-8")
