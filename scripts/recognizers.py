"""Date cases of Microsoft's Recognizers-Text (Chinese, MIT) in, how many of them the extractor finds out, by kind.

    python -m scripts.recognizers FOLDER [--show]

FOLDER holds DateExtractor.json and DatePeriodExtractor.json of Specs/DateTime/Chinese. A case is *exact* when each expected text is found
as it stands (从 before an interval may be missing), *partly* when something of it is found, *none* when a case that expects nothing gets nothing.
Values are not in these files, so only the place is compared.

Left out on purpose, counted under the reason:

    lunar          正月三十, 大年初一, 十月初一 behind 农历: needs a lunar calendar, and news says the solar day beside it
    day without 日 八月十五, 一月二十三: may be a lunar day as well
    reign          康熙三年, 民国三年, 神龙二年: history, not news
    weekday alone  星期一, 礼拜日, 最后一个周三: recurring as often as one day; with 本, 上 or 下 before it, it is found
    two digits     07年, 15年, 零八年: as often a length (07年 of 2007, 15年 of fifteen years)
    bare number    2018看起来是…, 1500: a year without 年 is any number
    vague          最近, 过去十年, 近三年, 前1周, 下1年, 十月的第一周: a length or a time that nobody could put a day to
    other order    12/1, 1/2/2020, 13.5.2015, 27-7-3, 10/1/2018: day and month can't be told apart; 2010 01 29 is a table's row
    old years      789年, 1357年, 三六七年, 1499: before 1600 is no issue's business
    traditional    週, 後天, 個: texts of the domain are in simplified characters
    time of day    今天大约十点以后: days are what is extracted
"""

import argparse
import json
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from services.enrich.entities import extract

_LEFT_OUT = {
    "day without 日": "八月十五|一月二十三",
    "lunar": "农历|正月|大年|初一",
    "reign": "康熙|雍正|民国|神龙",
    "traditional": "[週個後禮]",
    "weekday alone": "^星期|^礼拜|个的?周三|这个星期|^周",
    "two digits": r"(?<!\d)\d{2} ?年(?!代)|零八年",
    "bare number": "^\\d{4}(?:只是|看起来)|^100只",
    "vague": "最近|过去|近 ?三|前1周|[上下]1[年天月]|第一周|下次的|夏天|之后2018",
    "other order": r"\d{1,2}/\d{1,2}/\d{4}|^12/1$|\d\.\d\.\d{4}|\d{2}-\d{1,2}-\d|^2010 01",
    "old years": r"(?<!\d)(?:789|1357|1789)|三六七",
    "time of day": "点以后",
}
_CASES = ("DateExtractor", "DatePeriodExtractor", "MergedExtractor")


def reason(text: str) -> str | None:
    """Why a case is left out, or None."""
    return next((name for name, pattern in _LEFT_OUT.items() if re.search(pattern, text)), None)


def verdict(text: str, expected: list[str]) -> str:
    """`exact`, `partly`, `missed`, `none` or `extra` for one case."""
    found = [(e.start, e.end) for e in extract(None, text, published_on=date(2026, 2, 6)) if e.type == "date" and not e.inferred]
    if not expected:
        return "extra" if found else "none"
    spans = []
    for piece in expected:
        start = text.replace("，", ",").find(piece.replace("，", ","))
        spans.append((start + piece.startswith("从"), start + len(piece)))
    if all(span in found for span in spans):
        return "exact"
    return "partly" if any(a < d and c < b for a, b in spans for c, d in found) else "missed"


def main() -> int:
    """Print the table; 0 always, as no score is asked for here."""
    parser = argparse.ArgumentParser(description="Microsoft's Recognizers date cases against the extractor.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true", help="print each case that is not exact")
    asked = parser.parse_args()
    print(f"{'kind':22} {'cases':>6} {'exact':>6} {'partly':>6} {'missed':>6} {'right to find none':>19} {'left out on purpose':>20}")
    for name in _CASES:
        file = asked.folder / f"{name}.json"
        if not file.is_file():
            print(f"{name:22} not there")
            continue
        cases = json.loads(file.read_text("utf-8-sig"))
        told: Counter[str] = Counter()
        why: Counter[str] = Counter()
        for case in cases:
            text, expected = case["Input"], [result["Text"] for result in case["Results"]]
            answer = verdict(text, expected)
            # A case that is found is found, left out or not.
            cause = reason(text) if answer not in ("exact", "none") else None
            if cause:
                why[cause] += 1
            told["left out" if cause else answer] += 1
            if asked.show and answer not in ("exact", "none"):
                print(f"  {answer:7} {cause or '':14} {text}  {expected}")
        row = (len(cases), told["exact"], told["partly"], told["missed"] + told["extra"], told["none"], told["left out"])
        print(f"{name:22} {row[0]:6} {row[1]:6} {row[2]:6} {row[3]:6} {row[4]:19} {row[5]:20}  {', '.join(f'{k} {v}' for k, v in why.most_common())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
