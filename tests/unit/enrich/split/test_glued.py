"""Lines that an exporter ran together → the lines that they were."""

import pytest

from services.enrich.readers import read
from services.enrich.split.glued import parted


def _lines(text: str) -> list[str]:
    return [block.text for block in parted(read(text.encode(), media_type="text/plain")).blocks if block.text]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "周报\n1、甲市发布办法。\n2、乙市开工。3、丙市试点启动。\n4、丁市验收。",
            ["周报", "1、甲市发布办法。", "2、乙市开工。", "3、丙市试点启动。", "4、丁市验收。"],
        ),
        ("周报\n1.甲市发布办法。\n2.乙市开工。3.丙市试点启动。", ["周报", "1.甲市发布办法。", "2.乙市开工。", "3.丙市试点启动。"]),
        ("早报：1、甲市开工。2、乙市试点。3、丙市验收。", ["早报：", "1、甲市开工。", "2、乙市试点。", "3、丙市验收。"]),
        ("早报\n1.甲市开工。 2.乙市试点。 3.丙市验收。", ["早报", "1.甲市开工。", "2.乙市试点。", "3.丙市验收。"]),
        ("01\n甲市办法\n办法自今日施行02乙市指南\n指南发布。\n03\n丙市试点\n试点启动。",
         ["01", "甲市办法", "办法自今日施行", "02乙市指南", "指南发布。", "03", "丙市试点", "试点启动。"]),
    ],
    ids=["one missing number", "at the end", "one paragraph", "apart by spaces", "padded"],
)  # fmt: skip
def test_a_number_that_a_numbering_lacks_begins_a_line(text: str, lines: list[str]) -> None:
    """Where a sentence ends before it, or a padded number's title stands behind it."""
    assert _lines(text) == lines


@pytest.mark.parametrize(
    "text",
    [
        "1、甲市建成2、3号线。\n2、乙市开工。",
        "1、甲市增长2.5%。\n2、乙市增长3.5%。",
        "1、甲市分三步:一是摸底;二是整改。\n2、乙市开工。\n3、丙市试点。",
        "甲市共有2、3个园区。",
        "早报：1、甲市开工。2、乙市试点。",
    ],
    ids=["figures in a title", "decimals", "nothing missing", "no numbering", "two are no numbering"],
)
def test_other_figures_stay_within_their_line(text: str) -> None:
    """Nothing is cut that no numbering lacks."""
    assert _lines(text) == text.split("\n")


def test_the_pieces_stand_where_they_stood_in_the_text() -> None:
    """Each piece's offsets give its own text."""
    document = parted(read("周报\n1、甲市开工。\n2、乙市试点。3、丙市验收。".encode(), media_type="text/plain"))
    assert [document.text[block.start : block.end] for block in document.blocks] == [block.text for block in document.blocks]
