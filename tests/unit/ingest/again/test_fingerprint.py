"""What counts as the same content, and what merely resembles it."""

import codecs
import re
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.accept import Submission, accept
from services.ingest.again.fingerprint import fingerprint, folded
from tests.sizes import examples

TEXT = "江苏要闻\n1、昆山:将新增(近)零碳工厂10家\n2月3日,CO2减排3.5%,发布《行动方案》。"


@pytest.mark.parametrize(
    "same",
    [
        f"\ufeff{TEXT}",
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        f"{TEXT}\n\n",
        f"\n\u3000\u3000{TEXT}",
        TEXT.replace("昆山", "昆 \t\xa0山"),
        TEXT.replace("新增", "新\u200b增"),
        TEXT.replace("10家", "10 家").replace("CO2减", "CO2 减"),
        "江苏要闻\n１、昆山：将新增（近）零碳工厂１０家\n２月３日，ＣＯ２减排３．５％，发布《行动方案》。",
        TEXT.replace("。", "｡"),
    ],
)
def test_the_same_in_another_form(same: str) -> None:
    """White space, byte order mark, line ends, width."""
    assert fingerprint(same) == fingerprint(TEXT)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (TEXT, TEXT.replace("10", "11")),
        (TEXT, TEXT.replace("。", "")),
        (TEXT, TEXT.replace("零碳工厂", "零碳工廠")),
        (TEXT, TEXT.replace("CO2", "co2")),
        ("面积10²", "面积102"),
        ("①昆山", "1昆山"),
        ("CO₂", "CO2"),
        ("昆山，太仓", "昆山、太仓"),
        ("“双碳”", '"双碳"'),
        ("3.5", "3。5"),
        ("1 23", "12 3"),
        ("收1\n２亿", "收12亿"),
        ("Net Zero", "NetZero"),
    ],
)
def test_what_resembles_is_other_content(text: str, other: str) -> None:
    """Figures, traditional characters, case, indices, marks and blanks in figures say something else."""
    assert fingerprint(text) != fingerprint(other)


def test_halves_of_kana_and_accents_are_composed() -> None:
    """Half width writes a voiced kana in two characters, some keyboards an accent."""
    assert folded("ｶﾞ") == "ガ"
    assert folded("Cafe\u0301") == "Café"


def test_bytes_are_compared_as_they_are() -> None:
    """A binary's white space is none."""
    assert fingerprint(b"%PDF a") != fingerprint(b"%PDF  a")


WIDE = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
SPACES = st.sampled_from(["", " ", "\n", "\r\n", "\r", "\t", "\u3000", "\xa0", "\ufeff", "\u200b"])
CHARACTERS = st.one_of(st.characters(min_codepoint=0x21, max_codepoint=0x7E), st.sampled_from("江苏昆山零碳廠厂。、《》²①🟡é"))
TEXTS = st.text(CHARACTERS, min_size=1, max_size=40)


@settings(max_examples=examples(short=60, long=20_000), deadline=None)
@given(text=TEXTS, data=st.data())
def test_any_spacing_and_width_is_the_same(text: str, data: st.DataObject) -> None:
    """Each character by itself in either width, anything blank before and behind it but between two letters or digits."""
    said = ""
    for before, one in zip(f" {text}", f"{text} ", strict=True):
        together = (before + one).isascii() and before.isalnum() and one.isalnum()
        said += ("" if together else data.draw(SPACES)) + (one.translate(WIDE) if data.draw(st.booleans()) else one)
    assert fingerprint(said) == fingerprint(text)


@settings(max_examples=examples(short=60, long=20_000), deadline=None)
@given(text=TEXTS, place=st.integers(min_value=0), put=st.sampled_from("山0a。²"))
def test_any_further_character_is_another(text: str, place: int, put: str) -> None:
    """Wherever it stands; also one that is left out."""
    at = place % (len(text) + 1)
    assert fingerprint(text[:at] + put + text[at:]) != fingerprint(text)


def _forms() -> dict[str, str]:
    parts = {chr(code): unicodedata.decomposition(chr(code)).split() for code in range(0x3000, sys.maxunicode + 1)}
    wide = {one: "".join(chr(int(part, 16)) for part in found[1:]) for one, found in parts.items() if found[:1] in (["<wide>"], ["<narrow>"])}
    return wide | dict.fromkeys("\u200b\u2060\ufeff", "")


FORMS = _forms()
NEWS = st.text(st.one_of(st.characters(), st.sampled_from([*FORMS, *"，：（） a1\u0301\n"])), max_size=30)


@settings(max_examples=examples(short=200, long=20_000), deadline=None)
@given(NEWS)
def test_what_is_known_faster_is_the_same(text: str) -> None:
    """As each character looked up, as records hold fingerprints of it."""
    usual = "".join(FORMS.get(one, one) for one in text)
    blanks = re.sub(r"(?<=[0-9A-Za-z]) (?=[0-9A-Za-z])", "\n", " ".join(usual.split()))
    assert folded(text) == unicodedata.normalize("NFC", blanks.replace(" ", "").replace("\n", " "))


def _print_of(content: bytes, media_type: str = "text/plain") -> str | None:
    return accept(Submission(content, source="a", media_type=media_type), revision=1770343200123, max_bytes=10_000)[0].fingerprint


def test_charsets_are_read_before() -> None:
    """GB18030, UTF-16 and UTF-8 with its mark are one text."""
    prints = {
        _print_of(data)
        for data in (
            TEXT.encode(),
            TEXT.encode("gb18030"),
            codecs.BOM_UTF8 + TEXT.encode(),
            TEXT.encode("utf-16"),
        )
    }
    assert prints == {fingerprint(TEXT)}


def test_what_cant_be_decoded_is_compared_by_its_bytes() -> None:
    """Two broken characters look alike in the text, and are not."""
    long = TEXT.encode() * 10
    assert _print_of(long + b"\xff") != _print_of(long + b"\xfe")


def test_a_saved_page_is_the_same_with_other_line_ends() -> None:
    """As mail programs change them."""
    page = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>a</p>\n--x--\n"
    assert _print_of(page, "multipart/related") == _print_of(page.replace(b"\n", b"\r\n"), "multipart/related")
