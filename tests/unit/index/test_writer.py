"""The writer against the fake Elasticsearch."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from services.index import document
from services.index.batch import WITNESS
from services.index.bulk import Bulk
from services.index.flow_control.blockers import Blockers
from services.index.writer import Fate, Outcome, Writer
from shared.records import EnrichedDigest
from shared.retry import Backoff
from tests.fakes.digests import enriched
from tests.fakes.elastic import FakeElastic, api_error, item_error


class Shell:
    """A writer with its fake, its waits and the delays it asked for."""

    def __init__(self, *, batch_bytes: int = 2**20) -> None:
        self.elastic = FakeElastic()
        self.blockers = Blockers()
        self.delays: list[float] = []
        self.seen: list[str] = []
        backoff = Backoff(first=1.0, longest=4.0, uniform=lambda _low, high: high)
        self.seconds = 0.0
        self.writer = Writer(Bulk(self.elastic, batch_bytes, 4, self.blockers, backoff, self._sleep), clock=lambda: self.seconds)

    async def _sleep(self, seconds: float) -> None:
        self.delays.append(seconds)
        self.seen.append(str(self.blockers))
        assert len(self.delays) < 20, "tried for ever"

    def meanwhile(self, index: str, *digests: EnrichedDigest, seconds: float = 0.0) -> None:
        """Before the next writing to that index, another indexer writes these, and so many seconds pass, in which deletions are forgotten."""
        bulk = self.elastic.bulk

        async def interrupted(**options: Any) -> object:
            if options["index"] == index:
                self.elastic.bulk = bulk  # type: ignore[method-assign]  # the fake's own again
                other = Writer(Bulk(self.elastic, 2**20, 4, self.blockers))
                for digest in digests:
                    await other.write([document.read(digest.to_json())])
                if seconds:
                    self.seconds += seconds
                    self.elastic.forget_deletions()
            return await bulk(**options)

        self.elastic.bulk = interrupted  # type: ignore[method-assign, assignment]  # a process that is stopped before it sends

    async def write(self, *digests: EnrichedDigest) -> list[Outcome]:
        """Outcomes of digests in one batch."""
        return await self.writer.write([document.read(digest.to_json()) for digest in digests])

    async def fates(self, *digests: EnrichedDigest) -> list[Fate]:
        """Fates of digests in one batch."""
        return [outcome.fate for outcome in await self.write(*digests)]

    def bodies(self) -> list[str]:
        """Bodies of all items that are there."""
        return sorted(item["body"] for item in self.elastic.documents("items").values())


@pytest.fixture
def shell() -> Shell:
    """A fresh one."""
    return Shell()


async def test_items_and_manifest(shell: Shell) -> None:
    """A digest's items are there, and its manifest names them."""
    digest = enriched("昆山:甲", "常州:乙")
    assert await shell.fates(digest) == [Fate.INDEXED]
    assert shell.bodies() == ["常州:乙,第1版。", "昆山:甲,第1版。"]
    manifest = shell.elastic.documents("digests")[digest.digest_id]
    assert (manifest["item_ids"], manifest["to_delete"]) == ([item.item_id for item in digest.items], [])


async def test_manifest_before_items(shell: Shell) -> None:
    """Read, then written, before any item is touched; nothing further when nothing is to delete."""
    digest = enriched("昆山:甲")
    await shell.write(digest)
    assert shell.elastic.requests == [("digests", [digest.digest_id]), ("digests", [digest.digest_id]), ("items", [digest.items[0].item_id])]


async def test_later_revision_replaces(shell: Shell) -> None:
    """Changed items change, gone items go, and the manifest forgets them."""
    await shell.write(enriched("昆山:甲", "常州:乙", revision=1))
    assert await shell.fates(enriched("昆山:甲", "杭州:丙", revision=2)) == [Fate.INDEXED]
    assert shell.bodies() == ["昆山:甲,第2版。", "杭州:丙,第2版。"]
    assert [manifest["to_delete"] for manifest in shell.elastic.documents("digests").values()] == [[]]


async def test_older_revision_is_dropped(shell: Shell) -> None:
    """Even once Elasticsearch has forgotten what was deleted."""
    await shell.write(enriched("昆山:甲", revision=2))
    shell.elastic.forget_deletions()
    assert await shell.fates(enriched("昆山:甲", "常州:乙", revision=1)) == [Fate.OLDER]
    assert shell.bodies() == ["昆山:甲,第2版。"]


async def test_newer_manifest_between_reading_and_writing(shell: Shell) -> None:
    """Somebody else's newer version that comes in between is neither overwritten nor forgotten: the older one is dropped."""
    mine, newer = enriched("昆山:甲", revision=2), enriched("昆山:乙", "常州:丙", revision=3)
    shell.meanwhile("digests", newer)
    assert await shell.fates(mine) == [Fate.OLDER]
    assert shell.bodies() == ["常州:丙,第3版。", "昆山:乙,第3版。"]


async def test_older_manifest_between_reading_and_writing(shell: Shell) -> None:
    """An owner before us writes another version once we have read: its items are surplus too, and go."""
    await shell.write(enriched("昆山:甲", revision=1))
    shell.meanwhile("digests", enriched("杭州:丙", "乐山:丁", revision=2))
    assert await shell.fates(enriched("常州:乙", revision=3)) == [Fate.INDEXED]
    assert shell.bodies() == ["常州:乙,第3版。"]
    assert [manifest["to_delete"] for manifest in shell.elastic.documents("digests").values()] == [[]]


async def test_items_written_late_behind_a_newer_version(shell: Shell) -> None:
    """Stopped between manifest and items until Elasticsearch has forgotten the deletions, it takes back what the newer version does not have."""
    shell.meanwhile("items", enriched("昆山:甲", "常州:乙", revision=2), enriched("昆山:甲", revision=3), seconds=70.0)
    assert await shell.fates(enriched("昆山:甲", "常州:乙", revision=2)) == [Fate.OLDER]
    assert shell.bodies() == ["昆山:甲,第3版。"]


async def test_same_digest_written_by_two_at_once(shell: Shell) -> None:
    """The same version from two indexers: both are through, everything is there once."""
    digest = enriched("昆山:甲", "常州:乙", revision=2)
    await shell.write(enriched("昆山:甲", "杭州:丙", revision=1))
    shell.meanwhile("digests", digest)
    assert await shell.fates(digest) == [Fate.INDEXED]
    assert shell.bodies() == ["常州:乙,第2版。", "昆山:甲,第2版。"]
    assert [manifest["to_delete"] for manifest in shell.elastic.documents("digests").values()] == [[]]


async def test_higher_build_of_the_same_revision_wins(shell: Shell) -> None:
    """Better code replaces what older code said, not the other way round."""
    await shell.write(enriched("昆山:甲", revision=1, build=2))
    assert await shell.fates(enriched("昆山:乙", revision=1, build=1)) == [Fate.OLDER]
    assert await shell.fates(enriched("昆山:丙", revision=1, build=3)) == [Fate.INDEXED]
    assert shell.bodies() == ["昆山:丙,第1版。"]


async def test_replay_changes_nothing(shell: Shell) -> None:
    """The same digest twice, in two batches and in one."""
    digest = enriched("昆山:甲", "常州:乙")
    await shell.write(digest)
    before = shell.elastic.documents("items")
    assert await shell.fates(digest, digest) == [Fate.SUPERSEDED, Fate.INDEXED]
    assert shell.elastic.documents("items") == before


async def test_highest_of_a_batch_wins(shell: Shell) -> None:
    """Three revisions in one batch, out of order."""
    fates = await shell.fates(*(enriched(f"昆山:{number}", revision=number) for number in (1, 3, 2)))
    assert fates == [Fate.SUPERSEDED, Fate.INDEXED, Fate.SUPERSEDED]
    assert shell.bodies() == ["昆山:3,第3版。"]


async def test_digests_of_a_batch_are_apart(shell: Shell) -> None:
    """One request for all their items; each keeps its own."""
    assert await shell.fates(enriched("昆山:甲", name="a"), enriched("昆山:甲", name="b")) == [Fate.INDEXED, Fate.INDEXED]
    assert len(shell.bodies()) == 2
    assert [index for index, _ in shell.elastic.requests] == ["digests", "digests", "items"]


async def test_withdrawal(shell: Shell) -> None:
    """All items go, the manifest stays and says so; the withdrawn revision does not come back."""
    await shell.write(enriched("昆山:甲", "常州:乙", revision=1))
    digest = enriched(revision=2, withdrawn=True)
    assert await shell.fates(digest) == [Fate.INDEXED]
    assert shell.bodies() == []
    assert shell.elastic.documents("digests")[digest.digest_id]["withdrawn"] is True
    shell.elastic.forget_deletions()
    assert await shell.fates(enriched("昆山:甲", revision=1)) == [Fate.OLDER]


async def test_interrupted_deletion_is_made_good(shell: Shell) -> None:
    """Whoever died between the manifest and the deletions leaves a list, and the next revision works it off."""
    await shell.write(enriched("昆山:甲", "常州:乙", revision=1))
    second = document.read(enriched("昆山:甲", revision=2).to_json())
    gone = enriched("昆山:甲", "常州:乙", revision=1).items[1].item_id
    await shell.elastic.bulk(
        index="digests",
        operations=[_manifest_line(second, [gone])],
        require_alias=True,
        include_source_on_error=False,
        filter_path="errors",
    )
    assert len(shell.bodies()) == 2
    await shell.write(enriched("昆山:甲", revision=3))
    assert shell.bodies() == ["昆山:甲,第3版。"]


def _manifest_line(documents: document.Documents, to_delete: list[str]) -> bytes:
    from services.index import batch, manifest

    return batch.indexing(0, documents.digest_id, documents.version, manifest.before(documents, to_delete)).lines


async def test_refused_manifest_refuses_the_digest_alone(shell: Shell) -> None:
    """Garbage for a date: nothing of it is indexed, the others are."""
    bad = document.documents({**orjson.loads(enriched("昆山:甲", name="a").to_json()), "published_on": "garbage"})
    good = document.read(enriched("常州:乙", name="b").to_json())
    outcomes = await shell.writer.write([bad, good])
    assert [outcome.fate for outcome in outcomes] == [Fate.REFUSED, Fate.INDEXED]
    assert outcomes[0].error == "document_parsing_exception"
    assert "published_on" in outcomes[0].message
    assert shell.bodies() == ["常州:乙,第1版。"]


async def test_below_a_refused_revision_the_next_has_its_turn(shell: Shell) -> None:
    """The batch ends as if they had come one by one."""
    good = document.read(enriched("昆山:甲", revision=1).to_json())
    bad = document.documents({**orjson.loads(enriched("昆山:乙", revision=2).to_json()), "published_on": "garbage"})
    assert [outcome.fate for outcome in await shell.writer.write([good, bad])] == [Fate.INDEXED, Fate.REFUSED]
    assert shell.bodies() == ["昆山:甲,第1版。"]


async def test_refused_item_goes_alone(shell: Shell) -> None:
    """The digest's other items are indexed; what an earlier revision left under its id is deleted, and the manifest does not name it."""
    first = enriched("昆山:甲", "常州:乙", revision=1)
    await shell.write(first)
    refused = first.items[0].item_id
    tries = []

    def refuse(_index: str, id: str) -> dict[str, object] | None:
        if id == refused:
            tries.append(id)
            return item_error(400, "illegal_argument_exception") if len(tries) == 1 else None
        return None

    shell.elastic.refuse = refuse
    second = enriched("昆山:甲", "常州:乙", revision=2)
    (outcome,) = await shell.write(second)
    assert (outcome.fate, outcome.error) == (Fate.REFUSED, "illegal_argument_exception")
    assert shell.bodies() == ["常州:乙,第2版。"]
    manifest = shell.elastic.documents("digests")[second.digest_id]
    assert (manifest["item_ids"], manifest["item_count"]) == ([second.items[1].item_id], 1)


async def test_only_what_failed_is_tried_again(shell: Shell) -> None:
    """A rejected item goes once more, alone, after a pause."""
    digest = enriched("昆山:甲", "常州:乙")
    rejected = digest.items[1].item_id
    answers = [item_error(429, "es_rejected_execution_exception"), item_error(503, "unavailable_shards_exception")]
    shell.elastic.refuse = lambda _index, id: answers.pop(0) if id == rejected and answers else None
    assert await shell.fates(digest) == [Fate.INDEXED]
    requests = [ids for index, ids in shell.elastic.requests if index == "items" and ids != [WITNESS]]
    assert requests == [[item.item_id for item in digest.items], [rejected], [rejected]]
    assert shell.delays == [1.0, 2.0]
    assert not shell.blockers


@pytest.mark.parametrize("failures", [1, 5])
async def test_an_outage_is_waited_out(shell: Shell, failures: int) -> None:
    """Whole requests that fail are tried again until one is answered."""
    shell.elastic.failures = [api_error(503, "no_shard_available")] * failures
    assert await shell.fates(enriched("昆山:甲")) == [Fate.INDEXED]
    assert len(shell.delays) == failures
    assert max(shell.delays) <= 4.0


async def test_an_operators_matter_turns_red_and_goes_on_by_itself(shell: Shell) -> None:
    """A missing index is waited for, and said; nothing is lost."""
    answers = [item_error(404, "index_not_found_exception", "no such index [items]")]
    shell.elastic.refuse = lambda index, _id: answers.pop(0) if index == "items" and answers else None
    assert await shell.fates(enriched("昆山:甲")) == [Fate.INDEXED]
    assert shell.seen == ["items: no such index [items]"]
    assert not shell.blockers.for_operator
    assert shell.bodies() == ["昆山:甲,第1版。"]


async def test_too_large_is_split(shell: Shell) -> None:
    """413 for the request: halves, until they fit."""
    digest = enriched(*(f"昆山:{number}" for number in range(4)))
    shell.elastic.failures = []
    bulk = shell.elastic.bulk
    sizes: list[int] = []

    async def limited(**options: object) -> object:
        lines: list[bytes] = options["operations"]  # type: ignore[assignment]  # the fake's own argument
        sizes.append(len(lines))
        if options["index"] == "items" and len(lines) > 1:
            raise api_error(413, "content_too_long")
        return await bulk(**options)  # type: ignore[arg-type]  # handed on as they came

    shell.elastic.bulk = limited  # type: ignore[method-assign, assignment]  # a proxy before Elasticsearch with a limit of its own
    assert await shell.fates(digest) == [Fate.INDEXED]
    assert sizes == [1, 4, 2, 1, 1, 2, 1, 1]
    assert len(shell.bodies()) == 4


async def test_one_bad_id_spoils_no_other(shell: Shell) -> None:
    """Elasticsearch refuses a whole request for one id over 512 bytes: the culprit is found, the others are indexed."""
    record = orjson.loads(enriched("昆山:甲", "常州:乙", "杭州:丙").to_json())
    record["items"][1]["item_id"] = "x" * 513
    (outcome,) = await shell.writer.write([document.documents(record)])
    assert outcome.fate is Fate.REFUSED
    assert shell.bodies() == ["昆山:甲,第1版。", "杭州:丙,第1版。"]


async def test_requests_keep_the_limit_of_bytes() -> None:
    """Many items go in several requests."""
    shell = Shell(batch_bytes=2000)
    await shell.write(enriched(*(f"昆山:{number}" for number in range(20))))
    assert len(shell.bodies()) == 20
    assert max(shell.elastic.bytes[1:]) <= 2000


async def test_a_digest_that_is_asked_to_be_skipped(shell: Shell) -> None:
    """Where one of its items is not taken: refused by that name, while its neighbour and the items that were taken are there."""
    digests = [enriched("昆山:甲", "常州:乙", name="a"), enriched("杭州:丙", name="b")]
    stuck = digests[0].items[1].item_id
    shell.elastic.refuse = lambda _index, id: item_error(429, "es_rejected_execution_exception") if id == stuck else None
    shell.writer.asked = lambda place: "skipped by who@host" if place == (2, 7) else None
    read = [document.read(digest.to_json()) for digest in digests]
    outcomes = await shell.writer.write([replace(read[0], place=(2, 7)), replace(read[1], place=(2, 8))])
    assert [(outcome.fate, outcome.error) for outcome in outcomes] == [(Fate.REFUSED, "skipped"), (Fate.INDEXED, "")]
    assert outcomes[0].message == "1 of 2 items: skipped by who@host (reason)"
    assert shell.bodies() == ["昆山:甲,第1版。", "杭州:丙,第1版。"]


async def test_nobody_else_is_skipped(shell: Shell) -> None:
    """What meets trouble in passing while another record is asked for is waited for."""
    answers = [item_error(429, "es_rejected_execution_exception")] * 3
    shell.elastic.refuse = lambda _index, id: answers.pop() if answers and id != WITNESS else None
    shell.writer.asked = lambda place: "skipped by who@host" if place == (2, 8) else None
    documents = replace(document.read(enriched("昆山:甲").to_json()), place=(2, 7))
    assert [outcome.fate for outcome in await shell.writer.write([documents])] == [Fate.INDEXED]
