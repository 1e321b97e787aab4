"""A number in, a digest like the sample out: same shape and length, other places, order and figures. Pure but for reading the sample once.

Digests fed in bulk must differ as real ones do: two of the same content are one digest by identity. The places are
real ones, so that what recognises regions has its usual work.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SAMPLE = Path(__file__).parent.parent / "deploy/stack/sample/shuangtan-weekly.txt"

ITEMS = 9
"""Items of the sample and of each variant."""

# Each list begins with the sample's own, so that variant 0 differs from the sample in its figures alone.
_PLACES = {
    "昆山": ("昆山", "太仓", "常熟", "江阴", "宜兴", "义乌", "慈溪", "晋江", "海宁", "龙口", "荣成"),
    "常州": ("常州", "无锡", "南通", "扬州", "镇江", "泰州", "盐城", "徐州", "淮安"),
    "杭州": ("杭州", "宁波", "温州", "嘉兴", "绍兴", "金华", "台州"),
    "乐山": ("乐山", "绵阳", "德阳", "宜宾", "泸州", "南充", "眉山", "遂宁", "自贡", "雅安", "达州", "广安", "内江"),
}
_NAMES = ("炘隆", "恒屹", "晟澜", "卓霁", "衡沐", "启湛", "瑞垚", "明堃")


@dataclass(frozen=True)
class Story:
    """One item of the sample: its title line and the lines below it."""

    title: str
    body: tuple[str, ...]


@cache
def _sample() -> tuple[str, tuple[tuple[str, tuple[Story, ...]], ...]]:
    """The sample's first line, and its sections by heading with their stories."""
    lines = SAMPLE.read_text("utf-8").splitlines()
    titles = {match[1] for line in lines if (match := re.fullmatch(r"\d\.(.+)", line))}
    sections: list[tuple[str, list[Story]]] = []
    for line in lines[1 + len(titles) :]:
        if re.match(r"\d\d\. ", line):
            sections.append((line, []))
        elif line in titles:
            sections[-1][1].append(Story(line, ()))
        else:
            stories = sections[-1][1]
            stories[-1] = Story(stories[-1].title, (*stories[-1].body, line))
    return lines[0], tuple((heading, tuple(stories)) for heading, stories in sections)


def variant(n: int) -> str:
    """The `n`th variant (from 0): always the same text, and another one for every other number."""
    first, sections = _sample()
    turned = [(heading, stories[n % len(stories) :] + stories[: n % len(stories)]) for heading, stories in sections]
    titles = [story.title for _, stories in turned for story in stories]
    lines = [first, *(f"{number}.{title}" for number, title in enumerate(titles, 1))]
    for heading, stories in turned:
        lines.append(heading)
        for story in stories:
            lines += [story.title, *story.body]
    text = "\n".join(lines)
    for place, others in _PLACES.items():
        text = text.replace(place, others[n % len(others)])
    text = text.replace("炘隆", _NAMES[n % len(_NAMES)])
    # The figure in the title that searches look for says which variant it is.
    return text.replace("零碳工厂10家", f"零碳工厂{11 + n}家").replace("25万千瓦", f"{26 + n}万千瓦")


def telling_title(n: int) -> str:
    """The title of the one item that only variant `n` has."""
    places = _PLACES["昆山"]
    return f"{places[n % len(places)]}:将新增(近)零碳工厂{11 + n}家"
