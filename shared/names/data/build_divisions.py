"""Public lists of administrative divisions in, `divisions.tsv` and `renamed.tsv` out.

Sources (see SOURCE.md for licences and commits), to be fetched before this is run:

    https://raw.githubusercontent.com/modood/Administrative-divisions-of-China/57a0aa9cef47169a2eb74cf057b0245052a34e8c/dist/{provinces,cities,areas}.csv
    https://raw.githubusercontent.com/dongrixinyu/JioNLP/783abc5237e05f25aea2a11dcc2ae2e0e9f4cd23/jionlp/dictionary/china_location_change.txt

    python -m shared.names.data.build_divisions FOLDER_OF_CSV china_location_change.txt
"""

import csv
import sys
from pathlib import Path

HERE = Path(__file__).parent

NOT_DIVISIONS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
"""Rows that only group others and have no name of their own."""

SPECIAL = [("710000", "台湾省"), ("810000", "香港特别行政区"), ("820000", "澳门特别行政区")]
"""In GB/T 2260, not in the CSV."""

WITHIN_SPECIAL = """
710100 台北市 710200 高雄市 710300 台南市 710400 台中市 710600 南投县 710700 基隆市 710800 新竹市 710900 嘉义市 711100 新北市 711200 宜兰县
711300 新竹县 711400 桃园市 711500 苗栗县 711700 彰化县 711900 嘉义县 712100 云林县 712400 屏东县 712500 台东县 712600 花莲县 712700 澎湖县
810001 中西区 810002 湾仔区 810003 东区 810004 南区 810005 油尖旺区 810006 深水埗区 810007 九龙城区 810008 黄大仙区 810009 观塘区
810010 荃湾区 810011 屯门区 810012 元朗区 810013 北区 810014 大埔区 810015 西贡区 810016 沙田区 810017 葵青区 810018 离岛区
820001 花地玛堂区 820002 花王堂区 820003 望德堂区 820004 大堂区 820005 风顺堂区 820006 嘉模堂区 820008 圣方济各堂区
"""
"""GB/T 2260 has no codes below these three: those that map services and address lists have in use, of the same form."""


def divisions(folder: Path) -> list[tuple[str, str]]:
    """Every division of county level or above as (six-digit code, name), by code.

    Codes whose fifth digit is 7 are the statistics bureau's own, of development zones; GB/T 2260 has none of them.
    """
    words = WITHIN_SPECIAL.split()
    found = [*SPECIAL, *zip(words[::2], words[1::2], strict=True)]
    for name in ("provinces", "cities", "areas"):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                code = row["code"].ljust(6, "0")
                zone = name == "areas" and code[4] == "7"
                if row["name"] not in NOT_DIVISIONS and not zone:
                    found.append((code, row["name"]))
    return sorted(found)


def renamed(changes: Path, current: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Former names as (former name, code of the division that it became), where that division still exists."""
    found: dict[str, str] = {}
    for line in changes.read_text("utf-8").splitlines():
        before, _, after = line.partition("=>")
        old, new = before.split("\t")[2:], after.split("\t")
        former = old[-2]
        matches = [code for code, name in current if name == new[-1] and _within(code, new[:-1], current)]
        # A former name that is another division's name today (城区, 桥东区) says nothing by itself.
        if len(matches) == 1 and all(former != name for _, name in current):
            found.setdefault(former, matches[0])
    return sorted(found.items())


def _within(code: str, ancestors: list[str], current: list[tuple[str, str]]) -> bool:
    names = {c: n for c, n in current}
    mine = {names.get(code[:2] + "0000"), names.get(code[:4] + "00")}
    return set(ancestors) <= mine


def main() -> None:
    """Write both files beside this one."""
    current = divisions(Path(sys.argv[1]))
    (HERE / "divisions.tsv").write_text("".join(f"{c}\t{n}\n" for c, n in current), "utf-8")
    former = renamed(Path(sys.argv[2]), current)
    (HERE / "renamed.tsv").write_text("".join(f"{n}\t{c}\n" for n, c in former), "utf-8")


if __name__ == "__main__":
    main()
