"""Dead letters → lines of CSV or JSON that are saved: what is known of each, and what its error means, without its bytes. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from services.search.models.dead_letters import LetterAnswer, letter_facts
from shared.dead_letters.kinds import Running, hope, kind
from shared.dead_letters.letter import Letter
from shared.dead_letters.register import Register

COLUMNS = (
    "place", "state", "stage", "error", "title", "hope", "tries", "at", "first_at", "source", "source_name", "digest_id", "revision", "size",
    "attempts", "code", "origin", "message", "action",
)  # fmt: skip

BOM = "\ufeff"
"""Before a CSV, without which Excel takes UTF-8 for the machine's own encoding."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula where a cell begins with it (OWASP, CSV injection)."""


def facts(letter: Letter, register: Register, running: Running) -> dict[str, Any]:
    """A line's columns in order."""
    said = LetterAnswer(**letter_facts(letter, register)).model_dump(mode="json")
    means = kind(letter.stage, letter.error).chinese
    said |= {"title": means.title, "action": means.action, "hope": hope(letter, running)}
    return {name: said[name] for name in COLUMNS}


def json_lines(letters: Iterable[Letter], register: Register) -> Iterator[bytes]:
    """An object a line."""
    running = Running()
    for letter in letters:
        yield orjson.dumps(facts(letter, register, running)) + b"\n"


def csv_lines(letters: Iterable[Letter], register: Register) -> Iterator[bytes]:
    """A heading, then a line for each letter; no cell is a formula."""
    running = Running()
    yield (BOM + _line(COLUMNS)).encode()
    for letter in letters:
        yield _line([_cell(value) for value in facts(letter, register, running).values()]).encode("utf-8", "replace")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(_FORMULA) else text


def _line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
