"""What each error means, and whether a retry can help."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.dead_letters.kinds import KINDS, Hope, Running, hope, kind
from tests.letters import letter

ROOT = Path(__file__).parents[4]
NOT_OF_THE_STREAM = ("services/enrich/commands/", "services/enrich/preview/", "services/enrich/replay/", "services/enrich/taught/")
"""Folders of enrich whose refusals answer a command or a request and are no dead letters."""
ASKED = {"bad_line", "bad_date"}
"""Refusals of services/enrich/asked.py, which reads what a command is given."""


def raised(file: Path) -> Iterator[str]:
    """The literal errors of Rejected(…), Dead(…) and poison judgements in a module."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        at = {"Rejected": 0, "Dead": 0, "Judgement": 1}.get(node.func.id)
        if at is None or len(node.args) <= at:
            continue
        if at == 1 and ast.unparse(node.args[0]) != "Verdict.POISON":
            continue
        if isinstance(said := node.args[at], ast.Constant) and isinstance(said.value, str):
            yield said.value


def test_every_error_of_ours_has_a_kind() -> None:
    """Whatever enrich and index can put into a dead letter is named in the table, not only by its stage."""
    files = [
        file
        for folder in ("services/enrich", "services/index")
        for file in (ROOT / folder).rglob("*.py")
        if not str(file.relative_to(ROOT)).startswith(NOT_OF_THE_STREAM)
    ]
    files += [ROOT / "shared" / name for name in ("records.py", "charset.py", "media.py")]
    found = {error for file in files for error in raised(file)} - ASKED
    assert {"too_large", "undecodable", "unknown_form", "crashed", "too_slow"} <= found
    assert found - KINDS.keys() == set()


@pytest.mark.parametrize("key", KINDS)
def test_every_kind_says_what_to_do(key: str) -> None:
    """Whole sentences in both languages, full-width punctuation in Chinese."""
    chinese, english = KINDS[key].chinese, KINDS[key].english
    assert all(sentence.endswith("。") for sentence in (chinese.cause, chinese.action))
    assert all(sentence.endswith(".") for sentence in (english.cause, english.action))
    assert not set("，。；：,;:") & set(chinese.title)
    assert not set(",;:()") & set(chinese.cause + chinese.action)


@pytest.mark.parametrize(
    ("stage", "error", "title"),
    [
        ("enrich", "too_large", "内容太大"),
        ("index", "too_large", "一条的内容太大"),
        ("index", "mapper_parsing_exception", "索引不接受其中的值"),
        ("index", "some_new_exception", "入库失败"),
        ("enrich", '"><script>', "加工失败"),
        ("?", "not_a_dead_letter", "外来的记录"),
        ("", "", "未能处理"),
    ],
)
def test_kinds(stage: str, error: str, title: str) -> None:
    """The stage's own meaning first; every error has one."""
    assert kind(stage, error).chinese.title == title


@pytest.mark.parametrize(
    ("stage", "error", "code", "expected"),
    [
        ("enrich", "crashed", "0.1.0 build 7", "now"),
        ("enrich", "too_slow", "0.1.0 build 7", "after"),
        ("enrich", "too_large", "0.1.0 build 7", "no"),
        ("enrich", "too_large", "0.1.0 build 6", "newer"),
        ("enrich", "too_large", "build 6, replay", "newer"),
        ("enrich", "too_large", "0.2.0 build 8", "no"),
        ("index", "too_large", "0.1.0", "no"),
        ("index", "too_large", "0.0.9", "newer"),
        ("index", "too_large", "", "no"),
        ("index", "too_large", "unknown", "no"),
        ("index", "too_large", "9" * 400 + ".1", "no"),
        ("?", "not_a_dead_letter", "", "no"),
        ("?", "crashed", "0.0.1", "no"),
    ],
)
def test_whether_a_retry_helps(stage: str, error: str, code: str, expected: Hope) -> None:
    """A permanent failure of an older program may be none to the one that runs."""
    assert hope(letter(stage=stage, error=error, code=code), Running(build=7, version="0.1.0")) == expected
