"""Digests of the tests' folder, and gold ones where asked for, split and enriched for real → a site that tests ask synchronously, for hypothesis.

JIANBAO_GOLD_SPLIT names the folder of the gold ones, which are no part of the project; else a long run looks for it in `shared` beside
the checkout. They are five times as many, so that reading them takes longer than a short run's examples.
"""

import asyncio
import hashlib
import os
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from services.enrich.enrich import enrich
from shared.errors import Rejected
from shared.ids import digest_id
from shared.records import EnrichedDigest, RawDigest
from tests.integration.search.conftest import Site, serving
from tests.search_corpus import HOSTILE, RECEIVED, drop, fill
from tests.sizes import LONG
from tests.unit.enrich.digests import FOLDER, SAMPLE, TYPES

ROOT = Path(__file__).parents[3]
NAMED = os.environ.get("JIANBAO_GOLD_SPLIT")
GOLD = Path(NAMED) if NAMED else ROOT.parent / "shared" / "eval" / "split" if LONG else None
T = TypeVar("T")


@dataclass(frozen=True)
class Text:
    """A title or a body."""

    item_id: str
    source: str
    """Of its digest alone: a filter by it leaves few items"""
    text: str


class Library:
    """The site, and all texts that it holds. No dataclass: hypothesis would print all texts for a failure, and fail by that itself."""

    def __init__(self, site: Site, texts: tuple[Text, ...], runner: asyncio.Runner) -> None:
        self.site, self.texts, self._runner = site, texts, runner

    def ask(self, made: Callable[[Site], Coroutine[Any, Any, T]]) -> T:
        """What the coroutine gives that is made for the site."""
        return self._runner.run(made(self.site))


@cache
def digests(*, gold: bool = True) -> tuple[EnrichedDigest, ...]:
    """Every digest, each of a source of its own; with the gold ones where they are wanted and there."""
    folders = [FOLDER, GOLD] if gold and GOLD and GOLD.is_dir() else [FOLDER]
    paths = [SAMPLE, *(path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in TYPES)]
    found = [HOSTILE]
    for number, path in enumerate(paths):
        content = path.read_bytes()
        raw = RawDigest(
            digest_id=digest_id("library", content=str(number)),
            source=f"library-{number}",
            media_type=TYPES[path.suffix],
            received_at=RECEIVED,
            sha256=hashlib.sha256(content).hexdigest(),
            revision=1,
        )
        try:
            found.append(enrich(raw, content, enriched_at=RECEIVED))
        except Rejected:  # some of the tests' digests are there to be refused
            continue
    return tuple(found)


@contextmanager
def opened(url: str, held: Sequence[EnrichedDigest] | None = None) -> Iterator[Library]:
    """A library of these digests (all that there are, where none are named) on the Elasticsearch at `url`, while the block runs."""
    namespace = f"t-{uuid4().hex[:12]}"
    held = digests() if held is None else held
    texts = [Text(item.item_id, one.source, text) for one in held for item in one.items for text in (item.title, item.body) if text]
    with asyncio.Runner() as runner:
        serve = serving(url, namespace)
        site = runner.run(serve.__aenter__())
        try:
            runner.run(fill(site.elastic, namespace, *held))
            yield Library(site, tuple(texts), runner)
        finally:
            runner.run(drop(site.elastic, namespace))
            runner.run(serve.__aexit__(None, None, None))
