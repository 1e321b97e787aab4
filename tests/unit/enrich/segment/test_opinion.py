"""What rules make of a digest, as labels of its lines and as numbers beside them."""

import numpy as np

from services.enrich.readers import read
from services.enrich.segment.features import table_of
from services.enrich.segment.labels import LABELS
from services.enrich.segment.look import looks_of
from services.enrich.segment.opinion import Opinion, columns_of, opinion_of
from services.enrich.split.rules import Outlined

DIGEST = """# 某某周报

## 政策

### 甲市开通地铁三号线

甲市地铁三号线今天开通，全长三十公里。

### 乙省发布新规

乙省发展改革委发布新规，自下月起施行。

## 市场

### 丙公司发行绿色债券

丙公司发行五亿元绿色债券，期限三年。

扫码关注公众号
"""


def outlined(text: str) -> tuple[Outlined, Opinion]:
    """The digest by rules, and their opinion."""
    found = Outlined(read(text.encode(), media_type="text/markdown"))
    by_rules = found.result()
    return found, opinion_of(found.units, found.kinds, found.heads, by_rules)


def test_labels_of_the_rules() -> None:
    """Titles, texts, sections and what is around them."""
    found, opinion = outlined(DIGEST)
    said = [(LABELS[label], unit.text[:6]) for label, unit in zip(opinion.labels, found.units, strict=True)]
    assert said == [
        ("other", "某某周报"),
        ("section", "政策"),
        ("title", "甲市开通地铁"),
        ("body", "甲市地铁三号"),
        ("title", "乙省发布新规"),
        ("body", "乙省发展改革"),
        ("section", "市场"),
        ("title", "丙公司发行绿"),
        ("body", "丙公司发行五"),
        ("other", "扫码关注公众"),
    ]
    assert [found.units[head].text[:2] for head in opinion.heads] == ["甲市", "乙省", "丙公"]


def test_a_text_that_nothing_parts_has_no_heads() -> None:
    """The rules say nothing of it, and say so."""
    _, opinion = outlined("今天没有什么新闻，大家都在休息，天气也很好。\n")
    assert (opinion.whole, opinion.heads) == (True, [])


def test_numbers_for_each_line() -> None:
    """One row a line; where rules saw nothing, the columns of labels are empty."""
    found, opinion = outlined(DIGEST)
    table = table_of(looks_of(found.units, found.document.blocks))
    columns = columns_of(opinion, table)
    assert columns.shape[0] == len(found.units)
    assert columns[:, : len(LABELS)].sum() == len(found.units)
    silent = columns_of(Opinion(opinion.labels, 0.2, whole=True), table)
    assert silent[:, : len(LABELS)].sum() == 0
    assert silent.shape == columns.shape
    assert np.isfinite(columns).all()
