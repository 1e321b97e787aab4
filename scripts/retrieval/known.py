"""Collections of news → known items: bodies as documents, headlines as queries in two halves.

The gold folder holds them: news with headlines of the FinNA set of BBT-FinCUGE (`data/retrieval/finna`), digests to be split by our own splitter
(`data/digests`). Nothing of them is part of the project.
"""

import hashlib
import json
import random
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.enrich.readers import LIMITS, read
from services.enrich.split.split import split
from shared.errors import Rejected

DIGESTS = {"xwlb": "xwlb_2022_2024.tar.gz", "juya": "juya_ai_daily.tar.gz", "wind": "wind_caijing_zaocan.tar.gz"}
"""Television news, news of AI, and financial news whose first sentence is taken for its headline."""

SHORTEST = 20
"""Characters of a body that is one; shorter ones are headlines that stand alone."""

QUERIES = 1500
"""Of each half; a thousand queries tell 0.01 of MRR apart."""

Story = tuple[str, str]
"""Headline and body."""


@dataclass(frozen=True)
class Query:
    """A headline and the id of the body that it belongs to."""

    text: str
    item: str


@dataclass(frozen=True)
class KnownItems:
    """One collection."""

    name: str
    bodies: dict[str, str]
    """By id, which is a hash of the body: so equal scores are ordered by chance, but always the same"""
    tuning: tuple[Query, ...]
    held_out: tuple[Query, ...]


def known_items(name: str, stories: Iterable[Story], others: Iterable[str] = ()) -> KnownItems:
    """Stories as documents and queries, further bodies (`others`) as documents alone. Pure.

    A body that comes twice is one document. A headline of several bodies is no query, as nobody could say which one it is to find.
    """
    named: dict[str, set[str]] = {}
    bodies: dict[str, str] = {}
    for headline, body in stories:
        bodies[identity(body)] = body
        named.setdefault(headline, set()).add(identity(body))
    bodies |= {identity(body): body for body in others}
    queries = [Query(headline, next(iter(items))) for headline, items in named.items() if len(items) == 1]
    random.Random(7).shuffle(queries)
    return KnownItems(name, bodies, tuple(queries[0::2][:QUERIES]), tuple(queries[1::2][:QUERIES]))


def identity(body: str) -> str:
    """The id of a body."""
    return hashlib.blake2b(body.encode(errors="replace"), digest_size=16).hexdigest()


def collections(gold: Path) -> Iterator[KnownItems]:
    """Those that the gold folder holds."""
    finna = gold / "data/retrieval/finna"
    if finna.is_dir():
        stories = [(headline, body) for headline, body in json.loads((finna / "eval_list.json").read_text("utf-8"))]
        others = [one["input"] for one in json.loads((finna / "problem_list.json").read_text("utf-8"))]
        yield known_items("finna", stories, others)
    for name, file in DIGESTS.items():
        if (gold / "data/digests" / file).is_file():
            yield known_items(name, stories_of(gold / "data/digests" / file, source=name))


def stories_of(archive: Path, *, source: str) -> Iterator[Story]:
    """Headline and body of each item of the archive's digests that has both, as our splitter parts them."""
    with tarfile.open(archive) as files:
        for member in sorted((one for one in files if one.name.endswith(".md")), key=lambda one: one.name):
            content = files.extractfile(member)
            if content is None:
                continue
            try:
                document = read(content.read(), media_type="text/markdown", charset=None, limits=LIMITS)
            except Rejected:
                continue
            for story in split(document).stories:
                if story.title and len(story.body) >= SHORTEST:
                    yield story.title, story.body
