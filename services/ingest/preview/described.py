"""What OpenAPI says of previews: the request as for feeding, and the answer with an example. Pure data."""

from typing import Any

from services.ingest.http import examples
from shared.preview.answer import Preview

_REF = "#/components/schemas/{model}"

_SCHEMA: dict[str, Any] = Preview.model_json_schema(mode="serialization", ref_template=_REF)
SCHEMAS: dict[str, Any] = _SCHEMA.pop("$defs") | {"Preview": _SCHEMA}
"""The answer's schema and those it refers to, by name: components of the whole description."""

EXAMPLE: dict[str, Any] = {
    "digest_id": "0f8e2c4b6a7d4913b5d0c1a2e3f40516",
    "source": "shuangtan-weekly",
    "media_type": "text/plain",
    "charset": "utf-8",
    "duplicate_of": None,
    "replaces": None,
    "same_content": [],
    "digest": {
        "digest_id": "0f8e2c4b6a7d4913b5d0c1a2e3f40516",
        "source": "shuangtan-weekly",
        "media_type": "text/plain",
        "revision": 1770343200000,
        "build": 1,
        "title": "双碳周报",
        "published_on": "2026-02-06",
        "published_on_basis": "given",
        "received_at": "2026-02-06T02:00:00Z",
        "enriched_at": "2026-02-06T02:00:00Z",
        "sections": ["江苏要闻"],
        "items": [
            {
                "item_id": "5f0c8e2c4b6a7d4913b5d0c1a2e3f405",
                "ordinal": 1,
                "number": "1",
                "title": "昆山:将新增(近)零碳工厂10家",
                "headline": "昆山:将新增(近)零碳工厂10家",
                "section": "江苏要闻",
                "section_path": ["江苏要闻"],
                "body": "2月3日,昆山市发布……",
                "entities": [
                    {"type": "region", "text": "昆山", "field": "title", "start": 0, "end": 2, "value": "320583", "canonical": {"name": "昆山市"}}
                ],
            }
        ],
        "others": [{"kind": "section", "text": "江苏要闻", "start": 0, "end": 4, "after": 0}],
        "warnings": [],
        "confidence": 0.9,
    },
}

_REQUEST: dict[str, Any] = examples.OPERATION
_REFUSED = {status: said for status, said in _REQUEST["responses"].items() if status not in ("202", "207", "422", "503")}

OPERATION: dict[str, Any] = _REQUEST | {
    "requestBody": {"required": True, "content": examples.BODIES_OF_ONE},
    "responses": _REFUSED
    | {
        "200": {
            "description": "What would be published; a form must hold one file",
            "content": {"application/json": {"schema": {"$ref": _REF.format(model="Preview")}, "example": EXAMPLE}},
        },
        "422": examples.refusal(
            "Can't be read, or would become a dead letter: too_slow, too_much_memory, crashed, enrich_failed and what readers say",
            422, "too_slow", "it took longer than 60 s to enrich, so the process was killed",
        ),
        "503": examples.refusal(
            "enrich is away or has other previews to make, or there is no room: send it again after Retry-After seconds",
            503, "unavailable", "4 digests are being previewed; try again soon",
        ),
    },
}  # fmt: skip
