"""Enriched items in, as many others of their kind out: pieces put together anew, names, numbers and days replaced in text and entities alike.

Without that an index of 200,000 items made from fewer would hold few terms, and every item several times: neither size nor speed would be true.
What is replaced keeps its kind: a county becomes a county, a company a company, a number one of as many digits. Everything follows from the seed.
"""

import random
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import orjson

from shared.ids import digest_id, item_ids
from shared.names.divisions import Division, gazetteer

Json = dict[str, Any]

SAME = 0.03
"""Share of items that repeat another but for a number, as digests repeat each other's news."""

PER_DIGEST = 20
FIRST_DAY, DAYS = date(2021, 1, 1), 5 * 365 + 60
SOURCES = 6
"""Publishers made of one collection."""

_PIECE = re.compile(r"[^。！？；\n]*[。！？；\n]*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SAID_DAY = re.compile(r"\d+(?=[日号])")
_ENDING = re.compile(r"(?:特别行政区|自治区|自治州|自治县|省|市|县|区|旗)$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence with the entities in it, whose places count from its beginning."""

    text: str
    entities: bytes
    """JSON, read when the piece is used: thousands of them lie about"""


@dataclass(frozen=True, slots=True)
class Base:
    """What an item is varied from."""

    facts: Json
    title: Piece | None
    body: tuple[Piece, ...]


def bases(items: Sequence[bytes]) -> dict[str, list[Base]]:
    """The items by collection, cut into sentences."""
    found: dict[str, list[Base]] = {}
    for line in items:
        item = orjson.loads(line)
        entities = {field: [one for one in item["entities"] if one["field"] == field] for field in ("title", "body")}
        kept = ("digest_title", "number", "section", "section_path", "doc_type", "level", "about_regions", "topics", "source_line")
        title = Piece(item["title"], orjson.dumps(entities["title"])) if item["title"] else None
        body = tuple(_pieces(item["body"], entities["body"]))
        found.setdefault(item["collection"], []).append(Base({name: item[name] for name in kept}, title, body))
    return found


def _pieces(text: str, entities: Sequence[Json]) -> Iterator[Piece]:
    for match in _PIECE.finditer(text):
        start, end = match.span()
        inside = [one | {"start": one["start"] - start, "end": one["end"] - start} for one in entities if start <= one["start"] and one["end"] <= end]
        if end > start:
            yield Piece(match[0], orjson.dumps(inside))


def digests(items: Sequence[bytes], count: int, *, seed: int = 1) -> Iterator[Json]:
    """Enriched digests as JSON with `count` items altogether, PER_DIGEST each."""
    chance = random.Random(seed)
    grounds = bases(items)
    companies = sorted({one["text"] for line in items for one in orjson.loads(line)["entities"] if one["type"] == "company"}) or ["某公司"]
    collections = list(grounds)
    weights = [len(grounds[name]) for name in collections]
    earlier: list[Json] = []
    for number in range(-(-count // PER_DIGEST)):
        collection = chance.choices(collections, weights)[0]
        source = f"{collection}-{chance.randrange(SOURCES)}"
        day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
        made = []
        for _ in range(min(PER_DIGEST, count - number * PER_DIGEST)):
            if earlier and chance.random() < SAME:
                made.append(_again(chance.choice(earlier), chance))
            else:
                made.append(_varied(grounds[collection], companies, chance))
                if len(earlier) < 5000:
                    earlier.append(made[-1])
        yield _digest(source, number, day, made)


def _digest(source: str, number: int, day: date, items: list[Json]) -> Json:
    identity = digest_id(source, external_id=f"varied-{number}", content="")
    ids = item_ids(identity, [(item["title"], item["body"]) for item in items])
    at = f"{day.isoformat()}T01:00:00Z"
    return {
        "digest_id": identity, "source": source, "revision": number, "build": 1, "received_at": at, "enriched_at": at, "media_type": "text/markdown",
        "title": items[0]["digest_title"], "external_id": f"varied-{number}", "url": f"https://example.org/{source}/{number}",
        "published_on": day.isoformat(), "published_on_basis": "given",
        "items": [item | {"item_id": ids[at], "ordinal": at + 1} for at, item in enumerate(items)],
    }  # fmt: skip


def _varied(grounds: Sequence[Base], companies: Sequence[str], chance: random.Random) -> Json:
    """An item that begins as one of the grounds does and goes on with sentences of others, as long as the first was."""
    ground = chance.choice(grounds)
    names = Names(companies, chance)
    title, in_title = names.replaced(ground.title) if ground.title else (None, [])
    body, entities = "", [one | {"field": "title"} for one in in_title]
    for number, own in enumerate(ground.body):
        text, found = names.replaced(own if number == 0 else chance.choice(chance.choice(grounds).body or ground.body))
        entities += [one | {"field": "body", "start": one["start"] + len(body), "end": one["end"] + len(body)} for one in found]
        body += text
    body = body.rstrip("\n")
    about = [names.regions[code].code for code in ground.facts["about_regions"] if code in names.regions]
    return ground.facts | {"title": title, "headline": title or body[:30], "body": body, "entities": entities, "about_regions": about}


def _again(item: Json, chance: random.Random) -> Json:
    """The same news in another digest: one character is another."""
    at = chance.randrange(len(item["body"]))
    entities = [one for one in item["entities"] if one["field"] == "title" or not one["start"] <= at < one["end"]]
    return item | {"body": f"{item['body'][:at]}{chance.choice('约近超达')}{item['body'][at + 1 :]}", "entities": entities}


class Names:
    """What the names of one item become: the same for each mention."""

    def __init__(self, companies: Sequence[str], chance: random.Random) -> None:
        self._companies, self._chance = companies, chance
        self._words: dict[str, str] = {}
        self.regions: dict[str, Division] = {}

    def replaced(self, piece: Piece) -> tuple[str, list[Json]]:
        """The piece's text with other names and numbers, and its entities with them."""
        entities: list[Json] = orjson.loads(piece.entities)
        edits: dict[tuple[int, int], str] = {}
        for one in entities:
            if one["type"] == "region" and one["value"] and not one["inferred"]:
                edits[one["start"], one["end"]] = self._region(one)
            elif one["type"] == "company" and not any(one["start"] <= start and end <= one["end"] for start, end in edits):
                edits[one["start"], one["end"]] = self._words.setdefault(one["text"], self._chance.choice(self._companies))
        dates = [(one["start"], one["end"]) for one in entities if one["type"] == "date"]
        for match in _NUMBER.finditer(piece.text):
            if not any(start < match.end() and match.start() < end for start, end in (*edits, *dates)):
                edits[match.span()] = "".join(c if c == "." else self._chance.choice("123456789") for c in match[0])
        for one in entities:
            if one["type"] == "date" and _DAY.fullmatch(one["value"] or "") and (day := _SAID_DAY.search(one["text"])):
                said = str(self._chance.randint(10, 28))
                edits[one["start"] + day.start(), one["start"] + day.end()] = said
                one["value"] = f"{one['value'][:8]}{said}"
        return self._applied(piece.text, entities, edits)

    def _region(self, one: Json) -> str:
        if one["value"] not in self.regions:
            level = 1 if one["value"].endswith("0000") else 2 if one["value"].endswith("00") else 3
            self.regions[one["value"]] = self._chance.choice(_divisions(level))
        name = self.regions[one["value"]].name
        short = _ENDING.sub("", name)
        return name if _ENDING.search(one["text"]) or len(short) < 2 else short

    def _applied(self, text: str, entities: Sequence[Json], edits: dict[tuple[int, int], str]) -> tuple[str, list[Json]]:
        made, at = "", 0
        # Borders of what is replaced, in the old text and in the new one: what lies between two of them keeps its distance to the first.
        old, new = [0], [0]
        for (start, end), word in sorted(edits.items()):
            if start < at:
                continue  # within a name that is replaced whole
            made += text[at:start]
            old += [start, end]
            new += [len(made), len(made) + len(word)]
            made += word
            at = end
        made += text[at:]

        def place(before: int) -> int:
            border = bisect_right(old, before) - 1
            # Within what was replaced: its end.
            return new[border] + before - old[border] if border % 2 == 0 else new[border + (before > old[border])]

        return made, [self._entity(one, made, place(one["start"]), place(one["end"])) for one in entities]

    def _entity(self, one: Json, text: str, start: int, end: int) -> Json:
        said, canonical, value = text[start:end], one["canonical"], one["value"]
        if one["type"] == "region" and value in self.regions:
            path = gazetteer().path(self.regions[value].code)
            value = self.regions[value].code
            canonical = {"name": path[-1].name, "path": [division.name for division in path], "codes": [division.code for division in path]}
        elif one["type"] == "quantity" and isinstance(value, dict):
            before, after = _NUMBER.search(one["text"]), _NUMBER.search(said)
            if before and after and float(before[0]):
                ratio = float(after[0]) / float(before[0])
                value = value | {"number": value["number"] * ratio}
                if canonical and isinstance(canonical.get("value"), float):
                    canonical = canonical | {"value": canonical["value"] * ratio}
        elif said != one["text"] and one["type"] != "date":
            value, canonical = said, None
        return one | {"text": said, "start": start, "end": end, "value": value, "canonical": canonical}


@cache
def _divisions(level: int) -> list[Division]:
    return [division for division in gazetteer().divisions.values() if division.level == level]
