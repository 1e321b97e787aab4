"""An item's title, body, section, entities and source in, its document type, level and topics out. Pure.

Each has a module: `topics` (by the source's taxonomy, data/taxonomies/*.toml), `doc_type` (by what the item does), `level` (by who does it).
"""

from collections.abc import Sequence
from typing import NamedTuple

from services.enrich.doc_type import doc_type
from services.enrich.entities.fold import fold
from services.enrich.level import Level, level
from services.enrich.taxonomy import Lexicon
from services.enrich.taxonomy import lexicon as default
from services.enrich.topics import topics
from services.enrich.unclassified import UNKNOWN
from shared.records import Entity, Topic

__all__ = ["UNKNOWN", "Classes", "classify"]


class Classes(NamedTuple):
    """What kind of text an item is, what it is about, and who acts in it."""

    doc_type: str
    """征求意见, 标准, 政策, 观点, 报告, 统计数据, 项目, 活动, 企业动态, one of the taxonomy's own (公告, 财报, 发布 …) or 未分类"""
    topics: tuple[Topic, ...]
    """Weightiest first; 未分类 alone where none fits"""
    level: Level | None = None
    """国际, 国家, 省, 市, 县, 企业; None where nothing says it"""


def classify(title: str | None, body: str, section: str | None, entities: Sequence[Entity], *, lexicon: Lexicon | None = None) -> Classes:
    """The classes of an item by a taxonomy, by default the first for every source. Raises Misconfigured where a taxonomy file is wrong."""
    words = lexicon or default(None)
    head, text, under = fold(title or ""), fold(body), fold(section or "")
    kind = doc_type(head, text, under, entities, words.types).kind
    return Classes(kind, topics(head, text, entities, words, under), level(head, text, kind, entities))
