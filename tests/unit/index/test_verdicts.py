"""Verdicts on Elasticsearch's answers."""

from typing import Any

import pytest

from services.index.batch import Operation
from services.index.verdicts import Verdict, judge, judge_request, judgements

D, S, R, P, O = Verdict.DONE, Verdict.STALE, Verdict.RETRY, Verdict.POISON, Verdict.OPERATOR  # noqa: E741  # a table reads better so
SPLIT, F = Verdict.SPLIT, Verdict.FAULT


def _of(*sizes: int) -> list[Operation]:
    return [Operation(0, str(at), b"x" * size) for at, size in enumerate(sizes)]


OPERATIONS: list[tuple[int, Any, Verdict]] = [
    (200, None, D),
    (201, None, D),
    (404, None, D),  # the deletion of what isn't there
    (409, {"type": "version_conflict_engine_exception"}, S),
    (400, {"type": "document_parsing_exception"}, P),
    (400, {"type": "mapper_parsing_exception"}, P),
    (400, {"type": "strict_dynamic_mapping_exception"}, P),
    (400, {"type": "illegal_argument_exception"}, P),
    (400, {"type": "index_closed_exception"}, O),
    (401, {"type": "security_exception"}, O),
    (403, {"type": "security_exception"}, O),
    (403, {"type": "cluster_block_exception"}, O),
    (404, {"type": "index_not_found_exception"}, O),
    (413, {"type": "content_too_long"}, SPLIT),
    (429, {"type": "es_rejected_execution_exception"}, R),
    (429, {"type": "circuit_breaking_exception"}, R),
    (429, {"type": "cluster_block_exception"}, O),  # over the flood-stage watermark
    (500, {"type": "null_pointer_exception"}, F),
    (500, {"type": "i_o_exception"}, R),  # no space left on device
    (501, {"type": "not_implemented"}, F),
    (502, {"type": "bad_gateway"}, R),
    (503, {"type": "unavailable_shards_exception"}, R),
    (503, {"type": "cluster_block_exception"}, R),  # no master yet
    (504, {"type": "timeout"}, R),
]


@pytest.mark.parametrize(("status", "error", "verdict"), OPERATIONS)
def test_verdict_on_an_operation(status: int, error: Any, verdict: Verdict) -> None:
    """Each status with its error."""
    assert judge(status, error).verdict is verdict


REQUESTS: list[tuple[int, str, int, Verdict]] = [
    (400, "action_request_validation_exception", 2, SPLIT),
    (400, "action_request_validation_exception", 1, P),
    (401, "security_exception", 2, O),
    (403, "security_exception", 2, O),
    (404, "index_not_found_exception", 2, O),
    (405, "method_not_allowed", 2, O),
    (406, "media_type_header_exception", 1, O),
    (408, "timeout", 2, R),
    (409, "conflict", 2, R),
    (413, "content_too_long", 2, SPLIT),
    (413, "content_too_long", 1, P),
    (429, "circuit_breaking_exception", 2, R),
    (429, "es_rejected_execution_exception", 2, R),
    (500, "error", 1, F),
    (500, "error", 2, F),
    (502, "error", 2, R),
    (503, "unavailable_shards_exception", 2, R),
    (504, "error", 2, R),
]


@pytest.mark.parametrize(("status", "kind", "operations", "verdict"), REQUESTS)
def test_verdict_on_a_whole_request(status: int, kind: str, operations: int, verdict: Verdict) -> None:
    """Each status, for a request of several and of one."""
    assert judge_request(status, {"error": {"type": kind, "reason": "r"}}, operations=operations).verdict is verdict


@pytest.mark.parametrize("body", [None, "", "<html>Bad gateway</html>", {"error": "no handler"}, {}])
def test_a_proxy_may_answer_anything(body: Any) -> None:
    """The status alone decides when the body is none of Elasticsearch's."""
    assert judge_request(502, body, operations=2).verdict is R


def test_an_answer_without_errors_is_done_for_all() -> None:
    """No item is looked at."""
    assert [judgement.verdict for judgement in judgements(_of(1, 1), {"errors": False, "items": []})] == [D, D]


def test_each_operation_has_its_own_verdict() -> None:
    """In the order of the operations."""
    body = {
        "errors": True,
        "items": [
            {"index": {"status": 201}},
            {"index": {"status": 409, "error": {"type": "version_conflict_engine_exception", "reason": "r"}}},
            {"delete": {"status": 404}},
            {"index": {"status": 400, "error": {"type": "document_parsing_exception", "reason": "failed to parse field [published_on]"}}},
        ],
    }
    found = judgements(_of(1, 1, 1, 1), body)
    assert [judgement.verdict for judgement in found] == [D, S, D, P]
    assert (found[3].error, found[3].reason) == ("document_parsing_exception", "failed to parse field [published_on]")


def test_an_answer_cut_short_is_tried_again() -> None:
    """Who was answered for can't be told."""
    assert [judgement.verdict for judgement in judgements(_of(1, 1), {"errors": True, "items": [{"index": {"status": 201}}]})] == [R, R]


def test_the_reason_quotes_no_text() -> None:
    """A parsing error's preview of the value is cut off: it is the digest's text."""
    reason = "failed to parse field [published_on] of type [date] in document with id '2'. Preview of field's value: '昆山'"
    assert "昆山" not in judge(400, {"type": "document_parsing_exception", "reason": reason}).reason
