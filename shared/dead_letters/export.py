"""A letter's record → files: the original bytes as they were, and beside them as JSON all that is known of it."""

import base64
from pathlib import Path
from typing import Any

import orjson

from shared.dead_letters.headers import PREFIX, SourceRecord
from shared.dead_letters.letter import Letter
from shared.dead_letters.state import Standing
from shared.operations import Operation


def name(letter: Letter) -> str:
    """A file's name without its ending: the place says which letter it is, whatever its key may be. Pure."""
    return f"{letter.place.partition}-{letter.place.offset}"


def sidecar(letter: Letter, standing: Standing, record: SourceRecord, history: list[Operation]) -> dict[str, Any]:
    """Everything but the bytes; original headers as text where they are UTF-8, else in base64. Pure."""
    return letter.to_dict() | {
        "state": standing.state,
        "tries": standing.tries,
        "newer": str(standing.newer) if standing.newer else None,
        "key": None if record.key is None else _text(record.key),
        "headers": [{"name": name, **_text(value)} for name, value in record.headers if not name.startswith(PREFIX)],
        "history": [operation.model_dump(mode="json") for operation in history],
    }


def _text(data: bytes) -> dict[str, str]:
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def write(folder: Path, letter: Letter, record: SourceRecord, facts: dict[str, Any]) -> tuple[Path, Path]:
    """PLACE.bin and PLACE.json in `folder`, replaced where they are; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    original, beside = folder / f"{name(letter)}.bin", folder / f"{name(letter)}.json"
    original.write_bytes(record.value or b"")
    beside.write_bytes(orjson.dumps(facts, option=orjson.OPT_INDENT_2) + b"\n")
    return original, beside
