"""Bulk against an Elasticsearch that answers every code: what becomes of an operation, of its neighbours, and what is said meanwhile."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from elastic_transport import ConnectionError as TransportConnectionError
from elastic_transport import ConnectionTimeout

from services.index.batch import LARGEST, WITNESS, Operation, indexing
from services.index.bulk import TRIES, Bulk
from services.index.flow_control.blockers import Blockers
from services.index.verdicts import Judgement, Verdict
from shared.retry import Backoff
from tests.fakes.elastic import FakeElastic, api_error, item_error

FOR_EVER = 60
"""Tries after which a test is sure that nobody gives up."""


class Enough(Exception):
    """Tried for ever."""


@dataclass
class Shell:
    """Bulk with its fake, and what was said while it waited."""

    elastic: FakeElastic = field(default_factory=FakeElastic)
    blockers: Blockers = field(default_factory=Blockers)
    seen: list[tuple[str, bool]] = field(default_factory=list)
    mended_after: int = FOR_EVER
    """Tries after which `mend` is called"""

    def __post_init__(self) -> None:
        self.bulk = Bulk(self.elastic, 2**20, 4, self.blockers, Backoff(first=1.0, longest=4.0), self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.seen.append((str(self.blockers), bool(self.blockers.for_operator)))
        if len(self.seen) >= FOR_EVER:
            raise Enough
        if len(self.seen) >= self.mended_after:
            self.elastic.refuse = lambda _index, _id: None
            self.elastic.failures.clear()

    async def run(self, *ids: str) -> list[Judgement]:
        """Judgements on operations that index documents under these ids."""
        return await self.bulk.run("items", [_put(id) for id in ids])

    @property
    def requests(self) -> list[list[str]]:
        """Ids of each request, without those that look whether others are taken."""
        return [ids for _, ids in self.elastic.requests if ids != [WITNESS]]


def _put(id: str) -> Operation:
    return indexing(0, id, 1, {"item_id": id})


def _refusing(id: str, status: int, kind: str) -> Any:
    return lambda _index, given: item_error(status, kind) if given == id else None


FINAL: list[tuple[int, str, Verdict]] = [
    (409, "version_conflict_engine_exception", Verdict.STALE),
    (400, "document_parsing_exception", Verdict.POISON),
    (400, "strict_dynamic_mapping_exception", Verdict.POISON),
    (400, "illegal_argument_exception", Verdict.POISON),
]


@pytest.mark.parametrize(("status", "kind", "verdict"), FINAL)
async def test_what_is_final_is_asked_once(status: int, kind: str, verdict: Verdict) -> None:
    """One operation of three is answered so: the others are done, nothing is sent again, nothing is waited for."""
    shell = Shell()
    shell.elastic.refuse = _refusing("b", status, kind)
    assert [judged.verdict for judged in await shell.run("a", "b", "c")] == [Verdict.DONE, verdict, Verdict.DONE]
    assert (shell.requests, shell.seen) == ([["a", "b", "c"]], [])


PASSING: list[tuple[int, str, bool]] = [
    (401, "security_exception", True),
    (403, "security_exception", True),
    (403, "cluster_block_exception", True),
    (404, "index_not_found_exception", True),
    (400, "index_closed_exception", True),
    (429, "cluster_block_exception", True),
    (408, "timeout", False),
    (429, "es_rejected_execution_exception", False),
    (429, "circuit_breaking_exception", False),
    (500, "null_pointer_exception", False),
    (500, "i_o_exception", False),
    (502, "bad_gateway", False),
    (503, "unavailable_shards_exception", False),
    (503, "cluster_block_exception", False),
    (504, "timeout", False),
]


@pytest.mark.parametrize(("status", "kind", "operator"), PASSING)
async def test_what_passes_is_sent_again_alone(status: int, kind: str, operator: bool) -> None:
    """One operation of three is answered so, three times: the others are not sent again, a person is called where one is needed, then it is done."""
    shell = Shell(mended_after=3)
    shell.elastic.refuse = _refusing("b", status, kind)
    assert [judged.verdict for judged in await shell.run("a", "b", "c")] == [Verdict.DONE] * 3
    assert shell.requests == [["a", "b", "c"], ["b"], ["b"], ["b"]]
    assert [(said.startswith("items: reason"), red) for said, red in shell.seen] == [(True, operator)] * 3
    assert not shell.blockers


REQUESTS: list[tuple[Exception, bool]] = [
    *[(api_error(status, "error"), operator) for status, operator in ((401, True), (403, True), (404, True), (405, True), (406, True))],
    *[(api_error(status, "error"), False) for status in (408, 409, 429, 500, 502, 503, 504)],
    (TransportConnectionError("refused"), False),
    (ConnectionTimeout("too long"), False),
]


@pytest.mark.parametrize(("error", "operator"), REQUESTS)
async def test_a_request_that_fails_as_a_whole_is_sent_again(error: Exception, operator: bool) -> None:
    """Until it is taken, with all that is in it."""
    shell = Shell(mended_after=3)
    shell.elastic.failures = [error] * FOR_EVER
    assert [judged.verdict for judged in await shell.run("a", "b")] == [Verdict.DONE] * 2
    assert shell.requests == [["a", "b"]] * 4
    assert [red for _, red in shell.seen] == [operator] * 3
    assert not shell.blockers


ITS_OWN: list[tuple[int, str]] = [
    (408, "timeout"),
    (429, "es_rejected_execution_exception"),
    (429, "circuit_breaking_exception"),
    (500, "null_pointer_exception"),
    (502, "bad_gateway"),
    (503, "circuit_breaking_exception"),
    (503, "unavailable_shards_exception"),
    (504, "timeout"),
]


@pytest.mark.parametrize(("status", "kind"), ITS_OWN)
async def test_what_meets_one_operation_alone_is_poison_in_the_end(status: int, kind: str) -> None:
    """While others are taken: after so many tries it is given up, with Elasticsearch's reason and how often it was tried."""
    shell = Shell()
    shell.elastic.refuse = _refusing("b", status, kind)
    found = await shell.run("a", "b")
    assert found[0].verdict is Verdict.DONE
    assert found[1] == Judgement(Verdict.POISON, kind, f"reason ({TRIES} times, while others were taken)")
    assert shell.requests == [["a", "b"], *[["b"]] * TRIES]
    assert shell.elastic.documents("items").keys() == {"a"}  # looking whether others are taken has left nothing behind


NEVER: list[tuple[int, str]] = [(500, "i_o_exception"), (403, "security_exception"), (429, "cluster_block_exception")]


@pytest.mark.parametrize(("status", "kind"), NEVER)
async def test_a_full_disk_and_what_a_person_must_mend_are_never_poison(status: int, kind: str) -> None:
    """However often one operation is answered so while others are taken."""
    shell = Shell()
    shell.elastic.refuse = _refusing("b", status, kind)
    with pytest.raises(Enough):
        await shell.run("a", "b")


MEETS_ALL: list[tuple[int, str]] = [status for status in ITS_OWN if status[0] != 500]


@pytest.mark.parametrize(("status", "kind"), MEETS_ALL)
async def test_overload_and_absence_that_meet_all_are_waited_out(status: int, kind: str) -> None:
    """Nobody is given up on, however long it takes, and all are done once it is over."""
    shell = Shell(mended_after=FOR_EVER - 1)
    shell.elastic.refuse = lambda _index, _id: item_error(status, kind)
    assert [judged.verdict for judged in await shell.run("a", "b")] == [Verdict.DONE] * 2


async def test_overload_that_meets_the_heavy_is_not_their_own_where_it_meets_what_is_as_heavy() -> None:
    """A write of ten bytes comes through, one of 10 kB does not, whoever writes it: that is waited for too."""
    shell = Shell(mended_after=FOR_EVER - 1)
    bulk = shell.elastic.bulk

    async def busy(**options: Any) -> Any:
        heavy = sum(map(len, options["operations"])) > 10_000 and len(shell.seen) < FOR_EVER - 2
        shell.elastic.refuse = lambda _index, _id: item_error(429, "es_rejected_execution_exception") if heavy else None
        return await bulk(**options)

    shell.elastic.bulk = busy  # type: ignore[method-assign]  # a node that is nearly full
    (judged,) = await shell.bulk.run("items", [indexing(0, "b", 1, {"body": "甲" * 4000})])
    assert judged.verdict is Verdict.DONE


async def test_tries_begin_anew_where_others_were_not_taken_either() -> None:
    """Overload now and then, which others meet too, adds up to nothing."""
    shell = Shell()

    def refuse(_index: str, id: str) -> Any:
        meets_all = len(shell.seen) % (TRIES - 1) == 0
        return item_error(429, "es_rejected_execution_exception") if id == "b" or meets_all else None

    shell.elastic.refuse = refuse
    with pytest.raises(Enough):
        await shell.run("b")


async def test_one_operations_own_overload_asks_no_less_of_others() -> None:
    """Once it goes alone, what it meets says nothing of how much Elasticsearch bears."""
    shell = Shell()
    shell.elastic.refuse = _refusing("b", 429, "es_rejected_execution_exception")
    await shell.run("b")
    before = shell.bulk.congestion.share
    await shell.run(*map(str, range(20)))
    assert before > 1 / 64
    assert shell.bulk.congestion.share > before


async def test_what_is_larger_than_a_write_may_be_is_never_sent() -> None:
    """It is poison at once, in words, and its neighbours are done."""
    shell = Shell()
    large = indexing(0, "b", 1, {"body": "甲" * LARGEST})
    found = await shell.bulk.run("items", [_put("a"), large, _put("c")])
    assert [judged.verdict for judged in found] == [Verdict.DONE, Verdict.POISON, Verdict.DONE]
    assert (found[1].error, shell.requests) == ("too_large", [["a", "c"]])
    assert f"{LARGEST:,}" in found[1].reason


async def test_who_is_asked_to_skip_is_given_up_where_others_are_taken() -> None:
    """With the next try, with who asked and what it met; who meets nothing is not given up, whoever asks."""
    shell = Shell()
    shell.elastic.refuse = _refusing("b", 429, "es_rejected_execution_exception")
    found = await shell.bulk.run("items", [_put("a"), _put("b")], skipped=lambda _owner: "skipped by who@host")
    assert found[1] == Judgement(Verdict.POISON, "skipped", "skipped by who@host (reason)")
    assert (found[0].verdict, len(shell.seen)) == (Verdict.DONE, 1)


async def test_nobody_is_skipped_while_nothing_is_taken() -> None:
    """An outage is nobody's own affair."""
    shell = Shell(mended_after=5)
    shell.elastic.refuse = lambda _index, _id: item_error(503, "unavailable_shards_exception")
    found = await shell.bulk.run("items", [_put("a")], skipped=lambda _owner: "skipped by who@host")
    assert [judged.verdict for judged in found] == [Verdict.DONE]


async def test_an_answer_that_is_too_much_for_elasticsearch_is_asked_for_in_parts() -> None:
    """Manifests of a whole batch at once may be: halves are taken."""
    shell = Shell()
    await shell.run("a", "b", "c")
    shell.elastic.failures = [api_error(429, "circuit_breaking_exception")]
    found = await shell.bulk.get("items", ["a", "b", "c"], ["item_id"])
    assert [(each or {})["item_id"] for each in found] == ["a", "b", "c"]
    assert [ids for _, ids in shell.elastic.requests[-3:]] == [["a", "b", "c"], ["a"], ["b", "c"]]


async def test_faults_in_answer_to_everything_are_an_outage() -> None:
    """Nothing else is taken, so nobody is given up on, and all are done once it is over."""
    shell = Shell(mended_after=FOR_EVER - 1)
    shell.elastic.refuse = lambda _index, _id: item_error(500, "null_pointer_exception")
    assert [judged.verdict for judged in await shell.run("a", "b")] == [Verdict.DONE] * 2


async def test_the_culprit_of_a_fault_without_a_name_is_found() -> None:
    """The request as a whole is answered with 500 for one of its operations: each goes alone then, and the others are done."""
    shell = Shell()
    bulk = shell.elastic.bulk

    async def faulty(**options: Any) -> Any:
        if any(b'"_id":"b"' in line for line in options["operations"]):
            raise api_error(500, "null_pointer_exception")
        return await bulk(**options)

    shell.elastic.bulk = faulty  # type: ignore[method-assign]  # a node that trips over one document
    assert [judged.verdict for judged in await shell.run("a", "b", "c")] == [Verdict.DONE, Verdict.POISON, Verdict.DONE]
