"""A stand-in for Elasticsearch's client: bulk and mget over documents in memory, with external versions and sequence numbers; held to the real one's
contract tests.

Aliases are given at its making; a document is refused by the field names and date forms of our mapping, as Elasticsearch would.
What shall go wrong is queued in `failures` (a whole request) or said by `refuse` (single operations).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

import orjson
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import ApiError

from services.index import mapping

Json = dict[str, Any]


def api_error(status: int, kind: str = "error", reason: str = "reason") -> ApiError:
    """The client's error for a request that was answered with `status` as a whole."""
    meta = ApiResponseMeta(status, "1.1", HttpHeaders(), 0.0, NodeConfig("http", "fake", 9200))
    return ApiError(kind, meta, {"error": {"type": kind, "reason": reason}, "status": status})


def item_error(status: int, kind: str, reason: str = "reason") -> Json:
    """The result of one operation that Elasticsearch refused."""
    return {"status": status, "error": {"type": kind, "reason": reason}}


@dataclass
class _Stored:
    version: int
    source: Json | None
    """None once deleted: its version is remembered for a while"""
    sequence: int


@dataclass
class FakeElastic:
    """Indices by alias."""

    aliases: Sequence[str] = ("items", "digests")
    failures: list[Exception] = field(default_factory=list)
    """Raised by the next requests, one each"""
    refuse: Callable[[str, str], Json | None] = lambda _index, _id: None
    """The result that an operation on (alias, id) gets instead of being run; None runs it"""
    requests: list[tuple[str, list[str]]] = field(default_factory=list)
    """Alias and ids of each request, in order"""
    bytes: list[int] = field(default_factory=list)
    """Of each bulk request"""
    _stored: dict[tuple[str, str], _Stored] = field(default_factory=dict)
    _sequence: int = 0

    def documents(self, alias: str) -> dict[str, Json]:
        """What is there."""
        return {id: stored.source for (index, id), stored in self._stored.items() if index == alias and stored.source is not None}

    def forget_deletions(self) -> None:
        """What Elasticsearch does after 60 s: a deleted document's version is gone."""
        self._stored = {key: stored for key, stored in self._stored.items() if stored.source is not None}

    async def bulk(self, *, index: str, operations: Any, require_alias: bool, include_source_on_error: bool, filter_path: str) -> SimpleNamespace:
        """As the real one, with bytes for lines."""
        lines = b"".join(operations).splitlines()
        self.bytes.append(sum(map(len, operations)))
        results: list[Json] = []
        ids: list[str] = []
        at = 0
        while at < len(lines):
            ((kind, action),) = orjson.loads(lines[at]).items()
            at += 1
            source = None
            if kind != "delete":
                source = orjson.loads(lines[at])
                at += 1
            ids.append(action["_id"])
            results.append({kind: self._run(index, kind, action, source)})
        self.requests.append((index, ids))
        if self.failures:
            raise self.failures.pop(0)
        if any(not 0 < len(id.encode()) <= 512 for id in ids):
            raise api_error(400, "action_request_validation_exception", "id is too long")
        errors = any("error" in result for item in results for result in item.values())
        return SimpleNamespace(body={"errors": errors, "items": results})

    def _run(self, index: str, kind: str, action: Json, source: Json | None) -> Json:
        if index not in self.aliases:
            return item_error(404, "index_not_found_exception", f"no such index [{index}]")
        if self.failures:  # the request will fail as a whole
            return {"status": 500}
        if refused := self.refuse(index, action["_id"]):
            return refused
        key = (index, action["_id"])
        stored = self._stored.get(key)
        existed = stored is not None and stored.source is not None
        if kind == "create":
            conflict, version = existed, 1
        elif "if_seq_no" in action:
            there = stored.sequence if stored is not None and existed else None
            conflict, version = (there, 1) != (action["if_seq_no"], action["if_primary_term"]), stored.version + 1 if stored else 1
        else:
            assert action["version_type"] == "external_gte"
            conflict, version = stored is not None and stored.version > action["version"], action["version"]
        if conflict:
            return item_error(409, "version_conflict_engine_exception", "current version is higher, or another than was read")
        if source is not None and (problem := _problem(index, source)):
            return problem
        self._sequence += 1
        self._stored[key] = _Stored(version, source, self._sequence)
        if source is None:
            return {"status": 200 if existed else 404}
        return {"status": 200 if existed else 201}

    async def mget(self, *, index: str, ids: Sequence[str], source_includes: Sequence[str]) -> SimpleNamespace:
        """As the real one."""
        self.requests.append((index, list(ids)))
        if self.failures:
            raise self.failures.pop(0)
        if index not in self.aliases:
            return SimpleNamespace(
                body={"docs": [{"_id": id, "error": {"type": "index_not_found_exception", "reason": "no such index"}} for id in ids]}
            )
        found = self.documents(index)
        docs: list[Json] = [
            {
                "_id": id,
                "found": True,
                "_seq_no": self._stored[index, id].sequence,
                "_primary_term": 1,
                "_source": {name: value for name, value in found[id].items() if name in source_includes},
            }
            if id in found
            else {"_id": id, "found": False}
            for id in ids
        ]
        return SimpleNamespace(body={"docs": docs})


def _problem(index: str, source: Mapping[str, Any]) -> Json | None:
    properties = mapping.MAPPINGS[index.rsplit("-", 1)[-1]]["properties"]
    for name, value in source.items():
        if name not in properties:
            return item_error(400, "strict_dynamic_mapping_exception", f"dynamic introduction of [{name}] is not allowed")
        if properties[name].get("format") == "strict_date" and value is not None:
            try:
                date.fromisoformat(value)
            except ValueError:
                return item_error(400, "document_parsing_exception", f"failed to parse field [{name}] of type [date]")
    return None
