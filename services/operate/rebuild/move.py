"""A pair fed from known offsets on, compared with the live one, swapped in and followed: the steps that rebuild and rollback share.

What each step must guarantee, and why that loses nothing, stands in services.operate.rebuild.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from elasticsearch import AsyncElasticsearch

from services.index.bulk import Bulk, Client
from services.index.writer import Writer
from services.operate.rebuild.compare import Comparing
from services.operate.rebuild.differences import SHOWN, Comparison
from services.operate.rebuild.feed import Feed
from services.operate.rebuild.lock import Lock
from services.operate.rebuild.outcome import Done, Options, Report
from services.operate.rebuild.pair_reader import PairReader
from services.operate.rebuild.pairs import Apart, Pairs
from services.operate.rebuild.patience import Patience
from services.operate.rebuild.plan import Pair, earliest
from services.operate.rebuild.sweep import Swept, sweep
from shared.errors import Misconfigured, Unavailable
from shared.kafka.groups import Group, ask_group
from shared.kafka.scan import Scanner
from shared.settings import CommonSettings, IndexSettings, KafkaSettings

FETCH_BYTES = 4 * 2**20
"""Of each partition at once, or one record when that is larger, as the indexer does."""

FEW = 100
"""Records of a catching-up that are near enough to the end: below a second's work."""

PASSES = 10
"""Of catching up: who is not near the end then never will be, as more comes in than goes out."""

FOLLOW_SECONDS = 600.0
"""For indexers to answer for what they had under way at the swap: some seconds, unless Elasticsearch or they are stopped."""

SETTLE_SECONDS = 60.0
"""For a digest whose items are being written while we look at it."""


@dataclass
class Move:
    """One pair on its way to be live, while the lock is held."""

    common: CommonSettings
    kafka: KafkaSettings
    settings: IndexSettings
    client: AsyncElasticsearch
    pairs: Pairs
    lock: Lock
    report: Report

    async def bring_in(self, live: Pair | None, target: Pair, since: Mapping[int, int], options: Options) -> Done:
        """Feed the target from these offsets to the end, compare it with the live pair, swap, follow."""
        done = Done(live, target)
        async with Scanner(self.kafka, fetch_bytes=FETCH_BYTES) as scanner:
            feed = self._feed(scanner, Apart(self.client, target), since, options.rate)
            self.report.begin("filling", await feed.left())
            await self._catch_up(feed)
            await self.pairs.ready(target)
            await self.pairs.refresh(target)
            if live is not None:
                await self.lock.say(phase="comparing")
                done.comparison = await self._compare(feed, live, target, options)
            done.records, done.refused = feed.records, feed.fates["refused"]
            if options.swap:
                at = await self._swap(feed, live, target)
                done.swapped = True
            else:
                await self.pairs.stand_by(target, datetime.now(UTC), feed.at)
                await self.pairs.let_go(target)
        if done.swapped:
            done.swept = await self.follow(at)
        return done

    def _feed(self, scanner: Scanner, client: Client, since: Mapping[int, int], rate: float = 0.0) -> Feed:
        bulk = self._bulk(client)
        feed = Feed(
            scanner, self.common.topics.enriched.name, Writer(bulk, self.common.namespace), self.settings.batch_bytes, self.settings.in_flight
        )
        feed.rate, feed.at, feed.progress = rate, dict(since), self.report.done
        return feed

    def _bulk(self, client: Client) -> Bulk:
        return Bulk(client, self.settings.batch_bytes, self.settings.in_flight, Patience())

    async def _catch_up(self, feed: Feed) -> None:
        for _ in range(PASSES):
            if await feed.to_end() <= FEW:
                return
        self.report.say("still behind after catching up again and again: more comes in than is written here")

    async def _compare(self, feed: Feed, live: Pair, target: Pair, options: Options) -> Comparison:
        """Raises Misconfigured where the target lacks or changes what the live pair has."""

        async def catch_up() -> None:
            await self._catch_up(feed)
            await self.pairs.refresh(live, target)

        self.report.say(f"comparing with {live}")
        await self.pairs.refresh(live)
        comparison = await Comparing(PairReader(self.client, live), PairReader(self.client, target), catch_up, options.sample).run()
        self.report.say(str(comparison))
        for kind in comparison.counts:
            for one in [one for one in comparison.differences if one.kind == kind][:SHOWN]:
                self.report.say(f"  {one}")
        forbidding = comparison.forbidding(
            accept_missing=options.accept_missing, accept_changed=options.accept_changed, refused=frozenset(feed.refused)
        )
        if forbidding:
            raise Misconfigured(_words(comparison, forbidding_count=len(forbidding), refused=feed.fates["refused"]))
        return comparison

    async def _swap(self, feed: Feed, live: Pair | None, target: Pair) -> dict[int, int]:
        """From which offsets on is to be followed."""
        ends = await feed.ends()
        indexers = await self._indexers()
        committed = {partition: indexers.offsets.get(partition, 0) for partition in ends}
        await feed.to_end()
        await self.pairs.refresh(target)
        since = earliest(committed, feed.at)
        if live is not None:
            await self.pairs.stand_by(live, datetime.now(UTC), committed)
        await self.pairs.be_whole(target)
        await self.lock.say(phase="swapping", unfinished={"since": {str(partition): offset for partition, offset in since.items()}})
        await self.pairs.swap(live, target)
        self.report.say(f"swapped: {target} live")
        return since

    async def follow(self, since: Mapping[int, int]) -> Swept:
        """Write under the live aliases what indexers may have had under way at the swap, wait until they have not, sweep."""
        await self.lock.say(phase="following")
        async with Scanner(self.kafka, fetch_bytes=FETCH_BYTES) as scanner:
            feed = self._feed(scanner, self.client, since)
            feed.touched = set()
            self.report.begin("following", await feed.left())
            ends = await feed.ends()
            await feed.to(ends)
        await self._until_past(ends)
        swept = await self._sweep(sorted(feed.touched))
        await self.lock.say(unfinished=None, phase="")
        return swept

    async def _until_past(self, ends: Mapping[int, int]) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + FOLLOW_SECONDS
        said = False
        while not (await self._indexers()).is_past(ends):
            if not said:
                self.report.say("waiting for indexers to commit what they had under way at the swap")
                said = True
            if loop.time() > deadline:
                raise Unavailable(
                    f"the new indices are live, but after {FOLLOW_SECONDS:.0f} s indexers have not answered for what they had under way at the "
                    "swap: see why on the pipeline page, then run `jianbao rebuild` again, which finishes this first"
                )
            await asyncio.sleep(0.5)

    async def _indexers(self) -> Group:
        """Asked anew each time: some ten times in a rebuild."""
        return await ask_group(self.kafka, self.common.topics.index_group, self.common.topics.enriched.name)

    async def _sweep(self, digest_ids: list[str]) -> Swept:
        bulk = self._bulk(self.client)
        swept = await sweep(self.client, bulk, self.common.namespace, digest_ids)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + SETTLE_SECONDS
        while swept.lacking and loop.time() < deadline:
            await asyncio.sleep(1)
            swept.lacking = (await sweep(self.client, bulk, self.common.namespace, sorted(swept.lacking))).lacking
        if swept.lacking:
            raise Misconfigured(f"items are missing of {len(swept.lacking)} digests, such as {min(swept.lacking)}: run `jianbao rebuild` again")
        return swept


def _words(comparison: Comparison, *, forbidding_count: int, refused: int) -> str:
    counts = comparison.counts
    words = [f"{forbidding_count:,} differences forbid the swap; the live index stays as it is"]
    if counts["missing"] or counts["behind"]:
        gone = counts["missing"] + counts["behind"]
        words.append(
            f"{gone:,} digests are in the live index, but not, or only older, in the enriched topic: it was cut, or made anew. Bring them back "
            "into the topic (feed them again, or `jianbao replay`), or give them up with --accept-missing"
        )
    if counts["changed"]:
        words.append(f"{counts['changed']:,} digests would say something else under the same version: accept that with --accept-changed")
    if refused:
        words.append(f"{refused:,} records were refused: `jianbao dead list --stage index`; what is refused now and was not before is never given up")
    return ". ".join(words)
