"""The beginning of a line → its marker: numbering or bullet, its style and number. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

DIGITS = {character: index for index, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
DIGITS |= {character: index for index, character in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
_CIRCLED = {chr(first + offset): offset + number for first, number, count in
            ((0x2460, 1, 20), (0x2776, 1, 10), (0x24F5, 1, 10), (0x2780, 1, 10), (0x278A, 1, 10), (0x3251, 21, 15))
            for offset in range(count)}  # fmt: skip
_CIRCLED |= {"⓪": 0, "🔟": 10}
_ROMAN = {chr(0x2160 + offset): offset + 1 for offset in range(12)}
_HAN = "[一二三四五六七八九十百〇零]{1,4}"
_FORMAL = "[壹贰叁肆伍陆柒捌玖拾]{1,3}"
_TENS = {"十": 10, "拾": 10, "百": 100}
_NEWS = "新闻|资讯|要闻|快讯|消息|热点|头条|信息|简讯"
_WIDE = {0xFF10 + digit: str(digit) for digit in range(10)}
_FRAME = r"[-—–/／|｜\\<>《》〈〉=~*·•#\s]{0,6}"

BULLETS = "•·●◆■▲▼○◇□△★☆▶►▷▸➤➢➣»※◎⊙▪▫◼◻✦✧❖✔✅☑❤♦♠🔹🔸🔷🔶-–—*+"

# Each pattern names its style; the first that matches wins. The group `n` is the number.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (style, re.compile(pattern, re.IGNORECASE))
    for style, pattern in (
        ("keycap", r"(?P<n>(?:[0-9]\ufe0f?\u20e3)+)\s*[.、:：]?\s*"),
        ("part", r"(?:part|no|vol|chapter|topic|top)\s*[.．·#]?\s*(?P<n>\d{1,3})(?!\d|[.．:：/-]\d)\s*[.、:：|｜丨]?\s*"),
        ("roman", r"(?P<n>[IVX]{1,5})\s*(?:[.．](?:\s+|(?=[\u4e00-\u9fff《“【]))|、\s*)"),
        ("letter", r"(?P<n>[A-H])\s*(?:[.．](?:\s+|(?=[\u4e00-\u9fff《“【]))|、\s*)"),
        ("named", rf"(?:{_NEWS})\s?(?P<n>\d{{1,2}}|{_HAN})(?:\s*[:：、.．|｜丨]\s*|\s+|$)"),
        ("named", r"(?:排名|排行|名次|排序)\s*(?P<n>\d{1,3})\s*[:：、.．|｜]?\s*"),
        ("di", rf"第\s*(?P<n>\d{{1,3}}|{_HAN})\s*(?:[条则章节]|部分|篇章)\s*[、:：.]?\s*"),
        ("han", rf"(?P<n>{_HAN})\s*(?:[、．.]|[,，](?=\S))\s*"),
        ("han", rf"(?P<n>{_HAN})$"),
        ("formal", rf"(?P<n>{_FORMAL})\s*(?:[、．.:：]\s*|\s|$)"),
        ("han_paren", rf"[（(【\[]\s*(?P<n>{_HAN})\s*[）)】\]]\s*[、.]?\s*"),
        ("paren", r"[（(]\s*(?P<n>\d{1,3})\s*[）)]\s*[、.．]?\s*"),
        ("square", r"[【\[〔]\s*(?P<n>\d{1,3})\s*[】\]〕]\s*[、.．]?\s*"),
        ("half_paren", r"(?P<n>\d{1,3})\s*[）)]\s*[、.]?\s*"),
        ("comma", r"(?P<n>\d{1,3})\s*[、丶﹑､]\s*"),
        ("decimal", r"\d{1,2}[.．](?P<n>\d{1,2})(?:\s+(?=[\u4e00-\u9fff《“「【A-Z])(?![亿万千百元点个倍])|、\s*)"),
        ("dot", r"(?P<n>\d{1,3})\s*[.．](?![\d])\s*"),
        ("tight", r"(?P<n>\d{1,3})[.．](?=\d)(?!\d+[.．][\dx])"),  # 15.3.x and 3.2.1 are versions
        ("bar", r"(?P<n>\d{1,3})\s*[|｜丨/／]\s*(?=\D)"),
        ("colon", r"(?P<n>\d{1,2})\s*[:：]\s*(?=\D)"),
        ("hash", r"#\s*(?P<n>\d{1,3})(?!\d)\s*[.、:：]?\s*"),
        ("alone", rf"{_FRAME}(?P<n>\d{{1,2}}){_FRAME}$"),
        ("alone", r"(?P<n>\d{1,2})\s*[/／]\s*\d{1,2}$"),
        ("framed_han", rf"[—–-]{{1,3}}\s*(?P<n>{_HAN})\s*[—–-]{{1,3}}$"),
        ("padded", r"(?P<n>0\d)(?=[\s\u4e00-\u9fff《“「【A-Za-z])\s*"),
        ("space", r"(?P<n>\d{1,2})\s+(?=[\u4e00-\u9fff《“「【A-Z])(?![年月日号时点分秒个家亿万次名人元岁天周条项款位只台辆届度级倍成])"),
    )
)
_BULLET = re.compile(
    rf"(?![★☆⭐\U0001f31f]\ufe0f?[★☆⭐\U0001f31f])(?:[{re.escape(BULLETS)}]|[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d\u2640\u2642\U0001f3fb-\U0001f3ff]*)+\s*"
)
_HAN_DIGITS = "〇零一二三四五六七八九十百"
_FIRST = {
    "part": "PpNnVvCcTt", "roman": "IVXivx", "letter": "ABCDEFGHabcdefgh", "di": "第", "han": _HAN_DIGITS, "formal": "壹贰叁肆伍陆柒捌玖拾",
    "han_paren": "（(【[", "paren": "（(", "square": "【[〔", "hash": "#", "alone": "0123456789-—–/／|｜<>《〈=~*·•#",
    "framed_han": "—–-",
    "named": "".join(sorted({name[0] for name in _NEWS.split("|")} | set("排名"))),
}  # fmt: skip
"""What a line begins with that a pattern can match; the others begin with a figure."""
_BY_FIRST: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    first: tuple((style, pattern) for style, pattern in _PATTERNS if first in _FIRST.get(style, "0123456789"))
    for first in sorted({character for firsts in (*_FIRST.values(), "0123456789") for character in firsts})
}


@dataclass(frozen=True, slots=True)
class Marker:
    """What a line begins with; `length` characters of it, white space behind included."""

    style: str
    number: int | None
    """None for a bullet."""
    text: str
    """The number or bullet as printed, without punctuation."""
    length: int

    @property
    def numbered(self) -> bool:
        """A number rather than a bullet."""
        return self.number is not None


def number_of(written: str) -> int | None:
    """The value of `3`, `十二`, `3️⃣`; None when it is none."""
    digits = "".join(character for character in written if character.isdecimal() and character.isascii())
    if digits:
        return int(digits)
    if not written or any(character not in DIGITS and character not in _TENS for character in written):
        return None
    total = digit = 0
    for character in written:
        if character in _TENS:
            total += (digit or 1) * _TENS[character]
            digit = 0
        else:
            digit = DIGITS[character]
    return total + digit


def _roman(written: str) -> int | None:
    values = [{"I": 1, "V": 5, "X": 10}[character] for character in written.upper()]
    return sum(-value if any(later > value for later in values[at + 1 : at + 2]) else value for at, value in enumerate(values))


def _letter(written: str) -> int | None:
    return ord(written.upper()) - ord("A") + 1


_VALUES: dict[str, Callable[[str], int | None]] = {"roman": _roman, "letter": _letter}


def marker_of(text: str) -> Marker | None:
    """The marker that `text` (without leading white space) begins with, or None."""
    if not text:
        return None
    first = text[0]
    circled = _CIRCLED.get(first) or _ROMAN.get(first)
    if circled is not None:
        end = 1
        while end < len(text) and text[end] in " 　、.．:：\ufe0f":
            end += 1
        return Marker("circled" if first in _CIRCLED else "roman", circled, first, end)
    if patterns := _BY_FIRST.get(first.translate(_WIDE)):
        head = text[:48].translate(_WIDE)
        for style, pattern in patterns:
            if (
                (match := pattern.match(head))
                and (number := _VALUES.get(style, number_of)(match["n"])) is not None
                and (number or first == "0" or style == "keycap")
            ):
                if style == "alone" and len(text) > 12:
                    continue
                if style == "dot" and match["n"].startswith("0"):
                    style = "padded"
                return Marker(style, number, str(number) if style == "keycap" else match["n"], match.end())
    if (match := _BULLET.match(text[:48])) and match.end() < len(text):
        return Marker("bullet", None, match[0].strip(), match.end())
    return None
