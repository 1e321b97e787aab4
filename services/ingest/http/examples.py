"""What OpenAPI says of feeding: the forms a request may have, and the answers, with examples. Pure data."""

from typing import Any

from services.ingest import fields
from shared.records import BINARY_TYPES, MEDIA_TYPES

_DESCRIPTIONS = {
    "source": "Who publishes the digest: one word of letters, digits, `_`, `.`, `-`",
    "title": "The digest's title, where it is known",
    "url": "Where it was published; its identity where there is no external_id",
    "published_on": "Day of publication in Asia/Shanghai, YYYY-MM-DD; at most a week ahead",
    "external_id": "The identity that its publisher gave it; sent again under the same one with other content, the digest is replaced",
    "file_name": "The name of its file: a date in it is the day of publication where published_on is not given",
}
_EXAMPLES = {
    "source": "shuangtan-weekly",
    "title": "双碳周报",
    "url": "https://example.org/weekly/12",
    "published_on": "2026-02-06",
    "external_id": "2026-12",
    "file_name": "shuangtan-2026-02-06.txt",
}
_TEXT = "江苏要闻\n1、昆山:将新增(近)零碳工厂10家\n2月3日,昆山市发布……"

_PROPERTIES: dict[str, Any] = {name: {"type": "string", "description": _DESCRIPTIONS[name], "example": _EXAMPLES[name]} for name in fields.NAMES}

_JSON: dict[str, Any] = {
    "type": "object",
    "required": ["source"],
    "additionalProperties": False,
    "description": "Exactly one of text, html, markdown and content_base64",
    "properties": _PROPERTIES
    | {
        "text": {"type": "string", "description": "The digest as plain text"},
        "html": {"type": "string", "description": "The digest as HTML"},
        "markdown": {"type": "string", "description": "The digest as Markdown"},
        "content_base64": {
            "type": "string",
            "format": "byte",
            "description": "The digest's bytes, kept as they are; a text's charset is decided by content",
        },
        "media_type": {
            "type": "string",
            "description": "Of content_base64; decided by content where it is missing, as PDF, DOCX and MHTML always are",
            "example": "text/html",
        },
    },
}
_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["source", "file"],
    "properties": _PROPERTIES
    | {"file": {"type": "array", "items": {"type": "string", "format": "binary"}, "description": "One or several; each is a digest"}},
}
_ACCEPTED: dict[str, Any] = {
    "type": "object",
    "required": ["digest_id", "revision", "status_url"],
    "properties": {
        "digest_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "revision": {
            "type": "integer",
            "description": "Time of receipt in ms since 1970, or one above the digest's last where that is later; "
            "a later revision replaces an earlier one",
        },
        "status_url": {"type": "string", "format": "uri", "description": "Says when the digest is searchable"},
        "duplicate_of": {
            "type": "string",
            "pattern": "^[0-9a-f]{32}$",
            "description": "Only where the source was fed the same content before, whatever its white space, line ends, width of "
            "characters and charset, and no new title, day or url is given: the digest that it is, which stays as it was",
        },
    },
    "example": {
        "digest_id": "0f8e2c4b6a7d4913b5d0c1a2e3f40516",
        "revision": 1770343200000,
        "status_url": "http://127.0.0.1:8402/api/digests/0f8e2c4b6a7d4913b5d0c1a2e3f40516/status?revision=1770343200000",
    },
}
_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["code", "message", "status"],
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "status": {"type": "integer"}},
}
_FILE: dict[str, Any] = {
    "type": "object",
    "properties": {"file": {"type": "string"}, "error": _ERROR} | _ACCEPTED["properties"],
}
_RESULTS: dict[str, Any] = {
    "type": "array",
    "items": _FILE,
    "description": "Of several files or lines, in their order: each with its identity, or its error",
}


def refusal(description: str, status: int, code: str, message: str) -> dict[str, Any]:
    """An error answer with its example."""
    example = {"error": {"code": code, "message": message, "status": status}}
    schema = {"type": "object", "required": ["error"], "properties": {"error": _ERROR}, "example": example}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _raw(content: str) -> dict[str, Any]:
    return {"schema": {"type": "string", "format": "binary"}, "example": content}


BODIES_OF_ONE: dict[str, Any] = {
    "application/json": {"schema": _JSON, "example": _EXAMPLES | {"text": _TEXT}},
    "text/plain": _raw(_TEXT),
    "text/html": _raw("<h2>江苏要闻</h2><h3>昆山:将新增(近)零碳工厂10家</h3><p>2月3日,昆山市发布……</p>"),
    "text/markdown": _raw("## 江苏要闻\n\n### 昆山:将新增(近)零碳工厂10家\n\n2月3日,昆山市发布……"),
    **{media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in BINARY_TYPES},
    "multipart/form-data": {"schema": _FORM},
}
"""The forms that one digest may have"""

OPERATION: dict[str, Any] = {
    "parameters": [
        {"name": name, "in": "query", "schema": {"type": "string"}, "description": f"{_DESCRIPTIONS[name]} (with text bodies and forms)"}
        for name in fields.NAMES
    ]
    + [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "schema": {"type": "string", "maxLength": fields.MAX_IDEMPOTENCY_KEY},
            "description": "What the feeder calls this sending of one digest: with the same content again it is a duplicate, "
            "also under another identity; with other content it is refused (422 idempotency_key_reused). Of several files it is not kept",
        }
    ],
    "requestBody": {
        "required": True,
        "content": BODIES_OF_ONE
        | {
            "application/x-ndjson": {
                "schema": {"type": "array", "items": _JSON, "description": "Several digests, each a line as application/json takes it"},
                "example": [_EXAMPLES | {"text": _TEXT}, {"source": "shuangtan-weekly", "external_id": "2026-13", "text": "江苏要闻……"}],
            },
        },
    },
    "security": [{}, {"bearer": []}, {"key": []}],
    "responses": {
        "202": {
            "description": "Kafka has the digest (a list for several files, or lines)",
            "headers": {"Location": {"schema": {"type": "string"}, "description": "As status_url, for one digest"}},
            "content": {"application/json": {"schema": {"oneOf": [_ACCEPTED, _RESULTS]}}},
        },
        "207": {"description": "Of several files or lines some were not taken", "content": {"application/json": {"schema": _RESULTS}}},
        "401": refusal("A key is needed", 401, "key_missing", "send your API key as `Authorization: Bearer KEY` or `X-API-Key: KEY`"),
        "409": refusal(
            "The source is switched off", 409, "source_off",
            "the source weekly is switched off (since 2026-02-06 02:00 UTC, by key desk): switch it on first (jianbao source on weekly)",
        ),
        "403": refusal(
            "The key is not known, has expired, was revoked, or may not feed, or not this source",
            403, "key_source", "the key weekly may not feed or withdraw digests of the source 'daily'",
        ),
        "408": refusal("Too slow", 408, "too_slow", "the request's header did not come within 10 s; send it again"),
        "413": refusal("Too large", 413, "too_large", "the digest is larger than the 8 MiB (8388608 bytes) that are taken"),
        "415": refusal(
            "None of the media types that are read", 415, "unsupported_media_type",
            f"a PNG picture can't be read; send one of {', '.join(MEDIA_TYPES)}",
        ),
        "422": refusal("Can't be read", 422, "bad_date", "published_on must be a day as YYYY-MM-DD, such as 2026-02-06"),
        "429": refusal(
            "Too many at once, or too many wrong keys: send it again after Retry-After seconds", 429, "too_many_requests",
            "128 requests of yours are being received at once; wait for their answers, then send this again",
        ),
        "503": refusal(
            "Kafka is away, the clock is wrong, or there is no room: send it again after Retry-After seconds",
            503, "unavailable", "Kafka did not acknowledge within 10 s",
        ),
    },
}  # fmt: skip

WITHDRAW: dict[str, Any] = {
    "parameters": [
        {
            "name": "digest_id",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "description": "As the 202 says",
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["reason"],
                    "additionalProperties": False,
                    "properties": {"reason": {"type": "string", "description": f"Kept on record, at most {fields.MAX_REASON} characters"}},
                },
                "example": {"reason": "发布方撤稿"},
            }
        },
    },
    "security": [{}, {"bearer": []}, {"key": []}],
    "responses": {
        "202": {
            "description": "Kafka has the withdrawal; status_url says when nothing of the digest is found any more",
            "content": {
                "application/json": {
                    "schema": _ACCEPTED
                    | {
                        "properties": {name: _ACCEPTED["properties"][name] for name in _ACCEPTED["required"]}
                        | {"withdrawn_before": {"type": "boolean"}}
                    }
                    | {"example": _ACCEPTED["example"] | {"withdrawn_before": False}}
                }
            },
        },
        "401": refusal("A key is needed", 401, "key_missing", "send your API key as `Authorization: Bearer KEY` or `X-API-Key: KEY`"),
        "403": refusal(
            "The key is not known, has expired, was revoked, or may not feed, or not this source",
            403,
            "key_source",
            "the key weekly may not feed or withdraw digests of the source 'daily'",
        ),
        "429": refusal("Too many wrong keys", 429, "too_many_wrong_keys", "too many wrong API keys from this address at once; slow down"),
        "404": refusal("No such digest", 404, "unknown_digest", "never received: 0f8e2c4b6a7d4913b5d0c1a2e3f40516. Nothing was written"),
        "422": refusal("Can't be read", 422, "bad_reason", "say why: the reason stays on record with who did it and when"),
        "503": refusal("Kafka is away: send it again after Retry-After seconds", 503, "unavailable", "Kafka does not answer"),
    },
}

RELEASE: dict[str, Any] = WITHDRAW | {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": WITHDRAW["requestBody"]["content"]["application/json"]["schema"],
                "example": {"reason": "确是简报，其中引用了代码"},
            }
        },
    },
    "responses": WITHDRAW["responses"]
    | {
        "202": {
            "description": "Kafka has it; status_url says when it is searchable",
            "content": {
                "application/json": {
                    "schema": _ACCEPTED
                    | {
                        "properties": {name: _ACCEPTED["properties"][name] for name in _ACCEPTED["required"]}
                        | {"released_before": {"type": "boolean"}}
                    }
                    | {"example": _ACCEPTED["example"] | {"released_before": False}}
                }
            },
        },
        "404": refusal(
            "No such digest, or its bytes are gone",
            404,
            "unknown_digest",
            "never received: 0f8e2c4b6a7d4913b5d0c1a2e3f40516. Nothing was written",
        ),
        "409": refusal(
            "It was withdrawn, or is not in quarantine",
            409,
            "not_quarantined",
            "0f8e2c4b6a7d4913b5d0c1a2e3f40516 is not in quarantine: there is nothing to release",
        ),
    },
}

SECURITY_SCHEMES: dict[str, Any] = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
