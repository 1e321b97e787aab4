"""Words and numberings that digests are dressed in: what stands around news in any digest, written for this purpose (words.toml)."""

import tomllib
from pathlib import Path
from random import Random
from typing import Any

_KEPT: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
SECTIONS: tuple[str, ...] = tuple(_KEPT["sections"])
SIGNS: tuple[str, ...] = tuple(_KEPT["signs"])
TAGS: tuple[str, ...] = tuple(_KEPT["tags"])
SOURCES: tuple[str, ...] = tuple(_KEPT["sources"])
FIELDS: tuple[str, ...] = tuple(_KEPT["fields"])
POINTS: tuple[str, ...] = tuple(_KEPT["points"])
PROMPTS: tuple[str, ...] = tuple(_KEPT["prompts"])
CONTENTS: tuple[str, ...] = tuple(_KEPT["contents"])
OPENINGS: tuple[str, ...] = tuple(_KEPT["openings"])
META: tuple[str, ...] = tuple(_KEPT["meta"])
ENDINGS: tuple[str, ...] = tuple(_KEPT["endings"])
FEET: tuple[str, ...] = tuple(_KEPT["feet"])
CAPTIONS: tuple[str, ...] = tuple(_KEPT["captions"])
CODE: tuple[str, ...] = tuple(_KEPT["code"])
ADVERTS: tuple[tuple[str, ...], ...] = tuple(map(tuple, _KEPT["adverts"]))
HEADS: tuple[str, ...] = tuple(_KEPT["heads_of_tables"])
INTRODUCTIONS: tuple[str, ...] = tuple(_KEPT["introductions"])
_KINDS: tuple[str, ...] = tuple(_KEPT["kinds_of_digests"])
_FIELDS_OF_NEWS: tuple[str, ...] = tuple(_KEPT["fields_of_news"])
BULLETS = ("-", "-", "•", "●", "◆", "■", "▶", "*", "·", "○", "🔹", "📌", "✅")
NUMBERING_WEIGHTS = {
    "dot": 5.0, "comma": 5.0, "padded": 3.0, "han": 1.5, "han_paren": 1.0, "paren": 1.5, "circled": 1.5, "half_paren": 0.7, "square": 0.7,
    "keycap": 0.7, "space": 1.5, "hash": 0.7, "bar": 0.5, "di": 0.5, "part": 0.5, "padded_bar": 0.7,
}  # fmt: skip
"""How often each comes beside the others."""
SECTION_NUMBERINGS = ("han", "han_paren", "padded", "part", "di", "comma")
INNER_NUMBERINGS = ("comma", "dot", "paren", "circled", "half_paren")
_HAN = "一二三四五六七八九十"


def han(number: int) -> str:
    """A number below 100 in Chinese: 十二."""
    if number <= 10:
        return _HAN[number - 1]
    return ("" if number < 20 else _HAN[number // 10 - 1]) + "十" + (_HAN[number % 10 - 1] if number % 10 else "")


def number(style: str, count: int) -> str:
    """`count` as a line begins with it in that style, with the sign or space behind it."""
    forms = {
        "dot": f"{count}. ",
        "comma": f"{count}、",
        "padded": f"{count:02d} ",
        "han": f"{han(count)}、",
        "han_paren": f"（{han(count)}）",
        "paren": f"（{count}）",
        "circled": chr(0x2460 + (count - 1) % 20),
        "half_paren": f"{count}）",
        "square": f"[{count}] ",
        "keycap": f"{count % 10}\ufe0f\u20e3 ",
        "space": f"{count} ",
        "hash": f"#{count} ",
        "bar": f"{count} | ",
        "di": f"第{han(count)}条 ",
        "part": f"PART {count:02d} ",
        "padded_bar": f"{count:02d} | ",
    }
    return forms[style]


def day(random: Random) -> str:
    """Any day in any form."""
    form = random.choice(("2026-{m:02d}-{d:02d}", "2025年{m}月{d}日", "{m:02d}.{d:02d}", "2024/{m:02d}/{d:02d}"))
    return form.format(m=random.randint(1, 12), d=random.randint(1, 28))


def filled(text: str, random: Random) -> str:
    """The text with its day and number."""
    return text.format(d=day(random), n=random.randint(5, 99)) if "{" in text else text


def digest_name(random: Random) -> str:
    """What a digest calls itself."""
    name = random.choice(_FIELDS_OF_NEWS) + random.choice(_KINDS)
    return random.choice((f"{name}（{day(random)}）", f"{name} 第{random.randint(1, 300)}期", name, f"{name}【{day(random)}】"))


def figures(random: Random) -> list[tuple[str, ...]]:
    """Return a table of figures: a head row, then rows of a name and numbers."""
    width, height = random.choice((2, 3, 3, 4, 5)), random.choice((1, 2, 3, 5, 8, 12))
    names = random.sample(_KEPT["measured_of"], min(height, len(_KEPT["measured_of"])))
    unit = random.choice(_KEPT["units"])

    def cell(column: int) -> str:
        if column == width - 1 and width > 2:
            return str(random.choice((*_KEPT["signs_of_change"], day(random))))
        return f"{random.uniform(1, 9000):.{random.choice((0, 1, 2))}f}{random.choice(('', ' '))}{unit}"

    head = ("指标", *random.sample(_KEPT["measured"], width - 1))
    return [head, *((name, *(cell(column) for column in range(1, width))) for name in names)]
