"""Elasticsearch's answers → a verdict for each operation of a bulk request. Pure.

| verdict  | what happens next                  | what Elasticsearch said                                                                    |
|----------|------------------------------------|--------------------------------------------------------------------------------------------|
| done     | nothing                            | 200, 201; a deletion of what isn't there (404 without an error)                             |
| stale    | nothing, it is counted             | 409 version_conflict: something newer is there                                             |
| retry    | the same again after a pause       | 408, 429, 502 to 504, circuit_breaking, es_rejected_execution, disk errors, no answer      |
| fault    | the same again                     | 500 and other 5xx: some operations trip over a fault of Elasticsearch's own                |
| split    | the same again in halves           | 413: more bytes than it, or a proxy before it, takes; 400 for a request as a whole         |
| poison   | dead letter                        | 400 mapping, parsing, illegal_argument; 413 and 400 for a request of one                   |
| operator | pause, turn red, try now and then  | 401, 403, 404 index missing, index read-only, closed or over the flood-stage watermark     |

Retry and fault end as poison where they meet one operation alone, again and again, while others are taken (services.index.bulk): overload and
absence meet all. Only a disk's errors never do, as a full one still takes small documents (`may_be_its_own`).

A 413 says nothing against any operation: the request is larger than Elasticsearch's `http.max_content_length` or a proxy's limit, whatever
INDEX_BATCH_BYTES says. A 400 for a request as a whole names no culprit. Halving finds what is taken, or the one operation that never is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.index.batch import Operation


class Verdict(StrEnum):
    """What happens next with an operation."""

    DONE = "done"
    STALE = "stale"
    RETRY = "retry"
    FAULT = "fault"
    SPLIT = "split"
    POISON = "poison"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason."""

    verdict: Verdict
    error: str = ""
    """Elasticsearch's own word for it, such as document_parsing_exception"""
    reason: str = ""
    """In plain words; never the digest's text"""


DONE = Judgement(Verdict.DONE)

_AWAY = (502, 503, 504)
"""Statuses that say that what should answer is not there."""

_DISK = {
    "i_o_exception",
    "io_exception",
    "file_system_exception",
    "translog_exception",
    "corrupt_index_exception",
    "already_closed_exception",
}
"""500, but of the disk under a shard: a full one still takes small documents, so that the others' success says nothing."""


def judgements(operations: Sequence[Operation], body: Mapping[str, Any]) -> list[Judgement]:
    """The verdict on each operation by a bulk answer's body (`errors`, `items.*.status`, `items.*.error`)."""
    if body.get("errors") is False:
        return [DONE] * len(operations)
    results = [result for item in body.get("items", ()) for result in item.values()]
    if len(results) != len(operations):  # an answer cut short says nothing of the rest: all of it may be sent again
        return [Judgement(Verdict.RETRY, "short_answer", "the answer does not name every operation")] * len(operations)
    return [judge(result.get("status", 500), result.get("error")) for result in results]


def judge(status: int, error: object = None) -> Judgement:
    """The verdict on one operation by its status and error object."""
    if error is None and (status < 300 or status == 404):
        return DONE
    kind, reason = _words(error, status)
    if kind == "cluster_block_exception" and status != 503:  # 503: the cluster has no master yet, which passes
        return Judgement(Verdict.OPERATOR, kind, reason)
    if status == 401:  # what it says itself names no setting
        return Judgement(Verdict.OPERATOR, kind, f"{reason} (check ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD)")
    if kind == "index_closed_exception" or status in (403, 404):
        return Judgement(Verdict.OPERATOR, kind, reason)
    if status == 409:
        return Judgement(Verdict.STALE, kind, reason)
    if status == 413:
        return Judgement(Verdict.SPLIT, kind, reason)
    if status in (408, 429, *_AWAY) or kind in _DISK:
        return Judgement(Verdict.RETRY, kind, reason)
    if status >= 500:
        return Judgement(Verdict.FAULT, kind, reason)
    return Judgement(Verdict.POISON, kind, reason)


def judge_request(status: int, body: object = None, *, operations: int) -> Judgement:
    """The verdict on all of a request that was answered with an error as a whole; never done or stale.

    A 400 names no culprit (an id that is too long, say), so a request of several is split until the one is found.
    """
    error = body.get("error") if isinstance(body, Mapping) else None
    judged = judge(status, error or {})
    if judged.verdict in (Verdict.DONE, Verdict.STALE):
        return Judgement(Verdict.RETRY, judged.error, judged.reason)
    if judged.verdict in (Verdict.POISON, Verdict.SPLIT):
        if status not in (400, 413):  # 405, 406 …: what answers there is no Elasticsearch that we know
            return Judgement(Verdict.OPERATOR, judged.error, judged.reason)
        return Judgement(Verdict.SPLIT if operations > 1 else Verdict.POISON, judged.error, judged.reason)
    return judged


def may_be_its_own(judged: Judgement) -> bool:
    """Whether the operation itself may be what Elasticsearch stumbles over, which is so where it takes others meanwhile."""
    if judged.verdict is Verdict.RETRY:
        return judged.error not in _DISK and judged.error != "cluster_block_exception"
    return judged.verdict is Verdict.FAULT


def _words(error: object, status: int) -> tuple[str, str]:
    if not isinstance(error, Mapping):
        return f"status_{status}", str(error)[:300] if isinstance(error, str) else f"status {status}"
    # A parsing error ends in a preview of the value, which is the digest's text.
    reason = str(error.get("reason") or f"status {status}").split(" Preview of field's value")[0]
    return str(error.get("type") or f"status_{status}"), reason
