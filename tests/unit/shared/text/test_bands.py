"""Bands: shared by what tells the same story, kept by what is only like it."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.bands import BINS, LETTERS, READ, bands, letters, shingles

TITLE = "昆山:将新增(近)零碳工厂10家"
BODY = (
    "2月2日,昆山市人民政府印发《昆山市制造业绿色低碳发展行动方案》。方案提出,到2026年,全市新增(近)零碳工厂10家以上,新增分布式光伏装机容量25万千瓦以上,"
    "培育绿色工厂50家。支持企业开展产品碳足迹核算,鼓励龙头企业带动供应链协同降碳,完善碳排放统计核算体系。"
)
OTHER = "国家能源局发布数据,1至8月全国累计发电装机容量约31.3亿千瓦,同比增长14%。其中,太阳能发电装机容量约7.5亿千瓦,风电装机容量约4.7亿千瓦。"

SAME = [
    ("零碳工厂:昆山印发行动方案", BODY),
    (None, BODY),
    (TITLE, BODY.partition("支持企业")[0]),
    (TITLE, BODY.replace("培育绿色工厂50家。", "")),
    (TITLE, BODY.replace("全市", "昆山市").replace("龙头企业", "链主企业").replace("完善", "健全")),
    (TITLE, "　" + BODY.replace(",", "，").replace("。", "。\n")),
    (TITLE, BODY.replace("业", "業").replace("产", "產").replace("2", "２")),
]


@pytest.mark.parametrize(("title", "body"), SAME)
def test_the_same_story_shares_a_band(title: str | None, body: str) -> None:
    """Another title, a cut ending, a sentence less, other words, punctuation and forms of characters."""
    assert set(bands(TITLE, BODY)) & set(bands(title, body))


def test_another_story_shares_none() -> None:
    """As far as these two go."""
    assert not set(bands(TITLE, BODY)) & set(bands("发电装机", OTHER))


@pytest.mark.parametrize("text", ["", "。。。", "国际联播快讯", "各地天气:晴", "\ud800"])
def test_what_tells_nothing_has_no_bands(text: str) -> None:
    """No letters, or too few: such headings come every day."""
    assert bands(None, text) == []


def test_a_new_process_says_the_same() -> None:
    """Bands stand in the index for years: Python's own hashes change with each process."""
    code = f"from shared.text.bands import bands; print(bands({TITLE!r}, {BODY!r}))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == str(bands(TITLE, BODY))


def test_a_release_says_the_same() -> None:
    """Written down on the day they were made: whoever changes them has every item indexed anew."""
    assert bands(TITLE, BODY)[:3] == ["b6bc8361", "598170f3", "cafa5ae1"]


@given(st.text(max_size=300))
def test_any_text_has_keywords(text: str) -> None:
    """At most as many as there are bins, each eight hex digits."""
    found = bands(None, text)
    assert len(found) <= BINS
    assert all(len(band) == 8 and int(band, 16) >= 0 for band in found)


@given(st.text(max_size=300))
def test_equal_shingles_have_equal_numbers(text: str) -> None:
    """One number for every four characters, wherever they stand."""
    plain = letters(text)
    numbers = list(shingles(plain))
    cut = [plain[at : at + LETTERS] for at in range(max(len(plain) - LETTERS + 1, min(len(plain), 1)))]
    assert len(numbers) == len(cut)
    assert [shingles(four)[0] for four in cut] == numbers


def test_a_book_is_read_to_a_bound() -> None:
    """Ten million characters take no longer than the first ten thousand."""
    assert bands(None, BODY * (READ // len(BODY) + 2)) == bands(None, BODY * 100_000)
