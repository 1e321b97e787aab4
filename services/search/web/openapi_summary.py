"""The OpenAPI description → what our own documentation page shows. Pure.

FastAPI's page loads its script from elsewhere, which neither works offline nor under our Content-Security-Policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a request."""

    name: str
    place: str
    kind: str
    required: bool
    description: str
    example: str


@dataclass(frozen=True)
class Endpoint:
    """One path with its method."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    request: str
    """Address of an example"""
    body: str
    """JSON of an example, where the request has one"""
    answer: str
    """JSON of an example"""
    statuses: tuple[tuple[str, str], ...]


PLACES: dict[str, str] = {"query": "查询参数", "path": "路径"}


def endpoints(openapi: Json) -> list[Endpoint]:
    """All paths in the order in which they are declared."""
    return [_endpoint(method, path, operation, openapi) for path, methods in openapi["paths"].items() for method, operation in methods.items()]


def _endpoint(method: str, path: str, operation: Json, openapi: Json) -> Endpoint:
    parameters = tuple(_parameter(parameter) for parameter in operation.get("parameters", ()))
    address = path
    query = []
    for parameter in parameters:
        if parameter.place == PLACES["path"]:
            address = address.replace("{" + parameter.name + "}", parameter.example)
        elif parameter.example:
            query.append(f"{parameter.name}={quote(parameter.example)}")
    good = operation["responses"].get("200", {})
    schema = good.get("content", {}).get("application/json", {}).get("schema", {})
    return Endpoint(
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=parameters,
        request=address + ("?" + "&".join(query) if query else ""),
        body=_body(operation, openapi),
        answer=orjson.dumps(example(schema, openapi), option=orjson.OPT_INDENT_2).decode(),
        statuses=tuple((status, "成功" if status == "200" else answer.get("description", "")) for status, answer in operation["responses"].items()),
    )


def _body(operation: Json, openapi: Json) -> str:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return orjson.dumps(example(content["schema"], openapi)).decode() if content else ""


def _parameter(parameter: Json) -> Parameter:
    schema = parameter.get("schema", {})
    examples = schema.get("examples") or parameter.get("examples") or [""]
    first = examples[0] if isinstance(examples, list) else ""
    if isinstance(first, list):
        first = first[0] if first else ""
    return Parameter(
        name=parameter["name"],
        place=PLACES[parameter["in"]],
        kind=_kind(schema),
        required=parameter.get("required", False),
        description=parameter.get("description") or schema.get("description", ""),
        example=str(first),
    )


def _kind(schema: Json) -> str:
    if "anyOf" in schema:
        return _kind(next((one for one in schema["anyOf"] if one.get("type") != "null"), {}))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return "可重复"
    if schema.get("format") == "date":
        return "日期"
    return {"integer": "整数", "number": "数", "string": "文字", "boolean": "真假"}.get(str(schema.get("type")), "")


def example(schema: Json, openapi: Json, *, depth: int = 0) -> Any:
    """A value of the schema, from its examples and defaults."""
    if depth > 8:  # none of ours is nested deeper; a schema within itself would not end
        return None
    if "$ref" in schema:
        return example(openapi["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], openapi, depth=depth + 1)
    if examples := schema.get("examples"):
        return examples[0]
    if "default" in schema:
        return schema["default"]
    if "anyOf" in schema:
        return None if any(one.get("type") == "null" for one in schema["anyOf"]) else example(schema["anyOf"][0], openapi, depth=depth + 1)
    if schema.get("type") == "object" or "properties" in schema:
        return {name: example(of, openapi, depth=depth + 1) for name, of in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        items = schema.get("items") or {}
        return [example(items, openapi, depth=depth + 1)] if items else []
    if "enum" in schema:
        return schema["enum"][0]
    return {"integer": 0, "number": 0, "boolean": False, "string": "…"}.get(str(schema.get("type")))
