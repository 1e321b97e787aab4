"""A PromQL expression → the metrics, matchers and labels that it names.

By its tokens, so that a metric within a string, or a label called like a metric, is not taken for one. Whether the
expression is right in all else is for promtool to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<number>\d+(?:\.\d+)?(?:ms|[smhdwy])?)
    |(?P<name>[A-Za-z_:][A-Za-z0-9_:]*)
    |(?P<mark>=~|!~|!=|==|<=|>=|[-+*/%^=<>(){}\[\],@])
    |(?P<space>\s+)""",
    re.VERBOSE,
)
_LISTS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_WORDS = frozenset({"and", "or", "unless", "bool", "offset", "inf", "nan", "start", "end"})


class Token(NamedTuple):
    """Of one kind: string, number, name or mark."""

    kind: str
    text: str


class Matcher(NamedTuple):
    """What a label has to be."""

    label: str
    how: str
    """=, !=, =~ or !~"""
    value: str

    @property
    def values(self) -> list[str]:
        """The alternatives of a regular expression, or the one value."""
        return self.value.split("|") if "~" in self.how else [self.value]


@dataclass(frozen=True)
class Selector:
    """A metric with its matchers."""

    metric: str
    matchers: tuple[Matcher, ...] = ()


@dataclass
class Named:
    """All that an expression names."""

    selectors: list[Selector] = field(default_factory=list)
    by: set[str] = field(default_factory=set)
    """Labels that results are grouped by"""
    others: set[str] = field(default_factory=set)
    """Labels of without, on, ignoring and the like"""
    aggregates: bool = False


def tokens(expression: str) -> list[Token]:
    """Return the tokens; raises ValueError where something is none."""
    found, place = [], 0
    while place < len(expression):
        match = _TOKEN.match(expression, place)
        if match is None:
            raise ValueError(f"no PromQL at {expression[place : place + 20]!r}")
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), match.group()))
        place = match.end()
    return found


def named(expression: str) -> Named:
    """Return what the expression names."""
    all_tokens = tokens(expression)
    found = Named()
    place = 0
    while place < len(all_tokens):
        token = all_tokens[place]
        following = all_tokens[place + 1].text if place + 1 < len(all_tokens) else ""
        if token.kind != "name" or token.text in _WORDS:
            place += 1
        elif token.text in _LISTS:
            end = _end(all_tokens, place, ")")
            labels = {one.text for one in all_tokens[place + 2 : end] if one.kind == "name"}
            (found.by if token.text == "by" else found.others).update(labels)
            place = end + 1
        elif following in ("(", "by", "without"):
            found.aggregates |= token.text in ("sum", "min", "max", "avg", "count", "topk", "bottomk", "group", "absent")
            place += 1
        elif following == "{":
            end = _end(all_tokens, place, "}")
            found.selectors.append(Selector(token.text, tuple(_matchers(all_tokens[place + 2 : end]))))
            place = end + 1
        else:
            found.selectors.append(Selector(token.text))
            place += 1
    return found


def _end(all_tokens: list[Token], place: int, mark: str) -> int:
    return next(index for index in range(place, len(all_tokens)) if all_tokens[index] == Token("mark", mark))


def _matchers(inside: list[Token]) -> Iterator[Matcher]:
    parts = [token for token in inside if token.text != ","]
    for label, how, value in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        yield Matcher(label.text, how.text, value.text[1:-1])
