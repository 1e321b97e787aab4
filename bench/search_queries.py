"""Documents of an index in, queries as people type them out, each with its kind; the same for the same seed. Pure.

| kind     | example                                   |
|----------|-------------------------------------------|
| word     | 分布式光伏                                 |
| words    | 光伏 装机                                  |
| headline | 昆山:将新增(近)零碳工厂10家                |
| name     | 国家能源局                                 |
| phrase   | "新增发电装机容量约为3.98亿"               |
| boolean  | (光伏 OR 风电) 装机 -出口                  |
| filter   | 光伏, of one region, topic, source, month  |
"""

import random
import re
from collections.abc import Callable, Sequence
from typing import Any

Json = dict[str, Any]
Query = tuple[str, dict[str, Any]]
"""Kind, and the parameters of the search"""

_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")


def queries(drawn: Sequence[Json], count: int, *, seed: int = 1) -> list[Query]:
    """`count` queries, of every kind as many."""
    chance = random.Random(seed)
    titled = [one for one in drawn if one["title"] and len(_HAN.findall(one["title"])) > 1] or list(drawn)
    kinds = list(KINDS)
    return [(kind, KINDS[kind](chance.choice(titled), chance)) for kind in (kinds[number % len(kinds)] for number in range(count))]


def _word(one: Json, chance: random.Random) -> Json:
    return {"q": _cut(one["title"] or one["body"], chance)}


def _words(one: Json, chance: random.Random) -> Json:
    return {"q": f"{_cut(one['title'] or one['body'], chance)} {_cut(one['body'], chance)}"}


def _headline(one: Json, chance: random.Random) -> Json:
    return {"q": re.sub(r'["“”「」『』()\-]', " ", one["headline"])[:60]}


def _name(one: Json, chance: random.Random) -> Json:
    names = [name for field in ("agencies", "companies", "region_names") for name in one.get(field) or ()]
    return {"q": chance.choice(names)} if names else _word(one, chance)


def _phrase(one: Json, chance: random.Random) -> Json:
    body = re.sub(r'["“”「」『』\\]', "\n", one["body"])
    lines = [line for line in body.split("\n") if len(line) > 6] or [body]
    line = chance.choice(lines)
    start = chance.randrange(max(1, len(line) - 6))
    return {"q": f'"{line[start : start + chance.randint(4, 12)].strip() or line}"'}


def _boolean(one: Json, chance: random.Random) -> Json:
    first, second, third = (_cut(one["body"], chance) for _ in range(3))
    return {"q": f"({first} OR {second}) {_cut(one['title'] or one['body'], chance)[:2]} -{third}出口"}


def _filtered(one: Json, chance: random.Random) -> Json:
    filters: list[Json] = [{"source": [one["source"]]}, {"date_from": f"{one['published_on'][:7]}-01"}]
    filters += [{name: [chance.choice(one[field])]} for name, field in (("region", "regions"), ("topic", "topics")) if one.get(field)]
    return {"q": _cut(one["body"], chance)} | chance.choice(filters)


def _cut(text: str, chance: random.Random) -> str:
    """Two to five Han characters that stand together, as somebody who saw the text remembers them."""
    run: str = chance.choice(_HAN.findall(text) or ["发展"])
    length = min(len(run), chance.randint(2, 5))
    start = chance.randrange(len(run) - length + 1)
    return run[start : start + length]


KINDS: dict[str, Callable[[Json, random.Random], Json]] = {
    "word": _word,
    "words": _words,
    "headline": _headline,
    "name": _name,
    "phrase": _phrase,
    "boolean": _boolean,
    "filter": _filtered,
}


def prefixes(drawn: Sequence[Json], count: int, *, seed: int = 2) -> list[str]:
    """What stands in the box while somebody types a title or a name: its first one to six characters."""
    chance = random.Random(seed)
    texts = [text for one in drawn for text in (one["title"], *(one.get("agencies") or ())[:2], *(one.get("companies") or ())[:1]) if text]
    return [chance.choice(texts)[: chance.randint(1, 6)] for _ in range(count)]
