"""Names of divisions in, their codes, paths and spellings out: the gazetteer of GB/T 2260. Pure, read once from the data files.

How much a spelling says by itself is its *strength*:

    full      江苏省, 昆山市, 江干区 (a former name): always a division
    short     江苏, 苏州, 昆山: a division unless the words around it say otherwise
    weak      长兴, 来宾, 白银: a county's short name, or an ordinary word; needs its province or city in the text, a neighbour in a list,
              or the place of a headline's subject
    adjacent  浦东, 鼓楼, 城区: only right behind its city or province
"""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

from services.enrich.entities.lexicon import lexicon
from services.enrich.entities.words import any_of

Strength = Literal["full", "short", "weak", "adjacent"]
_ORDER: dict[Strength, int] = {"full": 0, "short": 1, "weak": 2, "adjacent": 3}

_PEOPLES = lexicon("divisions", "peoples")
_PEOPLE = re.compile(rf"(?:{any_of(_PEOPLES)}族)+(?=自治)|(?:蒙古|哈萨克|柯尔克孜|塔吉克|锡伯)(?=自治)")
_ENDING = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|特区|省|市|盟|县|区|旗)$")

WORDS = set(lexicon("divisions", "words"))
ORDINARY = frozenset(lexicon("divisions", "ordinary"))
"""Short names of cities that are ordinary words, rivers, seas or parts of other names as well: not names by themselves."""


class Division(NamedTuple):
    """A division of county level or above."""

    code: str
    name: str

    @property
    def level(self) -> int:
        """1 province, 2 prefecture, 3 county."""
        return 1 if self.code.endswith("0000") else 2 if self.code.endswith("00") else 3


class Spelling(NamedTuple):
    """What one spelling may stand for."""

    strength: Strength
    codes: tuple[str, ...]
    every: tuple[str, ...]
    """Also those that it names only behind their city or province: 朝阳 behind 北京."""


class Gazetteer(NamedTuple):
    """All divisions by code, and all spellings."""

    divisions: dict[str, Division]
    spellings: dict[str, Spelling]

    def path(self, code: str) -> list[Division]:
        """From the province down to the division itself."""
        codes = dict.fromkeys((code[:2] + "0000", code[:4] + "00", code))
        return [self.divisions[c] for c in codes if c in self.divisions]

    def ancestors(self, code: str) -> set[str]:
        """Codes of the divisions that `code` lies in, without itself."""
        return {division.code for division in self.path(code)} - {code}


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The one gazetteer, built at first use (about 40 ms)."""
    data = files("services.enrich.data")
    divisions = {}
    for line in (data / "divisions.tsv").read_text("utf-8").splitlines():
        code, name = line.split("\t")
        divisions[code] = Division(code, name)
    ways: dict[str, list[tuple[Strength, str]]] = {}
    for division in divisions.values():
        for strength, spelling in _spellings(division):
            ways.setdefault(spelling, []).append((strength, division.code))
    for line in (data / "renamed.tsv").read_text("utf-8").splitlines():
        name, code = line.split("\t")
        ways.setdefault(name, []).append(("full", code))
        short = _ENDING.sub("", name)
        if len(short) >= 2:
            ways.setdefault(short, []).append(("adjacent" if name.endswith("区") else "weak", code))
    return Gazetteer(divisions, {spelling: _strongest(found) for spelling, found in ways.items()})


def _strongest(found: list[tuple[Strength, str]]) -> Spelling:
    """Of several meanings the strongest stand, and of those the one that holds the others: 吉林 is the province, 恩施 the prefecture."""
    best = min(_ORDER[strength] for strength, _ in found)
    every = tuple(dict.fromkeys(code for _, code in found))
    codes = tuple(dict.fromkeys(code for strength, code in found if _ORDER[strength] == best))
    provinces = tuple(code for code in codes if code.endswith("0000"))
    holders = tuple(code for code in codes if code.endswith("00") and all(other[:4] == code[:4] for other in codes))
    return Spelling(next(s for s in _ORDER if _ORDER[s] == best), provinces or holders or codes, every)


def _spellings(division: Division) -> list[tuple[Strength, str]]:
    name, level = division.name, division.level
    # A county or district of two characters whose first is a direction is an ordinary word: 东区, 城区, 矿区.
    ordinary = level == 3 and (
        name in {"城区", "矿区", "郊区", "新区", "市区", "市中区", "城中区", "城东区", "城西区", "城北区", "老城区", "新城区", "新市区", "中西区"}
        or (len(name) == 2 and name[1] == "区")
    )
    found: list[tuple[Strength, str]] = [("adjacent" if ordinary else "full", name)]
    # 西藏 and 内蒙古 keep the people's name that is part of theirs.
    bare = re.sub("壮族|回族|维吾尔", "", name) if level == 1 else _PEOPLE.sub("", name)
    short = _ENDING.sub("", bare)
    if len(short) < 2 or ordinary:
        return found
    if "自治州" in name:
        found.append(("full", short + "州"))
    if "自治县" in name:
        found.append(("full", short + "县"))
    if short in ORDINARY:
        found.append(("adjacent", short))
    elif name.endswith("市") or (level < 3 and not name.endswith("县")):
        found.append(("weak" if short in WORDS and level > 1 else "short", short))
    elif name.endswith("区") and not name.endswith("林区"):
        found.append(("adjacent", short.removesuffix("新") if len(short) > 2 else short))
    else:
        found.append(("weak", short))
    return found
