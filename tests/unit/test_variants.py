"""Variants of the sample: distinct, of its shape, and always the same."""

from shared.ids import digest_id
from tests.variants import ITEMS, SAMPLE, telling_title, variant


def test_variants_differ_from_each_other_and_from_the_sample() -> None:
    """Fed without another identity they are as many digests."""
    texts = [SAMPLE.read_text("utf-8"), *(variant(n) for n in range(1000))]
    assert len({digest_id("s", content=text) for text in texts}) == len(texts)


def test_a_variant_is_always_the_same() -> None:
    """The same number, the same text."""
    assert variant(17) == variant(17)


def test_variants_have_the_samples_shape() -> None:
    """Nine entries in the contents list, and each is a line of its own further down."""
    for n in range(60):
        lines = variant(n).splitlines()
        contents = [line.split(".", 1)[1] for line in lines[1 : 1 + ITEMS]]
        assert len(set(contents)) == ITEMS
        assert [line for line in lines[1 + ITEMS :] if line in contents] == contents
        assert len(variant(n)) >= 0.95 * len(SAMPLE.read_text("utf-8"))


def test_one_title_tells_which_variant_it_is() -> None:
    """No other variant has it."""
    assert telling_title(5) in variant(5)
    assert not any(telling_title(5) in variant(n) for n in range(1000) if n != 5)
