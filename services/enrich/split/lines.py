"""Units → the lines among them that may head a story by their looks: bold, in brackets, with a bullet, or just short. Pure.

Each function gives indices within units[lo:hi]; `labels` are the keys of lines that a digest says again and again within its stories.
"""

import itertools
import re
from collections.abc import Sequence

from services.enrich.split.boilerplate import byline, date_line, issue_line
from services.enrich.split.items import SOURCE
from services.enrich.split.parts import FIELD
from services.enrich.split.units import SHORT, Unit

BRACKETED = re.compile(r"^[【〔〖](?!\d+[】〕〗])[^】〕〗]{2,40}[】〕〗]")
_BOXED = re.compile(r"^[【〔〖][^】〕〗]{2,40}[】〕〗]$")
BRACKETS = "【〔〖"
_FRAMES = frozenset("★☆◆◇■□●○▲▼—–-=~*#|｜/·•")
_FRAMED = re.compile(r"^([★☆◆◇■□●○▲▼—–=~*#|｜/·•-])\1*\s*\w[^★☆◆◇■□●○▲▼—–=~*#|｜]{0,15}?\s*\1+$")
LEADING = 5
"""Characters of the shortest bold beginning that is the title of its paragraph, unless said again: 乙卫星入轨 has five, labels fewer."""
TITLED = 6
"""Characters that such beginnings have at least on average."""
LED = 5
"""Characters that at least stand behind it: 协议期五年。 has six."""
FRAME = 24
"""Characters of the longest line that a frame makes the name of a section, frame included."""
_DAY = re.compile(r"^(?:20\d{2}年|去年|今年|本月)?\d{1,2}月\d{1,2}日(?!至|到|起|前|-|—|~)")
_TIME = re.compile(r"^[\[（(【]?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?!\d|[:：%])")
_STAMPS = frozenset("0123456789去今本[（(【")
_NAMED = re.compile(r"^([^:：，,。；;！？!?“”\"（(\s]{2,12})[:：]\s*\S")
_FIELDS = re.compile(
    r"^(?:时间|地点|日期|主题|内容|标题|来源|作者|编辑|摘要|关键词|主办|承办|单位|电话|邮箱|地址|链接|备注|说明|背景|影响|建议|点评|结论|原因|目的|注|问|答|[QA])$"
)
"""What stands before a colon in the fields of a form rather than in briefs."""
FLASH, HEADLINES = 160, 4
"""Characters of the longest line that is a story of its own, and lines without a full stop that at least make a digest: fewer are verse."""
_GOES_ON = re.compile(
    r"^(?:此外|同时|其中|据悉|对此|另外|因此|但|而|他|她|它|该|这|那|目前|不过|随后|记者|另据|与此|为此|当前|未来|首先|其次|最后|总之|综上|[“”（(])"
)
"""What a paragraph begins with that goes on with the story of the one before."""
MOST = 2000
"""Lines that are stories of their own by nothing but their looks; a digest has a hundred."""
BRIEF = 16
"""Characters of the shortest brief that begins with a name and a colon."""
SENTENCE = 10
"""Characters of the shortest line that is a story's text below its title though it does not end like a sentence."""
SECOND_LINE = 60
"""Characters of the longest line of source and day below a title."""
REGULAR = 0.7
"""Share of the pieces between rules that must begin with a title: the last is often the publisher's own foot."""
STAMPED = 0.75
"""Share of a region's lines that must begin with a day before those head briefs: in a story told day by day there are others between."""


def bold(units: Sequence[Unit], labels: set[str], lo: int, hi: int) -> tuple[int, ...]:
    """Short emphasised lines that are neither numbered nor labels within stories."""
    found = []
    for index in range(lo, hi):
        unit = units[index]
        titular = unit.titular or (0 < len(unit.text) <= SHORT and unit.text[-1] in "？?！!" and unit.block.kind != "row")
        if not (unit.block.emphasised and titular and unit.number is None and unit.block.kind != "heading"):
            continue
        if unit.said in labels or unit.text.endswith(("：", ":")) or unit.block.kind in ("list", "quote"):
            continue
        found.append(index)
    return tuple(found)


def bracketed(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """Lines that begin with a title in brackets: 【央行开展逆回购操作】……; where lines that are nothing else begin, only these: 【国内】."""
    opened = (index for index in range(lo, hi) if units[index].text[:1] in BRACKETS and not units[index].heading)
    found = tuple(index for index in opened if BRACKETED.match(units[index].text))
    boxed = tuple(index for index in found if _BOXED.match(units[index].text))
    if len(boxed) >= 2 and boxed[0] == found[0]:
        return boxed
    return found if len(found) >= 3 else ()


def framed(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """Short lines between the same signs, which name sections: ★ 国内政策 ★, —— 要闻 ——."""
    texts = ((index, units[index].block.text) for index in range(lo, hi))
    found = tuple(
        index for index, text in texts if text[:1] in _FRAMES and len(text) <= FRAME and units[index].number is None and _FRAMED.match(text)
    )
    return found if len(found) >= 2 else ()


def signed(unit: Unit) -> bool:
    """May be framed, in brackets, or bulleted."""
    return (unit.text[:1] != "" and unit.text[:1] in BRACKETS) or unit.block.text[:1] in _FRAMES or _bullet(unit) is not None


def led(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """Paragraphs that begin with a bold sentence, where most do: **两市融资余额增加。** 余额1.92万亿元……"""
    solid = [index for index in range(lo, hi) if not units[index].empty]
    found = tuple(index for index in solid if units[index].number is None and _leads(units[index]))
    begun = [units[index].block.text[: units[index].block.strong] for index in found]
    if len(set(begun)) < len(begun) or sum(map(len, begun)) < TITLED * len(begun):
        return ()  # labels
    return found if len(found) >= 2 and len(found) >= 0.5 * len(solid) else ()


def _leads(unit: Unit) -> bool:
    strong = unit.block.strong
    text = unit.block.text
    return LEADING <= strong <= len(text) - LED and (text[strong - 1] in "。：:！？" or text[strong] in "：:")


def stamped(text: str) -> bool:
    """Begins with a day or a time: 2月3日，…; 09:32 …."""
    return text[:1] in _STAMPS and bool(_DAY.match(text) or _TIME.match(text))


def dated(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """Lines that begin with a time, or all with a day: briefs of a chronicle."""
    solid = [index for index in range(lo, hi) if not units[index].empty]
    found = tuple(index for index in solid if stamped(units[index].text))
    timed = sum(1 for index in found if _TIME.match(units[index].text))
    if len(found) < 3 or (timed < len(found) and len(found) < STAMPED * len(solid)):
        return ()
    return found


def ruled(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """The first lines behind rules, where rules part a digest into pieces that begin with a short line and go on."""
    borders = [index for index in range(lo, hi) if units[index].block.kind == "rule"]
    if len(borders) < 2:
        return ()
    pieces = [[index for index in range(first + 1, after) if not units[index].empty] for first, after in itertools.pairwise([lo - 1, *borders, hi])]
    told = [piece for piece in pieces if piece]
    if len(told) >= 3 and all(len(piece) == 1 and units[piece[0]].sentence for piece in told):
        return tuple(piece[0] for piece in told)  # a paragraph for each story
    heads: list[int] = []
    titled = 0
    for number, solid in enumerate(pieces):
        if solid and (heads or number or len(solid) > 1):
            heads.append(solid[0])
            titled += units[solid[0]].titular and len(solid) > 1
    return tuple(heads) if len(heads) >= 2 and titled >= REGULAR * len(heads) else ()


def bulleted(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """Lines that begin with the same bullet as the first of them, at the same depth."""
    bullets = [index for index in range(lo, hi) if (_bullet(units[index]) is not None and not units[index].heading)]
    if not bullets:
        return ()
    first = units[bullets[0]]
    return tuple(i for i in bullets if _bullet(units[i]) == _bullet(first) and units[i].block.level == first.block.level)


def over_titles(units: Sequence[Unit], heads: Sequence[int], hi: int) -> bool:
    """Names of fields under each of which a title stands at once, with another bullet or none: ★ 工作动态 over ◆ 我市召开大会."""
    below = [next((units[index] for index in range(head + 1, hi) if not units[index].empty), None) for head in heads]
    bullets = {_bullet(unit) for unit in below if unit is not None}
    return len(bullets) == 1 and all(
        units[head].titular
        and len(units[head].block.plain) <= FIELD
        and under is not None
        and under.titular
        and _bullet(under) != _bullet(units[head])
        for head, under in zip(heads, below, strict=True)
    )


def _bullet(unit: Unit) -> str | None:
    """The bullet as printed; None for a line without one, such as the second paragraph below one."""
    marker = unit.block.marker
    return None if marker is None or marker.numbered else marker.text


def short(units: Sequence[Unit], labels: set[str], lo: int, hi: int) -> tuple[int, ...]:
    """Short lines with longer text below: titles of a plain digest that neither numbers nor emphasises them."""
    solid = [index for index in range(lo, hi) if not units[index].empty]
    found = []
    solid = [index for index in solid if not _about(units[index].text) and (units[index].said not in labels or not units[index].titular)]
    for index, below in itertools.pairwise(solid):
        unit, text = units[index], units[below].text
        if not unit.titular or unit.block.marker or unit.text.endswith(("：", ":")) or unit.said in labels or unit.block.kind != "paragraph":
            continue
        if not text:
            continue  # a number that nothing follows
        sentence = text[-1] in "。！？" and (len(text) >= min(SENTENCE, 0.8 * len(unit.text)) or bool(_NAMED.match(text)))
        if sentence or (len(text) >= SENTENCE and len(text) >= 1.2 * len(unit.text) and text[-1] in "”」…；）)!?."):
            found.append(index)
    return tuple(found)


def subjects(units: Sequence[Unit], lo: int, hi: int) -> tuple[int, ...]:
    """Lines that all begin with a name of their own and a colon: 甲股份：拟回购……, 乙科技：净利润……"""
    solid = [index for index in range(lo, hi) if not units[index].empty]
    found = tuple((index, match[1]) for index in solid if (match := _NAMED.match(units[index].text)) and not _FIELDS.match(match[1]))
    long = [index for index, _ in found if len(units[index].text) >= BRIEF]
    if not 3 <= len(found) <= MOST or len(found) < len(solid) or len(long) < len(found) or len({name for _, name in found}) < len(found):
        return ()
    return tuple(index for index, _ in found)


def flashes(units: Sequence[Unit], lo: int, hi: int, *, told: bool) -> tuple[int, ...]:
    """Lines of a digest that has one for each story: headlines without a full stop or, where its title tells of such (`told`), paragraphs."""
    solid = [index for index in range(lo, hi) if not units[index].empty]
    texts = [units[index].text for index in solid if units[index].marker is None and units[index].block.kind == "paragraph"]
    if len(texts) < len(solid) or not all(BRIEF // 2 <= len(text) <= FLASH for text in texts) or sum(map(len, texts)) < BRIEF * len(texts):
        return ()
    ended = sum(text[-1] in "。：:" for text in texts)
    if len(texts) > MOST:
        return ()
    if len(texts) >= HEADLINES and not ended:
        return tuple(solid)
    return tuple(solid) if told and len(texts) >= 3 and ended == len(texts) and not any(map(_GOES_ON.match, texts)) else ()


def _about(text: str) -> bool:
    """Says of a story or of the digest where it comes from, of which day or issue it is, above or below its text."""
    return len(text) <= SECOND_LINE and (bool(SOURCE.match(text)) or date_line(text) or issue_line(text) or byline(text))
