"""Each code that a rule of the health report can yield has its words, and a test that breaks the thing for real."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from services.monitor.report import rules
from services.monitor.report.texts import TEXTS
from shared.completeness import Reason

ROOT = Path(__file__).parents[4]


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    """Calls of what has this name, by itself or as an attribute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (getattr(node.func, "id", None) == name or getattr(node.func, "attr", None) == name):
            yield node


def literals(node: ast.AST) -> Iterator[str]:
    """Codes that an expression may be: a string, one of two, or a prefix before why the content is not green."""
    match node:
        case ast.Constant(value=str(code)):
            yield code
        case ast.IfExp(body=body, orelse=orelse):
            yield from literals(body)
            yield from literals(orelse)
        case ast.JoinedStr(values=[ast.Constant(value=str(prefix)), ast.FormattedValue(value=ast.Attribute(attr="reason"))]):
            yield from (prefix + reason for reason in get_args(Reason) if reason != "equal")
        case _:
            raise AssertionError(f"write the code of a finding where it is made: {ast.unparse(node)}")


def yielded() -> set[str]:
    """What rules.py says."""
    tree = ast.parse(Path(rules.__file__).read_text("utf-8"))
    # The one that copies a finding has its code from there.
    return {code for call in calls(tree, "Finding") if ast.unparse(call.args[0]) != "finding.code" for code in literals(call.args[0])}


def broken() -> dict[str, set[str]]:
    """What tests are marked with, and in which files."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text("utf-8")
        if "mark.breaks(" in text:
            for call in calls(ast.parse(text), "breaks"):
                for argument in call.args:
                    found.setdefault(ast.literal_eval(argument), set()).add(str(path.relative_to(ROOT)))
    return found


CODES = sorted(yielded())
BROKEN = broken()


@pytest.mark.parametrize("code", CODES)
def test_each_code_has_words(code: str) -> None:
    """By itself, or for each of its parts."""
    assert code in TEXTS or {f"{code}/{engine}" for engine in ("kafka", "elasticsearch")} <= TEXTS.keys()


@pytest.mark.parametrize("code", CODES)
def test_each_code_is_broken_for_real(code: str) -> None:
    """By a test that is marked `breaks`."""
    assert code in BROKEN


def test_nothing_is_broken_that_no_rule_tells() -> None:
    """A code that was renamed would leave its rule without a test."""
    assert BROKEN.keys() - set(CODES) == set()


def test_no_words_are_left_over() -> None:
    """Of codes that no rule yields."""
    assert {key.partition("/")[0] for key in TEXTS} == set(CODES)
