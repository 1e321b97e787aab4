"""Identities and versions: what keeps them and what changes them."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ids import (
    KNOWING,
    KNOWLEDGE_PER_BUILD,
    PER_REVISION,
    content_identity,
    digest_id,
    item_id,
    item_ids,
    normalised,
    version,
    version_parts,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("昆山：将新增\n（近）零碳工厂", "昆山:将新增(近)零碳工厂"),
        (" ＭＳＣＩ　指数\t", "MSCI指数"),
        ("\ufeff零碳\u00a0园区\r\n", "零碳园区"),
        ("", ""),
    ],
)
def test_normalised_keeps_what_a_reader_reads(text: str, expected: str) -> None:
    """Width, white space and a byte order mark make no difference."""
    assert normalised(text) == expected


NEWS = st.text(st.one_of(st.characters(), st.sampled_from("，：；（）！？％～＋／　ｱｶﾞ\u0301\u0338\u0345①㎡ﬁ\u2028\x1f\ufeff ")), max_size=30)


@given(NEWS)
def test_normalised_is_nfkc_without_white_space(text: str) -> None:
    """However it is made: ids are frozen."""
    assert normalised(text) == re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).replace("\ufeff", ""))


@given(st.text(), st.text())
def test_any_text_has_an_identity(source: str, content: str) -> None:
    """Lone surrogates and control characters raise nothing: 32 hex digits, always the same."""
    identity = digest_id(source, content=content)
    assert len(identity) == 32
    assert identity == digest_id(source, content=content)


def test_ids_are_frozen() -> None:
    """The rules never change: these ids were written down on the day that the rules were made."""
    assert digest_id("双碳周报", external_id="2026-06", content="") == "8cc1cc6379d23267dbeae058327b24c9"
    assert digest_id("双碳周报", url="https://example.org/6", content="") == "5c2815324b900731b90f922e70580347"
    assert digest_id("双碳周报", content="昆山:推动零碳园区") == "f377df8532cf763b2f46cbed7ffb368b"
    assert digest_id("双碳周报", content=b"\x00\x01") == "36323905c741f10cfca4592b24131e2d"
    assert item_id("0" * 32, "昆山:推动零碳园区、工厂建设", 0) == "28061a29c50040f3aafab260bb600c98"


def test_external_id_then_url_then_content() -> None:
    """The first that is there decides, and the others make no difference."""
    by_id = digest_id("s", external_id="1", url="https://example.org/1", content="甲")
    assert by_id == digest_id("s", external_id="1", content="乙")
    by_url = digest_id("s", url="https://example.org/1", content="甲")
    assert by_url == digest_id("s", url="https://example.org/1", content="乙")
    assert digest_id("s", content="甲") != digest_id("s", content="乙")


def test_the_kinds_of_identity_never_meet() -> None:
    """The same string as external id, url and content names three digests, and another source's are others again."""
    text = "https://example.org/1"
    ids = {
        digest_id("s", external_id=text, content=text),
        digest_id("s", url=text, content=text),
        digest_id("s", content=text),
        digest_id("t", content=text),
    }
    assert len(ids) == 4


def test_the_separator_within_a_value_does_not_move_the_border() -> None:
    """A value that holds the separating character is not taken for two values."""
    assert digest_id("a\x1fexternal_id\x1fb", external_id="c", content="") != digest_id("a", external_id="b\x1fexternal_id\x1fc", content="")


@pytest.mark.parametrize("again", ["昆山:将新增 零碳工厂", "昆山：将新增零碳工厂\r\n", "\ufeff昆山:将新增零碳工厂"])
def test_content_identity_survives_another_spacing(again: str) -> None:
    """The text saved by another program is the same digest."""
    assert content_identity(again) == content_identity("昆山:将新增零碳工厂")


def test_bytes_are_known_by_every_bit() -> None:
    """Binaries have no spacing to overlook."""
    assert content_identity(b"a b") != content_identity(b"ab")


def test_items_with_the_same_title_are_told_apart() -> None:
    """The second 要闻 of a digest has an id of its own, and the first keeps the one it had when it stood alone."""
    alone = item_ids("d", [("要闻", "甲")])
    both = item_ids("d", [("要闻", "甲"), ("要闻", "乙")])
    assert both[0] == alone[0]
    assert both[1] != both[0]


def test_an_item_keeps_its_id_when_others_change() -> None:
    """Order, neighbours and the body make no difference to a titled item."""
    before = item_ids("d", [("甲", "一"), ("乙", "二")])
    after = item_ids("d", [("丙", "三"), ("乙", "二, 改过")])
    assert after[1] == before[1]


def test_an_untitled_item_is_known_by_its_first_words() -> None:
    """40 characters decide: a change behind them keeps the id, a change within them does not."""
    words = "二月二日昆山市人民政府印发优化营商环境行动方案提出大力推进绿电进园区进企业探索绿电直连供电模式"
    first, later, sooner = (
        item_ids("d", [(None, words + "。")])[0],
        item_ids("d", [(None, words + ",改过")])[0],
        item_ids("d", [(None, "改" + words)])[0],
    )
    assert first == later
    assert first != sooner


def test_a_later_revision_outweighs_any_build_and_a_later_build_any_knowledge() -> None:
    """A revision one millisecond later wins against the highest build of the one before, a build against all knowledge below it."""
    most = KNOWLEDGE_PER_BUILD - 1
    assert version(1_770_000_000_001, 0) > version(1_770_000_000_000, most, most)
    assert version(1_770_000_000_000, 5, 0) > version(1_770_000_000_000, 4, most)
    assert version(1_770_000_000_000, 4, 2) > version(1_770_000_000_000, 4, 1)
    assert version(1_770_000_000_000, 2) > version(1_770_000_000_000, 1)


def test_versions_of_before_knowledge_was_told_stay_and_are_below_all_with_it() -> None:
    """What stands in topics and indices keeps its version, and the first build that knows replaces it."""
    assert version(1_770_000_000_000, 3) == 1_770_000_000_000 * 2**20 + 3
    assert version(1_770_000_000_000, KNOWING, 0) > version(1_770_000_000_000, KNOWLEDGE_PER_BUILD - 1)


@pytest.mark.parametrize("parts", [(1_770_000_000_000, 3, None), (1_770_000_000_000, 4, 0), (0, 1023, 1023)])
def test_the_parts_of_a_version_are_found_again(parts: tuple[int, int, int | None]) -> None:
    """For messages, and for replays of what older builds made."""
    assert version_parts(version(*parts)) == parts


@pytest.mark.parametrize(
    ("revision", "build", "knowledge"),
    [(-1, 0, 0), (0, -1, 0), (0, KNOWLEDGE_PER_BUILD, 0), (2**63 // PER_REVISION, 0, 0), (0, 4, KNOWLEDGE_PER_BUILD), (0, 4, -1)],
)
def test_versions_out_of_range_are_refused(revision: int, build: int, knowledge: int) -> None:
    """What would not fit into a long, or would spill into what stands above it, raises."""
    with pytest.raises(ValueError, match=r"build|revision|knowledge"):
        version(revision, build, knowledge)


def test_the_highest_version_fits_a_long() -> None:
    """Elasticsearch's external versions are signed longs."""
    assert version(2**63 // PER_REVISION - 1, KNOWLEDGE_PER_BUILD - 1, KNOWLEDGE_PER_BUILD - 1) < 2**63
