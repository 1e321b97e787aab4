"""Names of divisions in, their codes, paths and spellings out: the gazetteer of GB/T 2260. Pure, read once from the data files.

How much a spelling says by itself is its *strength*:

    full      江苏省, 昆山市, 江干区 (a former name): always a division
    short     江苏, 苏州, 昆山: a division unless the words around it say otherwise
    weak      长兴, 来宾, 白银: a county's short name, or an ordinary word; needs its province or city in the text, a neighbour in a list,
              or the place of a headline's subject
    adjacent  浦东, 鼓楼, 城区: only right behind its city or province
"""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

Strength = Literal["full", "short", "weak", "adjacent"]
_ORDER: dict[Strength, int] = {"full": 0, "short": 1, "weak": 2, "adjacent": 3}

_DATA = files("shared.names.data")
_WORDS: Mapping[str, str] = tomllib.loads((_DATA / "divisions.toml").read_text("utf-8"))
_PEOPLE = re.compile(
    rf"(?:(?:{'|'.join(sorted(_WORDS['peoples'].split(), key=len, reverse=True))})族)+(?=自治)|(?:蒙古|哈萨克|柯尔克孜|塔吉克|锡伯)(?=自治)"
)
_ENDING = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|特区|省|市|盟|县|区|旗)$")

WORDS = frozenset(_WORDS["words"].split())
ORDINARY = frozenset(_WORDS["ordinary"].split())
"""Short names of cities that are ordinary words, rivers, seas or parts of other names as well: not names by themselves."""

ABBREVIATIONS: Mapping[str, str] = dict(each.split("=") for each in _WORDS["abbreviations"].split())
"""One-character names of provinces, as on number plates, and their codes."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "长三角": ("310000", "320000", "330000", "340000"),
    "长江三角洲": ("310000", "320000", "330000", "340000"),
    "苏浙沪": ("310000", "320000", "330000"),
    "江浙沪": ("310000", "320000", "330000"),
    "沪苏浙皖": ("310000", "320000", "330000", "340000"),
    "珠三角": ("440000",),
    "珠江三角洲": ("440000",),
    "粤港澳大湾区": ("440000", "810000", "820000"),
    "粤港澳": ("440000", "810000", "820000"),
    "大湾区": ("440000", "810000", "820000"),
    "京津冀": ("110000", "120000", "130000"),
    "京津唐": ("110000", "120000", "130200"),
    "环渤海": ("110000", "120000", "130000", "210000", "370000"),
    "成渝": ("500000", "510000"),
    "成渝地区双城经济圈": ("500000", "510000"),
    "川渝": ("500000", "510000"),
    "闽台": ("350000", "710000"),
    "晋陕蒙": ("140000", "610000", "150000"),
    "鄂湘赣": ("420000", "430000", "360000"),
    "陕甘宁": ("610000", "620000", "640000"),
    "云贵川": ("530000", "520000", "510000"),
    "东三省": ("210000", "220000", "230000"),
    "长江经济带": ("310000", "320000", "330000", "340000", "360000", "420000", "430000", "500000", "510000", "530000", "520000"),
    "长江中游城市群": ("420000", "430000", "360000"),
    "关中平原城市群": ("610000",),
    "中原城市群": ("410000",),
    "北部湾城市群": ("450000", "440000", "460000"),
    "海南自由贸易港": ("460000",),
    "海南自贸港": ("460000",),
    "雄安新区": ("130600",),
}
"""Names of several provinces together, with their members as the State Council's plans for them list them. 雄安新区 has no code of its own yet."""


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
    divisions = {}
    for line in (_DATA / "divisions.tsv").read_text("utf-8").splitlines():
        code, name = line.split("\t")
        divisions[code] = Division(code, name)
    ways: dict[str, list[tuple[Strength, str]]] = {}
    for division in divisions.values():
        for strength, spelling in _spellings(division):
            ways.setdefault(spelling, []).append((strength, division.code))
    for line in (_DATA / "renamed.tsv").read_text("utf-8").splitlines():
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
