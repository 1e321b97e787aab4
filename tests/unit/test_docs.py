"""README.md against the code: every setting, topic, metric and command that it names exists, and the other way round."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.tables import TABLES, commands, metric_names, table, variables, written
from shared.topics import Topics

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = ("README.md", "DESIGN.md", "CONTRIBUTING.md", "CHANGELOG.md")

VARIABLE = re.compile(r"\b(?:JIANBAO|KAFKA|ELASTICSEARCH|INGEST|ENRICH|INDEX|SEARCH)_[A-Z_]*[A-Z]\b")


def between(name: str) -> str:
    """A table of README.md, by its marks."""
    found = re.search(rf"<!-- table: {name} -->\n(.*?)<!-- end -->", README, re.DOTALL)
    assert found, f"README.md has no table {name}"
    return found[1].strip()


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_what_the_code_says(name: str) -> None:
    """Names, defaults and meanings; `make docs` writes them anew."""
    assert between(name) == TABLES[name]()


def read_from_the_environment() -> Iterator[str]:
    """Variables that code reads beside the settings classes: ours named as a whole string, options' `envvar`, and what tests ask for."""
    for folder, pattern in (
        ("deploy", r'"(JIANBAO_[A-Z_]+)"'),
        ("services", r'envvar="([A-Z_]+)"'),
        ("tests", r'environ\.get\("(JIANBAO_[A-Z_]+)"'),
        ("bench", r'environ\.get\("(JIANBAO_[A-Z_]+)"'),
    ):
        for file in (ROOT / folder).rglob("*.py"):
            yield from re.findall(pattern, file.read_text("utf-8"))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_variable_named_exists(document: str) -> None:
    """In any of the documents."""
    known = {name for name, _ in variables()} | set(read_from_the_environment())
    assert set(VARIABLE.findall((ROOT / document).read_text("utf-8"))) - known == set()


def test_every_variable_that_is_read_is_named() -> None:
    """Also those that are no settings of a service."""
    ours = {name for name, _ in variables()} | set(read_from_the_environment())
    assert ours - set(VARIABLE.findall(README)) == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_topic_named_exists(document: str) -> None:
    """`digests.*` is always one of the three."""
    named = set(re.findall(r"\bdigests\.\w+\.v\d+\b", (ROOT / document).read_text("utf-8")))
    assert named - {topic.name for topic in Topics().all} == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_metric_named_exists(document: str) -> None:
    """`jianbao_*` is always a metric's whole name."""
    assert set(re.findall(r"\bjianbao_\w+", (ROOT / document).read_text("utf-8"))) - set(metric_names()) == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_named_exists(document: str) -> None:
    """Whatever follows `jianbao` at the beginning of code is a command."""
    text = (ROOT / document).read_text("utf-8")
    named = re.findall(r"(?:^ *|`)jianbao ([a-z-]+(?: [a-z]+)?)", text, flags=re.MULTILINE)
    known = {name.removeprefix("jianbao ") for name in commands()}
    assert named or document != "README.md"
    assert [name for name in named if not {name, name.split()[0]} & known] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_task_named_exists(document: str) -> None:
    """`make …` is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / document).read_text("utf-8"), flags=re.MULTILINE))
    assert named - targets == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    """Relative links name files of the repository."""
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", (ROOT / document).read_text("utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_task_is_explained() -> None:
    """Each phony target has the comment that `make help` shows."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == set(re.findall(r"^([a-z-]+):.*## \S", makefile, flags=re.MULTILINE))


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    """Markdown would take it for the next column."""
    assert table(("a",), [("x|y",)]) == "| a |\n| --- |\n| x\\|y |"


def test_a_table_without_its_place_is_noticed() -> None:
    """Losing a mark must not lose a table in silence."""
    with pytest.raises(ValueError, match="settings"):
        written("# nothing")
