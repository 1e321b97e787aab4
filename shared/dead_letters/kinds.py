"""A stage and an error → what the error means to an operator, and whether sending the same bytes again can help. Pure.

The texts are in data/kinds.toml: the pages, the API, the commands and the health report all take them from there.

| hope  | the letter is retried | why                                                                         |
|-------|-----------------------|-----------------------------------------------------------------------------|
| now   | yes                   | the failure is transient                                                    |
| after | yes                   | the cause lies outside the bytes: an operator puts it right first           |
| newer | yes                   | the failure was permanent to an older build, and a newer one runs now       |
| no    | with force alone      | the failure is permanent: the same bytes fail the same way                  |
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, NamedTuple

from shared import version
from shared.dead_letters.letter import FOREIGN, Letter

Retry = Literal["now", "after", "no"]
Hope = Literal["now", "after", "newer", "no"]

_BUILD = re.compile(r"\bbuild (\d{1,7})\b")
_VERSION = re.compile(r"\d{1,5}(?:\.\d{1,5}){1,3}")


class Sentences(NamedTuple):
    """What is said of a kind, in one language."""

    title: str
    cause: str
    action: str


class Kind(NamedTuple):
    """What one error of one stage means."""

    retry: Retry
    chinese: Sentences
    english: Sentences

    @property
    def permanent(self) -> bool:
        """Whether the same bytes fail the same way, whenever they are sent."""
        return self.retry == "no"


@dataclass(frozen=True)
class Running:
    """The program that would process a letter that is sent again."""

    build: int = version.BUILD
    version: str = version.installed()


def _read() -> Mapping[str, Kind]:
    said = tomllib.loads((files("shared.dead_letters") / "data" / "kinds.toml").read_text("utf-8"))
    return {key: Kind(one["retry"], Sentences(**one["chinese"]), Sentences(**one["english"])) for key, one in said.items()}


KINDS = _read()
"""By error, by stage/error, and by stage/* and * for the others."""


def kind(stage: str, error: str) -> Kind:
    """Return the kind; every error has one."""
    return KINDS.get(f"{stage}/{error}") or KINDS.get(error) or KINDS.get(f"{stage}/*") or KINDS["*"]


def hope(letter: Letter, running: Running) -> Hope:
    """Return whether retrying a letter can help now."""
    if letter.stage == FOREIGN:
        return "no"
    retry = kind(letter.stage, letter.error).retry
    return "newer" if retry == "no" and is_newer(running, letter.code) else retry


def is_newer(running: Running, code: str) -> bool:
    """Whether the running program is newer than the one that gave up, by its `dead.code`.

    Enrich names its build, which rises with whatever changes its results; the other stages name the installed version alone.
    """
    if build := _BUILD.search(code):
        return running.build > int(build[1])
    then, now = _numbers(code), _numbers(running.version)
    return then is not None and now is not None and now > then


def _numbers(text: str) -> tuple[int, ...] | None:
    found = _VERSION.match(text)
    return tuple(map(int, found[0].split("."))) if found else None
