"""Bytes → charset, by content."""

import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.charset import decide, decode
from shared.errors import Rejected

SIMPLIFIED = "2月3日,常州市人民政府印发《常州市支持工业企业增资扩产三年行动方案(2026—2028年)》。"
TRADITIONAL = "經濟部公布今年第三季工業生產指數,年增百分之四點五,創下歷年同期新高。"


@pytest.mark.parametrize(
    ("text", "charset", "decided"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (TRADITIONAL + "\r\n", "utf-16-be", "utf-16-be"),
        ("plain ASCII\n", "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "utf-8", "utf-8"),
        ("昆山", "gb18030", "gb18030"),
        ("plain ASCII", "ascii", "utf-8"),
        ("炘隆超净🟡", "gb18030", "gb18030"),
    ],
)
def test_charset_is_decided_by_content(text: str, charset: str, decided: str) -> None:
    """Each charset that digests come in is told from the others."""
    data = text.encode(charset)
    assert decide(data) == decided
    assert decode(data, decide(data))[0] == text


def test_a_wrong_declaration_does_not_mislead() -> None:
    """UTF-8 that is declared as GB2312 is UTF-8, and the other way round."""
    assert decide(SIMPLIFIED.encode(), "gb2312") == "utf-8"
    assert decide(SIMPLIFIED.encode("gb18030"), "utf-8") == "gb18030"
    assert decide(b'<meta charset="utf-8">' + SIMPLIFIED.encode("gb18030")) == "gb18030"


def test_a_declaration_that_is_no_charset_is_ignored() -> None:
    """Names of no codec, or of one that is not of text, count as nothing."""
    for name in ("klingon", "base64", "\u4e2d\u6587", "x" * 300):
        assert decide(SIMPLIFIED.encode("gb18030"), name) == "gb18030"


def test_text_with_one_broken_character_is_still_utf8() -> None:
    """A cut in the middle of a character leaves one that can't be read."""
    data = (SIMPLIFIED * 3).encode()[:-1]
    assert decide(data) == "utf-8"
    assert decode(data, "utf-8")[1] == 1


@pytest.mark.parametrize(("text", "charset"), [(SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5")])
def test_text_with_one_broken_character_is_still_text(text: str, charset: str) -> None:
    """A stray byte costs a character or two and not the digest."""
    data = (text + "\n").encode(charset) * 3
    broken = data[:50] + b"\xff" + data[50:]
    assert decide(broken) == charset
    read, count = decode(broken, charset)
    assert 0 < count < 5
    assert text in read


@pytest.mark.parametrize("data", [b"PK\x03\x04\x00\x00", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"\x01\x02\x03\x04", b"\xff\xff\xff\xff"])
def test_binaries_are_refused(data: bytes) -> None:
    """What is no text says so in plain words."""
    with pytest.raises(Rejected) as raised:
        decide(data)
    assert raised.value.kind == "undecodable"


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_refused(seed: int) -> None:
    """No charset makes text of noise."""
    noise = random.Random(seed)
    for low in (1, 0x20, 0x80):
        data = bytes(noise.randrange(low, 256) for _ in range(400))
        with pytest.raises(Rejected):
            decide(data)


@given(st.text(alphabet=sorted(set(SIMPLIFIED) - set("—《》,0123456789()日")), min_size=6))
def test_round_trip_in_simplified_charsets(text: str) -> None:
    """What is written in UTF-8, UTF-16 or GB18030 is read back as it was."""
    for charset in ("utf-8", "utf-16", "gb18030"):
        data = text.encode(charset)
        assert decode(data, decide(data))[0] == text


@given(st.text(alphabet=sorted(set(TRADITIONAL)), min_size=12))
def test_round_trip_in_big5(text: str) -> None:
    """Traditional text in Big5 is not taken for GB18030."""
    data = (TRADITIONAL + text).encode("big5")
    assert decode(data, decide(data))[0] == TRADITIONAL + text


@given(st.binary(max_size=300))
def test_anything_is_decided_or_refused(data: bytes) -> None:
    """Never another error than Rejected, and never a charset that can't decode."""
    with suppress(Rejected):
        assert isinstance(decode(data, decide(data))[0], str)
