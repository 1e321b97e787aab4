"""A size in, texts and records out that are larger than what Elasticsearch takes in one write: hostile, and well-formed all the same. Pure."""

from itertools import cycle, islice
from random import Random

from shared.records import EnrichedDigest
from tests.fakes.digests import enriched

LINE_BYTES = 8_380_079
"""Of a line, just under the 8 MiB that a digest may have."""

ITEM_BYTES = 9_000_000
"""Of an item's body, which with its words takes four times as much of Elasticsearch's heap as any heap up to 800 MiB gives it."""

WORDS = ("昆山市", "2026年3月5日", "上海汽车集团股份有限公司", "增长3.5%", "江苏省", "国家发展改革委", "建成绿色工厂25家", "零碳园区")
"""Names of places, dates, firms, per cents: what a line is densest in for who looks for entities"""


def line(size: int = LINE_BYTES, *, seed: int = 1) -> str:
    """One line of `size` bytes in UTF-8 at most without a sentence's end or white space."""
    random = Random(seed)
    unit = "".join(random.choices(WORDS, k=2000))
    characters = size * len(unit) // len(unit.encode())
    text = "".join(islice(cycle(unit), characters))
    while len(text.encode()) > size:
        text = text[:-1]
    return text


def item(name: str, size: int = ITEM_BYTES, *, seed: int = 1) -> EnrichedDigest:
    """An enriched digest that no enricher of ours makes: one item with a body of so many bytes."""
    digest = enriched("昆山:甲", name=name)
    return digest.model_copy(update={"items": (digest.items[0].model_copy(update={"body": line(size, seed=seed)}),)})
