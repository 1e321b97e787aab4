"""The pairs of indices in Elasticsearch: surveyed, made, made ready, swapped, put by, removed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from elasticsearch import AsyncElasticsearch, NotFoundError

from services.index import indices, mapping
from services.index.bulk import Answer, Client
from services.operate.rebuild.plan import Pair, Survey, drop, standby_meta, survey, swap
from shared import index_names as names
from shared.errors import Misconfigured, Unavailable
from shared.kafka import fills
from shared.settings import ElasticsearchSettings

Json = dict[str, Any]

READY_SECONDS = 600
"""For the copies of the new indices' shards, where there are any: some 100 GB from disk to disk."""


@dataclass
class Pairs:
    """Those of one namespace."""

    client: AsyncElasticsearch
    settings: ElasticsearchSettings
    namespace: str

    async def survey(self) -> Survey:
        """What there is; raises Misconfigured when the aliases make no sense."""
        found: Json = {}
        for kind in names.KINDS:
            pattern = f"{names.alias(self.namespace, kind)}-v*"
            found |= (await self.client.indices.get(index=pattern, features="aliases,mappings", ignore_unavailable=True)).body
        return survey(found, self.namespace)

    async def make(self, pair: Pair) -> None:
        """Both, each behind its alias for writing apart; not refreshed and without copies while they are filled."""
        for kind in names.KINDS:
            settings = mapping.settings(kind, shards=self.settings.shards, replicas=0)
            settings["index"]["refresh_interval"] = "-1"
            name = pair.index(kind)
            if not await indices.create(self.client, name, kind, alias=names.apart(name), settings=settings):
                raise Misconfigured(f"index {name} exists: somebody else makes indices of this name")

    async def take_up(self, pair: Pair) -> None:
        """Let a standby be written apart; raises Misconfigured when this code can't write it."""
        for kind in names.KINDS:
            name = pair.index(kind)
            await indices.add_missing(self.client, name, kind)
            await indices.verify(self.client, name, kind)
            await self.client.indices.put_alias(index=name, name=names.apart(name))

    async def let_go(self, pair: Pair) -> bool:
        """Take the alias for writing apart away, so that it can't be swapped in any more; False when it was swapped in already."""
        try:
            for name in pair.indices:
                await self.client.indices.delete_alias(index=name, name=names.apart(name))
        except NotFoundError:
            return False
        return True

    async def refresh(self, *pairs: Pair) -> None:
        """Make what was written findable."""
        await self.client.indices.refresh(index=[name for pair in pairs for name in pair.indices])

    async def ready(self, pair: Pair) -> None:
        """Settings as for any live index, all copies made; raises Unavailable when they are not made in time."""
        for kind in names.KINDS:
            wanted = mapping.settings(kind, shards=self.settings.shards, replicas=self.settings.replicas)["index"]
            changeable = {name: wanted[name] for name in ("refresh_interval", "number_of_replicas")}
            await self.client.indices.put_settings(index=pair.index(kind), settings={"index": changeable})
        wait = self.client.options(request_timeout=READY_SECONDS + 10)
        healthy = await wait.cluster.health(index=list(pair.indices), wait_for_status="green", timeout=f"{READY_SECONDS}s")
        if healthy["timed_out"]:
            raise Unavailable(f"the copies of {pair} are not made after {READY_SECONDS} s: are there enough nodes for ELASTICSEARCH_REPLICAS?")

    async def stand_by(self, pair: Pair, since: datetime, read_to: Mapping[int, int]) -> None:
        """Note from when on a pair is not live and what it has: on a live one shortly before the swap, where it changes nothing."""
        for name in pair.indices:
            await indices.put_meta(self.client, name, standby_meta(since, read_to))

    async def be_whole(self, pair: Pair) -> None:
        """Note that a pair has everything before it is swapped in: no indexer is to fill it again (services.index.fill)."""
        for name in pair.indices:
            await indices.put_meta(self.client, name, {fills.META: ""})

    async def swap(self, live: Pair | None, target: Pair) -> None:
        """Both aliases in one request, known to all nodes when this returns; all or nothing."""
        actions: Sequence[Mapping[str, Any]] = swap(live, target)
        answer = await self.client.indices.update_aliases(actions=actions, master_timeout="60s", timeout="60s")
        if not answer["acknowledged"]:  # done, but a node may not know it yet: ask until all do
            await self.client.options(request_timeout=70).cluster.health(wait_for_events="languid", timeout="60s")

    async def discard(self, indices: Iterable[str]) -> list[str]:
        """Delete what is being filled or was left over, and nothing that was swapped in, whatever moves meanwhile; the names of what was deleted."""
        deleted = []
        for name in indices:
            try:
                await self.client.indices.update_aliases(actions=drop(name))
            except NotFoundError:
                # Swapped in, or dropped before: only what says that it is dropped may go.
                if not await self.client.indices.exists_alias(index=name, name=names.dropped(name)):
                    continue
            await self.client.indices.delete(index=name, ignore_unavailable=True)
            deleted.append(name)
        return deleted

    async def remove(self, pair: Pair) -> None:
        """Delete a standby, as surveyed under the lock."""
        await self.client.indices.delete(index=list(pair.indices), ignore_unavailable=True)


@dataclass
class Apart:
    """A client that writes a pair beside the live one, for whoever writes under the live aliases."""

    client: Client
    pair: Pair

    def _index(self, alias: str) -> str:
        targets = {names.alias(self.pair.namespace, kind): names.apart(self.pair.index(kind)) for kind in names.KINDS}
        return targets[alias]

    async def bulk(self, *, index: str, operations: Any, require_alias: bool, include_source_on_error: bool, filter_path: str) -> Answer:
        """As the client's own."""
        return await self.client.bulk(
            index=self._index(index),
            operations=operations,
            require_alias=require_alias,
            include_source_on_error=include_source_on_error,
            filter_path=filter_path,
        )

    async def mget(self, *, index: str, ids: Sequence[str], source_includes: Sequence[str]) -> Answer:
        """As the client's own."""
        return await self.client.mget(index=self._index(index), ids=ids, source_includes=source_includes)
