"""Two pairs of indices → how they differ: every digest by version and counts, some of them document by document, word by word.

What differs is looked at again once the new pair has read the topic to its end: a digest that came in meanwhile is no difference.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from services.index.manifest import ids
from services.operate.comparison.holding import Holding
from services.operate.rebuild.differences import NOTED, Comparison, Difference, of_digest, other_words, owed
from services.operate.rebuild.pair_reader import PairReader
from services.operate.rebuild.side_by_side import side_by_side

Json = dict[str, Any]

SAMPLE = 1000
"""Digests whose documents are compared word by word: some 10,000 documents. A fault in one of 100 would go unseen once in 20,000 times."""

AT_ONCE = 20
"""Digests whose documents are held at once: each may have 8 MiB of text."""


@dataclass
class Comparing:
    """The live pair against the new one."""

    live: PairReader
    new: PairReader
    catch_up: Callable[[], Awaitable[object]]
    """Has the new pair read the topic to its end and refreshes both"""
    sample: int = SAMPLE

    async def run(self) -> Comparison:
        """All that differs and is not explained by what came in meanwhile."""
        found = Comparison()
        suspects: dict[str, Holding | None] = {}
        fields = await self._common_fields()
        step = max(1, await self.live.count() // self.sample) if self.sample else 0
        chosen: list[str] = []
        async with aclosing(self._beside()) as both:
            async for digest_id, live, new in both:
                found.digests += 1
                found.items += new.held if new else 0
                differs = of_digest(digest_id, live, new)
                if differs is not None and len(suspects) < NOTED:
                    suspects[digest_id] = live
                elif differs is not None:
                    found.note(differs)
                elif live is not None and live.version >= 0 and step and found.digests % step == 0:
                    chosen.append(digest_id)
                    if len(chosen) == AT_ONCE:
                        await self._compare_documents(chosen, fields, found)
                        chosen = []
        await self._compare_documents(chosen, fields, found)
        await self._look_again(suspects, found)
        return found

    async def _beside(self) -> AsyncGenerator[tuple[str, Holding | None, Holding | None], None]:
        async with aclosing(self.live.all()) as live, aclosing(self.new.all()) as new:
            async for both in side_by_side(live, new):
                yield both

    async def _look_again(self, suspects: dict[str, Holding | None], found: Comparison) -> None:
        """The new pair must have what the live one had a while ago, now that it has read further."""
        if not suspects:
            return
        await self.catch_up()
        digest_ids = sorted(suspects)
        live_now, new_now = await self.live.of(digest_ids), await self.new.of(digest_ids)
        for digest_id in digest_ids:
            new = new_now.get(digest_id)
            differs = of_digest(digest_id, owed(suspects[digest_id], live_now.get(digest_id), new), new)
            if differs is not None:
                found.note(differs)

    async def _common_fields(self) -> dict[str, frozenset[str]]:
        """By kind the fields that both mappings have in one form: only those can be compared."""
        live, new = await self.live.forms(), await self.new.forms()
        return {
            kind: frozenset(name for name, form in live[self.live.pair.index(kind)].items() if new[self.new.pair.index(kind)].get(name) == form)
            for kind in ("items", "digests")
        }

    async def _compare_documents(self, digest_ids: Sequence[str], fields: dict[str, frozenset[str]], found: Comparison) -> None:
        if not digest_ids:
            return
        before = await self.live.documents(self.live.digests, digest_ids)
        new = await self.new.documents(self.new.digests, digest_ids)
        item_ids = [item_id for digest_id in digest_ids for item_id in _listed(before.get(digest_id), new.get(digest_id))]
        live_items = await self.live.documents(self.live.items, item_ids)
        new_items = await self.new.documents(self.new.items, item_ids)
        after = await self.live.documents(self.live.digests, digest_ids, ("version", "item_ids"))
        for digest_id in digest_ids:
            one, other = before.get(digest_id), new.get(digest_id)
            version = {manifest.get("version") if manifest else None for manifest in (one, other, after.get(digest_id))}
            if one is None or other is None or len(version) != 1:
                continue  # it came in anew while we looked
            found.sampled += 1
            found.documents += 1
            differing = other_words(one, other, fields["digests"])
            for item_id in _listed(one, other):
                found.documents += 1
                words = other_words(live_items.get(item_id, {}), new_items.get(item_id, {}), fields["items"])
                differing += [f"item {item_id} {word}" for word in words]
            if differing:
                # Names of fields alone: a digest's text has no business on a terminal or in a log.
                found.note(Difference(digest_id, "changed", ", ".join(differing[:10])))


def _listed(*manifests: Json | None) -> list[str]:
    return list(dict.fromkeys(item_id for manifest in manifests if manifest for item_id in ids(manifest, "item_ids")))
