"""Texts of many kinds in, how fast they are read and split out, and whether the time grows with their length and no faster.

    python -m bench.splitting

Needs no engines. Each text is made up from a seed, so that two runs split the same; processor time, and the best of several turns counts,
as the machine is never quiet.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from services.enrich.readers import read
from services.enrich.split.split import split

SMALL, LARGE = 100_000, 1_000_000
"""Bytes whose time per byte is compared: the longest real digests, and ten times as much."""
TURNS = {SMALL: 7, LARGE: 3}
WORDS = (
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下"
    "而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女"
)


@dataclass(frozen=True)
class Speed:
    """Of one kind of text."""

    kind: str
    megabytes_per_second: float
    """Of the large text, read and split."""
    ratio: float
    """Time per byte of the large text by that of the small one."""


def _sentence(random: random.Random, length: int) -> str:
    return "".join(random.choices(WORDS, k=length))


def _plain(random: random.Random, at: int) -> str:
    return _sentence(random, random.randint(30, 200)) + "。"


def _numbered(random: random.Random, at: int) -> str:
    return f"{at % 999 + 1}、{_sentence(random, 18)}\n{_sentence(random, 120)}。"


def _sections(random: random.Random, at: int) -> str:
    stories = (f"{number}.{_sentence(random, 15)}\n{_sentence(random, 90)}。" for number in range(1, 9))
    return "\n".join((f"{'一二三四五六七八九十'[at % 10]}、{_sentence(random, 6)}", *stories))


def _short(random: random.Random, at: int) -> str:
    return _sentence(random, random.randint(4, 14))


def _markers(random: random.Random, at: int) -> str:
    return (
        random.choice(("1.", "2、", "（一）", "一、", "①", "🟡", "▶", "【标题】", "01", "#1", "•")) + _sentence(random, random.randint(8, 60)) + "。"
    )


def _lines(made: Callable[[random.Random, int], str], size: int) -> str:
    """Lines until there are `size` bytes."""
    chance, lines, length = random.Random(1), ["周报"], 0
    while length < size:
        lines.append(made(chance, len(lines)))
        length += len(lines[-1].encode()) + 1
    return "\n".join(lines)


def _one_line(size: int) -> str:
    return _sentence(random.Random(1), size // 3)


def _contents(size: int) -> str:
    """A contents list, half of whose entries the digest words otherwise; a megabyte has three thousand."""
    chance = random.Random(1)
    titles = [_sentence(chance, 16) for _ in range(size // (3 * 96))]
    printed = [title if chance.random() < 0.5 else title[:-2] + "改动" for title in titles]
    listed = (f"{number}、{title}" for number, title in enumerate(titles, 1))
    return "\n".join(("周报", "目录", *listed, *(f"{title}\n{_sentence(chance, 60)}。" for title in printed)))


KINDS: dict[str, Callable[[int], str]] = {
    "plain paragraphs": lambda size: _lines(_plain, size),
    "numbered stories": lambda size: _lines(_numbered, size),
    "sections of numbered stories": lambda size: _lines(_sections, size),
    "one line": _one_line,
    "short lines": lambda size: _lines(_short, size),
    "markers of all kinds": lambda size: _lines(_markers, size),
    "a long contents list": _contents,
    "a word behind each 1.": lambda size: "1.甲乙丙丁\n" * (size // 15),
}


def _per_byte(data: bytes, turns: int) -> float:
    best = float("inf")
    for _ in range(turns):
        began = time.process_time()
        split(read(data, media_type="text/plain"))
        best = min(best, time.process_time() - began)
    return best / len(data)


def measure() -> list[Speed]:
    """Each kind, small and large."""
    found = []
    for kind, made in KINDS.items():
        per_byte = {size: _per_byte(made(size).encode(), TURNS[size]) for size in (SMALL, LARGE)}
        found.append(Speed(kind, round(1e-6 / per_byte[LARGE], 2), round(per_byte[LARGE] / per_byte[SMALL], 2)))
    return found


def main() -> None:
    """Print the table."""
    table = Table("text", "MB/s at 1 MB", "time per byte, 1 MB by 100 KB")
    for speed in measure():
        table.add_row(speed.kind, f"{speed.megabytes_per_second:g}", f"{speed.ratio:g}")
    Console().print(table)


if __name__ == "__main__":
    main()
