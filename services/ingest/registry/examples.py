"""What OpenAPI says of /v1/sources, with examples. Pure data."""

from typing import Any

from services.ingest.http.examples import refusal
from shared.registry.entry import Entry, FetchState, Wanted

_SAID: dict[str, Any] = {
    "name": "双碳周报",
    "publisher": "某研究院",
    "region": "320500",
    "cadence": "weekly",
    "fetch": {"kind": "feed", "url": "https://example.org/feed.xml", "every": 1800},
    "taxonomy": "energy",
    "base_url": "https://example.org/",
}
_WHOLE: dict[str, Any] = {"language": "zh", "profile": "shuangtan-daily", "usual_from": "2026-01-30", "on": True}
_STATE: dict[str, Any] = {
    "at": "2026-02-06T02:00:00Z",
    "fed_at": "2026-02-06T01:00:00Z",
    "next_at": "2026-02-06T02:30:00Z",
    "failures": 0,
    "error": None,
    "paused": False,
    "refused": ["https://example.org/12: the digest is empty: there is nothing but white space in it"],
}
_ENTRY: dict[str, Any] = {
    **_SAID,
    **_WHOLE,
    "source": "shuangtan-weekly",
    "edition": 4,
    "found": False,
    "changed_at": "2026-02-05T08:00:00Z",
    "by": "key desk",
    "state": _STATE,
}


def _flat(model: type[Any], **replaced: Any) -> dict[str, Any]:
    """A model's schema with its definitions inside, as it goes into another document."""
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            if "$ref" in value:
                return put(definitions[value["$ref"].rpartition("/")[2]])
            return {name: put(part) for name, part in value.items() if name != "discriminator"}
        return [put(part) for part in value] if isinstance(value, list) else value

    made: dict[str, Any] = put(schema)
    made["properties"] |= replaced
    return made


_FIELDS = _flat(Wanted, edition={"type": "integer", "minimum": 0, "description": "The edition that was seen, where If-Match does not say it"})
_STATES = _flat(FetchState)["properties"]
_SHOWN = _flat(
    Entry,
    state={
        "anyOf": [{"type": "object", "properties": {name: _STATES[name] for name in _STATE}}, {"type": "null"}],
        "description": "How fetching it goes; null for what is pushed or was not fetched yet",
    },
)
_KEYS: list[dict[str, list[str]]] = [{}, {"bearer": []}, {"key": []}]

_SOURCE = {
    "name": "source",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": r"^\w[\w.\-]{0,63}$"},
    "description": "The source's id",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": 'The ETag that was seen, such as "4"',
}

_REFUSED = {
    "401": refusal("A key is needed", 401, "key_missing", "send your API key as `Authorization: Bearer KEY` or `X-API-Key: KEY`"),
    "403": refusal(
        "The key is not known, or may not see or change this source", 403, "key_source",
        "the key weekly may not feed or withdraw digests of the source 'daily'",
    ),
    "429": refusal("Too many wrong keys", 429, "too_many_wrong_keys", "too many wrong API keys from this address at once; slow down"),
}  # fmt: skip
_MISSING = refusal("No such source", 404, "unknown_source", "there is no source daily: make it with PUT, or feed its first digest")
_BAD = refusal(
    "Can't be used; `field` says which",
    422,
    "bad_entry",
    "fetch.url: an address such as https://example.org/feed.xml is expected, without a user name",
)
_AWAY = refusal("Kafka is away: send it again after Retry-After seconds", 503, "unavailable", "Kafka does not answer")
_CHANGED = refusal(
    "Somebody else changed it; `present` is what it is now", 409, "source_changed",
    "shuangtan-weekly is at edition 5, changed 2026-02-06 09:00 UTC by key two, and you sent edition 4: look at it and send yours again",
)  # fmt: skip
_TOO_LARGE = refusal("Too large", 413, "too_large", "the request is larger than the 0.25 MiB that are taken")


def _found(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "headers": {"ETag": {"schema": {"type": "string"}, "description": "Its edition"}},
        "content": {"application/json": {"schema": _SHOWN | {"example": _ENTRY}}},
    }


def _taken(example: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": _FIELDS, "example": example}}}


_LISTED = {
    "type": "object",
    "required": ["sources", "complete"],
    "properties": {
        "sources": {"type": "array", "items": _SHOWN},
        "complete": {"type": "boolean", "description": "False while they are still being read from Kafka, so that some are missing"},
    },
    "example": {"sources": [_ENTRY], "complete": True},
}

LIST: dict[str, Any] = {
    "security": _KEYS,
    "responses": {"200": {"description": "By their ids", "content": {"application/json": {"schema": _LISTED}}}} | _REFUSED,
}
GET: dict[str, Any] = {
    "parameters": [_SOURCE],
    "security": _KEYS,
    "responses": {"200": _found("The source"), "404": _MISSING, "422": _BAD} | _REFUSED,
}
PUT: dict[str, Any] = {
    "parameters": [_SOURCE, _IF_MATCH],
    "requestBody": _taken(_SAID | {"edition": 0}),
    "security": _KEYS,
    "responses": {
        "200": _found("Kafka has the change"),
        "201": _found("Kafka has the new source"),
        "409": _CHANGED,
        "413": _TOO_LARGE,
        "422": _BAD,
        "503": _AWAY,
    }
    | _REFUSED,
}
PATCH: dict[str, Any] = {
    "parameters": [_SOURCE, _IF_MATCH],
    "requestBody": _taken({"on": False}),
    "security": _KEYS,
    "responses": {
        "200": _found("Kafka has the change"),
        "404": _MISSING,
        "409": _CHANGED,
        "413": _TOO_LARGE,
        "422": _BAD,
        "503": _AWAY,
    }
    | _REFUSED,
}
