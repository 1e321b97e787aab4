"""Two revisions → what changed, item by item, word by word."""

import time
from typing import Any

import pytest

from services.search.answer.diff import Marker, compare
from services.search.models.revision import Piece
from services.search.web.revisions import clipped
from tests.fakes.digests import enriched

Json = dict[str, Any]


def _digest(*stories: tuple[str, str], **facts: Any) -> Json:
    """Of (title, body) stories, as parsed JSON."""
    digest = enriched(*(title for title, _ in stories), **facts).model_dump(mode="json")
    for item, (_, body) in zip(digest["items"], stories, strict=True):
        item["body"] = body
    return digest


def _shown(pieces: tuple[Piece, ...]) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in pieces)


def test_added_removed_changed_and_unchanged() -> None:
    """Items are the same by their id; the order alone is no change."""
    before = _digest(("昆山:甲", "新增10家。"), ("常州:乙", "印发方案。"), ("杭州:丙", "不变。"))
    after = _digest(("杭州:丙", "不变。"), ("昆山:甲", "新增12家。"), ("乐山:丁", "开工光伏项目。"))
    found = compare(before, after)
    assert [item.headline for item in found.added] == ["乐山:丁"]
    assert [item.headline for item in found.removed] == ["常州:乙"]
    assert [(item.headline, item.ordinal, _shown(item.body)) for item in found.changed] == [("昆山:甲", 2, "新增1[-0-][+2+]家。")]
    assert found.unchanged == 1


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("全文不变。", "全文不变。", "全文不变。"),
        ("一。二。三。", "一。三。", "一。[-二。-]三。"),
        ("一。三。", "一。二。三。", "一。[+二。+]三。"),
        ("总投资25万元,占地3亩。", "总投资26万元,占地3亩。", "总投资2[-5-][+6+]万元,占地3亩。"),
        ("", "新文。", "[+新文。+]"),
        ("旧文。", "", "[-旧文。-]"),
        ("甲\n乙\n", "甲\n丙\n", "甲\n[-乙-][+丙+]\n"),
        # A single character that stays between two changes is chance.
        ("由昆山市牵头。", "在常州市主办。", "[-由昆山市牵头-][+在常州市主办+]。"),
        ("🟡动态", "🟢动态", "[-🟡-][+🟢+]动态"),
        ("<b>甲</b>", "<i>甲</i>", "<[-b-][+i+]>甲</[-b-][+i+]>"),
    ],
)
def test_marked_words(before: str, after: str, shown: str) -> None:
    """Both texts can be read from the pieces."""
    pieces = Marker().pieces(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert _shown(pieces) == shown


def test_a_corrected_title_is_a_change() -> None:
    """Though its item has another id: the text says that it is the same."""
    body = "昆山市印发零碳工厂建设行动方案,到2026年建成10家零碳工厂,推动绿色低碳转型。"
    found = compare(_digest(("昆山:将新增零碳工厂10家", body)), _digest(("昆山:将新增零碳工厂12家", body.replace("10", "12"))))
    assert (found.added, found.removed) == ((), ())
    assert _shown(found.changed[0].title) == "昆山:将新增零碳工厂1[-0-][+2+]家"


def test_other_stories_are_not_one() -> None:
    """Of two that have nothing in common, one came and one went."""
    found = compare(_digest(("昆山:甲", "昆山市新增零碳工厂。")), _digest(("杭州:乙", "碳市场交易规则公布,自下月起施行。")))
    assert (len(found.added), len(found.removed), found.changed) == (1, 1, ())


def test_classes_that_a_newer_build_gives() -> None:
    """Are a change of their own, with the text unmarked."""
    before, after = _digest(("昆山:甲", "文。")), _digest(("昆山:甲", "文。"))
    after["items"][0] |= {"doc_type": "政策", "topics": [{"name": "电力", "evidence": []}]}
    (changed,) = compare(before, after).changed
    assert [(field.name, field.before, field.after) for field in changed.fields] == [("类型", None, "政策"), ("主题", None, "电力")]
    assert (changed.title, changed.body) == ((), ())


def test_a_withdrawal_removes_all() -> None:
    """It has no items."""
    found = compare(_digest(("昆山:甲", "文。")), _digest(withdrawn=True, revision=2))
    assert (len(found.removed), found.unchanged) == (1, 0)


def test_huge_texts_end_in_time() -> None:
    """What is beyond the work allowed is marked as a whole; nothing is lost."""
    began = time.process_time()
    before, after = ("甲乙丙丁" * 50_000), ("甲乙丙戊" * 50_000)
    pieces = Marker().pieces(before, after)
    assert [piece.kind for piece in pieces] == ["removed", "added"]
    stories = [(f"昆山:{number}", f"第{number}条。" * 20) for number in range(400)]
    compare(_digest(*stories), _digest(*((f"{title}改", body + "改") for title, body in stories)))
    assert time.process_time() - began < 20  # some 1 s on a quiet machine


def test_long_unchanged_runs_are_clipped() -> None:
    """Beside a change some words stay."""
    pieces = (Piece(kind="same", text="前" * 200), Piece(kind="added", text="新"), Piece(kind="same", text="后" * 200))
    assert [piece.text for piece in clipped(pieces)] == [" … " + "前" * 40, "新", "后" * 40 + " … "]
    assert clipped((Piece(kind="same", text="短"),)) == [Piece(kind="same", text="短")]
