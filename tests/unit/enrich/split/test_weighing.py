"""Rules and model weighed: who is believed, and what is said of lines in doubt."""

from dataclasses import dataclass

import numpy as np

from services.enrich.blocks import Document
from services.enrich.readers import read
from services.enrich.segment.labels import LABELS
from services.enrich.segment.look import Look
from services.enrich.segment.model import Model, Reading
from services.enrich.segment.opinion import Opinion
from services.enrich.split.split import split_by

_LABELS = {"T": "title", "U": "untitled", "B": "body", "S": "section", "O": "other"}


@dataclass(frozen=True, slots=True)
class Told(Model):
    """A model that says what it is told, as certain as it is told."""

    says: str = ""
    sure: float = 0.99

    def read(self, looks: list[Look], opinion: Opinion) -> Reading:  # type: ignore[override]  # the test hands in lists
        """A letter for each line."""
        labels = [LABELS.index(_LABELS[letter]) for letter in self.says]
        said = np.full((len(looks), len(LABELS)), (1 - self.sure) / (len(LABELS) - 1), np.float32)
        said[np.arange(len(looks)), labels] = self.sure
        return Reading(labels, said)


def told(says: str, *, sure: float = 0.99) -> Told:
    """A model that says these letters."""
    return Told((), [], says=says, sure=sure)


def document(text: str) -> Document:
    """A Markdown digest."""
    return read(text.encode(), media_type="text/markdown")


HEADED = document("## 甲市开通地铁\n\n甲市地铁今天开通。\n\n## 乙省发布新规\n\n乙省新规下月起施行。\n\n## 丙县修路\n\n丙县修了一条路。\n")
PLAIN = document("甲市地铁今天开通，全长三十公里，沿线设站二十座。\n\n乙省新规下月起施行，各地要抓紧落实，不得拖延。\n")


def titles(document: Document, model: Model) -> list[str | None]:
    """Of the items."""
    return [story.title for story in split_by(document, model).stories]


def test_the_rules_hold_where_the_model_agrees() -> None:
    """Items, ends and sections are then those of the rules."""
    assert titles(HEADED, told("TBTBTB")) == ["甲市开通地铁", "乙省发布新规", "丙县修路"]


def test_a_model_that_is_certain_of_others_is_believed() -> None:
    """The second heading belongs to the first item."""
    assert titles(HEADED, told("TBBBTB")) == ["甲市开通地铁", "丙县修路"]


def test_a_model_in_doubt_is_not() -> None:
    """Rules were written to be right; it takes more than a guess."""
    assert titles(HEADED, told("TBBBTB", sure=0.4)) == ["甲市开通地铁", "乙省发布新规", "丙县修路"]


def test_where_the_rules_see_nothing_the_model_parts_the_text() -> None:
    """Each paragraph an item without a title."""
    split = split_by(PLAIN, told("UU"))
    assert [story.body[:4] for story in split.stories] == ["甲市地铁", "乙省新规"]
    assert split.warnings == ()


def test_a_text_that_neither_parts_is_one_item() -> None:
    """With a warning."""
    split = split_by(PLAIN, told("BB"))
    assert [warning.kind for warning in split.warnings] == ["whole_item"]


def test_lines_in_doubt_are_named() -> None:
    """What they say, and how likely they begin an item."""
    split = split_by(HEADED, told("TBTBTB", sure=0.6))
    assert next(reason for reason in split.reasons if reason.startswith("in doubt")) == "in doubt: '甲市开通地铁' begins an item (73%)"


def test_no_confidence_without_calibration_but_the_model_s() -> None:
    """The mean certainty of all lines."""
    assert split_by(HEADED, told("TBTBTB", sure=0.99)).confidence > 0.98
