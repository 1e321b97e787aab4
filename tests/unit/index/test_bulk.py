"""Bulk against an Elasticsearch that answers every code: what becomes of an operation, of its neighbours, and what is said meanwhile."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from elastic_transport import ConnectionError as TransportConnectionError
from elastic_transport import ConnectionTimeout

from services.index.batch import Operation, indexing
from services.index.bulk import FAULT_TRIES, WITNESS, Bulk
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
        return [ids for _, ids in self.elastic.requests if ids != [WITNESS.id]]


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
    assert shell.seen == [("items: reason", operator)] * 3
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


async def test_a_fault_that_meets_one_operation_alone_is_poison_in_the_end() -> None:
    """While the index takes others: after so many tries it is given up, with Elasticsearch's reason and how often it was tried."""
    shell = Shell()
    shell.elastic.refuse = _refusing("b", 500, "null_pointer_exception")
    found = await shell.run("a", "b")
    assert found[0].verdict is Verdict.DONE
    assert found[1] == Judgement(Verdict.POISON, "null_pointer_exception", f"reason ({FAULT_TRIES} times, while others were taken)")
    assert shell.requests == [["a", "b"], *[["b"]] * (FAULT_TRIES - 1)]
    assert shell.elastic.documents("items").keys() == {"a"}  # looking whether others are taken has left nothing behind


NEVER: list[tuple[int, str]] = [
    (429, "es_rejected_execution_exception"),
    (429, "circuit_breaking_exception"),
    (503, "unavailable_shards_exception"),
    (504, "timeout"),
    (500, "i_o_exception"),
    (403, "security_exception"),
]


@pytest.mark.parametrize(("status", "kind"), NEVER)
async def test_overload_and_absence_are_never_poison(status: int, kind: str) -> None:
    """However often one operation is answered so while others are taken."""
    shell = Shell()
    shell.elastic.refuse = _refusing("b", status, kind)
    with pytest.raises(Enough):
        await shell.run("a", "b")


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
        if any(b'"b"' in line for line in options["operations"]):
            raise api_error(500, "null_pointer_exception")
        return await bulk(**options)

    shell.elastic.bulk = faulty  # type: ignore[method-assign]  # a node that trips over one document
    assert [judged.verdict for judged in await shell.run("a", "b", "c")] == [Verdict.DONE, Verdict.POISON, Verdict.DONE]
