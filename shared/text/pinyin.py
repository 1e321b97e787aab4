"""Text → the pinyin of each of its characters, without tones; what somebody typed in letters → the same form. Pure.

Characters are read as pypinyin's tables say, a character of several readings as in the longest phrase of theirs, or name of ours, that it stands in:
重庆 chong qing, 重点 zhong dian. pypinyin itself takes 156 µs for 甘肃省发展和改革委员会办公室; this takes 5.

ü is written u in both forms, so that luliang, lvliang, lüliang and lyuliang all are 吕梁.
"""

import re
import unicodedata
from functools import cache
from operator import add

NAMES = (
    "长三角 chang san jiao|长治 chang zhi|长宁 chang ning|长垣 chang yuan|长乐 chang le|长葛 chang ge|长汀 chang ting|长丰 chang feng|长泰 chang tai|"
    "六安 lu an|六合区 lu he qu|井陉 jing xing|洪洞 hong tong|浚县 xun xian|莘县 shen xian|单县 shan xian|黟县 yi xian|漯河 luo he|解州 hai zhou|"
    "朝阳区 chao yang qu|朝阳市 chao yang shi|朝阳 chao yang|乐陵 lao ling|乐亭 lao ting|乐清 yue qing|繁峙 fan shi|任县 ren xian|任丘 ren qiu|"
    "任城 ren cheng|任泽 ren ze|东阿 dong e|阿城 a cheng|曾都 zeng du|尧都 yao du|郫都 pi du|花都 hua du|望都 wang du|于都 yu du|昌都 chang du|"
    "武都 wu du|宜都 yi du|丰都 feng du|成都 cheng du|都匀 du yun|都安 du an|都昌 du chang|大埔 da bu|大城县 dai cheng xian|北碚 bei bei|"
    "筠连 jun lian|珙县 gong xian|涡阳 guo yang|蔚县 yu xian|铅山 yan shan|番禺 pan yu|枞阳 zong yang|尉犁 yu li|台州 tai zhou|天台 tian tai|"
    "丽水 li shui|蚌埠 beng bu|厦门 xia men|大厦 da sha|吴堡 wu bu|十里堡 shi li pu|调兵山 diao bing shan|仙居 xian ju|石柱 shi zhu|新华 xin hua|"
    "中牟 zhong mu|牟平 mu ping|会稽 kuai ji|茌平 chi ping|柘城 zhe cheng|鄄城 juan cheng|泌阳 bi yang|侯马 hou ma|闽侯 min hou|"
    "合川 he chuan|万载 wan zai|宁远 ning yuan|宁德 ning de|行唐 xing tang|太行 tai hang|重庆 chong qing|沈阳 shen yang|般阳 pan yang|"
    "闵行 min hang|中核 zhong he|华为 hua wei|行长 hang zhang|中行 zhong hang|农行 nong hang|工行 gong hang|建行 jian hang|央行 yang hang|"
    "人行 ren hang|发改委 fa gai wei|国调 guo diao|省调 sheng diao|电调 dian diao|调峰 tiao feng|调频 tiao pin|调控 tiao kong|重整 chong zheng|"
    "重卡 zhong ka"
)
"""Names that pypinyin 0.55 reads otherwise or not at all, as they are read by those who live there (divisions: GB/T 2260 and local usage)."""

USUAL = {"长": "chang", "都": "du", "曾": "zeng", "沈": "shen", "浍": "kuai"}
"""Readings that are the usual ones in names and news where no phrase says otherwise; pypinyin has zhang, dou, ceng first."""

_MARKS = str.maketrans(
    "āáǎàēéěèêīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿ",
    "aaaaeeeeeiiiioooouuuuuuuuunnnm",
    "\u0304\u0301\u030c\u0300",  # tones that stand by themselves: ê̄
)
_HEARD = re.compile(r"([ln])v|lyu|^nyu")
_JOINING = re.compile(r"[\s'’]+")


class _Readings(dict[str, str]):
    """Character → its reading; letters and digits are their own, whatever else has none."""

    def __missing__(self, character: str) -> str:
        plain = unicodedata.normalize("NFKC", character).lower()
        reading = plain if plain.isalnum() else ""
        self[character] = reading
        return reading


def toneless(reading: str) -> str:
    """`lǚ` → `lu`."""
    return unicodedata.normalize("NFC", reading).translate(_MARKS)


@cache
def _tables() -> tuple[_Readings, dict[str, tuple[str, ...]], dict[str, tuple[int, ...]]]:
    """Readings by character; readings by phrase, where they differ; those phrases' lengths by their first two characters.

    Made with the first use, in half a second.
    """
    from pypinyin.phrases_dict import phrases_dict
    from pypinyin.pinyin_dict import pinyin_dict

    readings = _Readings((chr(code), toneless(several.split(",")[0])) for code, several in pinyin_dict.items())
    readings.update(USUAL)
    phrases: dict[str, tuple[str, ...]] = {}
    for phrase, said in phrases_dict.items():
        read = tuple(toneless(one[0]) for one in said)
        if 2 <= len(read) == len(phrase) <= LONGEST and any(readings[character] != one for character, one in zip(phrase, read, strict=True)):
            phrases[phrase] = read
    for name in NAMES.split("|"):
        phrase, _, spelt = name.partition(" ")
        phrases[phrase] = tuple(spelt.split())
    lengths: dict[str, set[int]] = {}
    for phrase in phrases:
        lengths.setdefault(phrase[:2], set()).add(len(phrase))
    return readings, phrases, {pair: tuple(sorted(found, reverse=True)) for pair, found in lengths.items()}


LONGEST = 4
"""Characters of a phrase: longer ones are proverbs."""


def syllables(text: str) -> list[str]:
    """For each character its reading: `kun` for 昆, itself in lower case for a letter or digit, nothing for whatever else."""
    readings, phrases, lengths = _tables()
    read = [readings[character] for character in text]
    end = 0
    for at, pair in enumerate(map(add, text, text[1:])):
        found = lengths.get(pair)
        if found is None or at < end:
            continue
        for length in found:
            said = phrases.get(text[at : at + length])
            if said:
                end = at + length
                read[at:end] = said
                break
    return read


def typed(text: str) -> str:
    """Letters as somebody types pinyin → how `syllables` writes them, joined: `Lü'an`, `lv an` → `luan`."""
    plain = _JOINING.sub("", unicodedata.normalize("NFKC", text).lower())
    return _HEARD.sub(lambda match: (match[1] or match[0][0]) + "u", toneless(plain))


WAYS = 8
"""Ways to cut letters into syllables that are followed: xianan has four, and nobody types what has more than eight."""

MOST_LETTERS = 120
"""Letters that are cut at all: the longest names have some twenty characters, of at most six letters."""


@cache
def _syllables() -> tuple[frozenset[str], frozenset[str]]:
    """All syllables, and all their beginnings."""
    readings = {reading for character, reading in _tables()[0].items() if not character.isascii()}
    every = frozenset(reading for reading in readings if reading.isascii() and reading.isalpha() and re.search("[aeiou]", reading))
    return every, frozenset(reading[:end] for reading in every for end in range(1, len(reading) + 1))


def cut(letters: str) -> tuple[str, ...]:
    """Joined pinyin cut into syllables, each with a capital, the last perhaps a beginning only: `kuns` → `KunS`, `xian` → `Xian`, `XiAn`.

    Nothing for what is longer than any name.
    """
    every, beginnings = _syllables()
    ways: list[str] = []
    dead: set[int] = set()

    def follow(at: int, said: str) -> None:
        if len(ways) == WAYS or at in dead:
            return
        known = len(ways)
        if letters[at:] in beginnings:
            ways.append(said + letters[at:].title())
        for end in range(min(len(letters) - 1, at + 6), at, -1):
            if letters[at:end] in every:
                follow(end, said + letters[at:end].title())
        if len(ways) == known:
            dead.add(at)  # what cannot be cut from here on need not be tried again: ananan…z has millions of ways to fail

    if len(letters) <= MOST_LETTERS:
        follow(0, "")
    return tuple(ways)
