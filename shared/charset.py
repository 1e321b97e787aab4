"""Bytes of a text → the charset they are in, decided by their content, or Rejected. Pure.

BOM first, then strict UTF-8, then whichever of the declared charset, GB18030 and Big5 decodes them into what reads like Chinese.
A declaration is only a hint: pages say `gb2312` and send UTF-8, and saved files lose their headers.
"""

import codecs
import re
from collections.abc import Iterator

from shared.errors import Rejected

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

JUDGED = 20_000
"""Characters beyond ASCII that a decoding is judged by: a share over so many does not move any more."""

PLAUSIBLE = 0.55
"""The share of everyday characters (see `_likeness`) below which bytes are no text. Chinese text reaches 0.9 and more, with rare names 0.8;
random bytes under GB18030, where any pair is a character, stay under 0.3."""

CONTROLS = 0.05
"""Share of control characters above which bytes are no text; a stray form feed or escape is."""

DAMAGED = 0.02
"""Share of broken characters up to which text still counts as UTF-8: a cut in the middle of a character, a pasted stray byte."""

# The most frequent characters of modern Chinese in both scripts (都 他 我 … of any frequency count): function words and everyday characters.
_FREQUENT = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运"
    "這個們來為國時會對發後裡種過還進樣動學當沒現經點業將兩間問應戰頭體話產己東聲員論處義認條氣題別變總電數報給結場計資統區隊決達難權設記類據邊張該規萬覺術領確傳師觀讓識帶導爭運開關長機無與從實見華門長億"
)
# Full-width punctuation and forms, CJK punctuation, and what Chinese typography takes from elsewhere.
_PUNCTUATION = frozenset("，。、；：？！“”‘’（）《》〈〉【】「」『』〔〕…—～·％＋－／＝①②③④⑤⑥⑦⑧⑨⑩　℃×÷±°§№★●◆■▲▼○◇□△→←↑↓♦•�")
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)


def decide(data: bytes, declared: str | None = None) -> str:
    """Python's name of the codec that `data` is text under; `declared` is what came with it, if anything.

    Raises Rejected("undecodable") for binaries and for bytes that read as Chinese under no charset.
    """
    for bom, name in BOMS:
        if data.startswith(bom):
            return _checked(data, name)
    if b"\x00" in data:
        if (unmarked := _utf16(data)) is not None:
            return unmarked
        raise Rejected("undecodable", "these bytes hold NUL characters, so they are not text; send the text itself")
    if _controls(data) > CONTROLS:
        raise Rejected("undecodable", "these bytes are mostly control characters, so they are not text; send the text itself")
    decoded = _strict(data, "utf-8")
    # Bytes of a few GB18030 characters can be valid UTF-8 by chance; they are then Latin, Greek or Arabic letters, never Han.
    if decoded is not None and (decoded.isascii() or any(character >= "\u0800" for character in decoded)):
        return "utf-8"
    best, likeness = _best(data, declared)
    if best is not None and likeness >= PLAUSIBLE:
        return best
    if decoded is not None:
        return "utf-8"
    for name in ("utf-8", "gb18030", "big5"):
        if _nearly(data, name):
            return name
    if (unmarked := _utf16(data)) is not None:
        return unmarked
    raise Rejected("undecodable", "these bytes are text in none of UTF-8, UTF-16, GB18030 and Big5; save the file as UTF-8")


def decode(data: bytes, charset: str) -> tuple[str, int]:
    """The text of `data` under `charset`, and how many characters could not be read and stand as U+FFFD. Raises LookupError for no charset."""
    try:
        return data.decode(charset), 0
    except UnicodeDecodeError:
        text = data.decode(charset, "replace")
        return text, text.count("\ufffd")


def _checked(data: bytes, name: str) -> str:
    text = data.decode(name, "replace")
    if text.count("\ufffd") > max(1, DAMAGED * len(text)):
        raise Rejected("undecodable", f"these bytes begin with the mark of {name} but are not text in it; save the file as UTF-8")
    return name


def _controls(data: bytes) -> float:
    """The share of control characters other than tab, line ends, form feed and escape."""
    rest = data.translate(None, bytes(range(0x20)).translate(None, b"\t\n\r\x0c\x1b") + b"\x7f")
    return (len(data) - len(rest)) / max(1, len(data))


def _candidates(data: bytes, declared: str | None) -> Iterator[str]:
    names = [declared or ""]
    if meta := _META.search(data[:4096]):
        names.append((meta[1] or meta[2]).decode("ascii"))
    for name in names:
        try:
            codec = codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
        # gb2312 and gbk are subsets of gb18030: what calls itself so often holds characters beyond them.
        yield {"gb2312": "gb18030", "gbk": "gb18030", "hz": "gb18030"}.get(codec, codec)
    yield from ("gb18030", "big5", "cp950", "big5hkscs")


def _best(data: bytes, declared: str | None) -> tuple[str | None, float]:
    best: str | None = None
    highest = -1.0
    for name in dict.fromkeys(_candidates(data, declared)):
        try:
            text = _strict(data, name)
        except (LookupError, TypeError):  # a codec that is none of text, such as base64
            continue
        if text is None:
            continue
        likeness = _likeness(text)
        if likeness > highest:
            best, highest = name, likeness
    return best, highest


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeError:
        return None


def _utf16(data: bytes) -> str | None:
    """Which UTF-16 bytes without a mark are in: every line end and Latin letter of such a text holds a NUL."""
    for name in ("utf-16-le", "utf-16-be"):
        text = _strict(data, name)
        if text is not None and "\x00" not in text and _controls(text.encode()) <= CONTROLS and _likeness(text) >= PLAUSIBLE:
            return name
    return None


def _nearly(data: bytes, name: str) -> bool:
    """Whether bytes are text in a charset but for a few that are broken."""
    text = data.decode(name, "replace")
    beyond = sum(1 for character in text if character >= "\u0080")
    broken = text.count("\ufffd")
    return beyond >= 20 and broken <= DAMAGED * beyond + 1 and _likeness(text) >= PLAUSIBLE


def _likeness(text: str) -> float:
    """How much the characters beyond ASCII read like Chinese: at most 1.

    A frequent character or Chinese punctuation counts 1.2, one of the first level of GB 2312-80 (3,755 everyday ones) or of
    Big5 (5,401) 0.85, another Han character 0.25; kana, private use and the rest count against it.
    """
    total = count = 0.0
    for character in text:
        if character < "\u0080":
            continue
        count += 1
        if character in _FREQUENT or character in _PUNCTUATION:
            total += 1.2
        elif "\u4e00" <= character <= "\u9fff":
            total += 0.85 if _everyday(character) else 0.25
        elif "\uff01" <= character <= "\uff5e" or "\u2010" <= character <= "\u2027":
            total += 0.8
        elif "\u3040" <= character <= "\u30ff" or "\ue000" <= character <= "\uf8ff":
            total -= 1.0
        elif character < "\u0250" or character >= "\U0001f300":
            total += 0.4  # accented Latin, emoji
        else:
            total -= 0.3
        if count >= JUDGED:
            break
    return min(1.0, total / count) if count else 1.0


def _everyday(character: str) -> bool:
    """In the first level of GB 2312-80 (rows 16 to 55) or of Big5 (A440 to C67E)."""
    for codec, first, last in (("gb2312", 0xB0A1, 0xD7F9), ("big5", 0xA440, 0xC67E)):
        try:
            code = int.from_bytes(character.encode(codec), "big")
        except UnicodeEncodeError:
            continue
        if first <= code <= last:
            return True
    return False
