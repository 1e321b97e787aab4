"""README.md against the code: every setting, topic, metric and command that it names exists, and the other way round."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.tables import TABLES, commands, metric_names, table, variables, written
from shared.topics import Topics

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = ("README.md", "DESIGN.md", "CONTRIBUTING.md", "CHANGELOG.md")

VARIABLE = re.compile(r"\b(?:JIANBAO|KAFKA|ELASTICSEARCH|INGEST|ENRICH|INDEX|SEARCH|MONITOR|FETCH)_[A-Z_]*[A-Z]\b")


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
        ("tests", r'(?:environ\.get|size)\("(JIANBAO_[A-Z_]+)"'),
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
    """Also those that are no settings of a service; those of tests and bench where tests are explained."""
    ours = {name for name, _ in variables()} | set(read_from_the_environment())
    assert ours - set(VARIABLE.findall(README + (ROOT / "CONTRIBUTING.md").read_text("utf-8"))) == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_topic_named_exists(document: str) -> None:
    """`digests.*` is always one of the four."""
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


@pytest.mark.parametrize("file", [*DOCUMENTS, ".ci/run", "Makefile"])
def test_every_module_named_exists(file: str) -> None:
    """Tests are moved and renamed; who runs one by its name must hear of it before CI does."""
    named = re.findall(r"\b(?:tests|services|shared|deploy|scripts|bench)/[\w/]+\.py\b", (ROOT / file).read_text("utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_task_is_explained() -> None:
    """Each phony target has the comment that `make help` shows."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == set(re.findall(r"^([a-z-]+):.*## \S", makefile, flags=re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_heading_stands_once(document: str) -> None:
    """A document that stands in itself twice has each of them twice."""
    headings = re.findall(r"^#+ .*$", outside_examples((ROOT / document).read_text("utf-8")), flags=re.MULTILINE)
    assert headings
    assert [name for name, times in Counter(headings).items() if times > 1] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_example_is_complete(document: str) -> None:
    """A fence that opens closes, and a table drawn in one has its top, its foot and all of its bars."""
    examples = (ROOT / document).read_text("utf-8").split("```")[1::2]
    assert (ROOT / document).read_text("utf-8").count("```") == 2 * len(examples)
    tables = [example[example.index("┏") :].rstrip("\n").splitlines() for example in examples if "┏" in example]
    assert tables or document != "README.md"
    for top, *rows, foot in tables:
        columns = top.count("┳")
        assert re.fullmatch("└[─┴]+┘", foot), foot
        assert {len(re.findall("[┃╇│]", row)) - 2 * (row[0] in "┃│") for row in rows} == {columns} == {foot.count("┴")}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_table_is_whole(document: str) -> None:
    """Each of its rows has as many cells as its head."""
    for block in re.findall(r"(?:^\|.*\|$\n?)+", outside_examples((ROOT / document).read_text("utf-8")), flags=re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1, block


def outside_examples(text: str) -> str:
    """Without what stands between fences, where a # begins a comment."""
    return "".join(text.split("```")[::2])


def test_every_topic_is_named() -> None:
    """README says what lies in each."""
    assert {topic.name for topic in Topics().all} == set(re.findall(r"`((?:digests\.\w+|sources)\.v\d+)`", between("topics")))


def test_the_newest_change_is_of_this_version() -> None:
    """And bears a date."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    newest = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.MULTILINE)[0]
    assert re.fullmatch(rf"{re.escape(version)} \(\d{{4}}-\d\d-\d\d\)", newest)


def test_the_notice_names_the_data_of_others() -> None:
    """Each file of data that a SOURCE.md or its own head says to be made from another's work, and no file that is not there."""
    named = set(re.findall(r"^(?:services|shared)/\S+$", (ROOT / "NOTICE").read_text("utf-8"), flags=re.MULTILINE))
    places = [file for folder in ("services", "shared") for file in (ROOT / folder).rglob("*")]
    rows = {
        source.parent / row
        for source in places
        if source.name == "SOURCE.md"
        for row in re.findall(r"^\| `(\S+)` \| (?:github|PyPI)", source.read_text("utf-8"), flags=re.MULTILINE)
    }
    heads = {file for file in places if file.match("*.t*") and file.is_file() and "License" in file.read_text("utf-8")[:1000]}
    assert named == {file.relative_to(ROOT).as_posix() for file in rows | heads}


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    """Markdown would take it for the next column."""
    assert table(("a",), [("x|y",)]) == "| a |\n| --- |\n| x\\|y |"


def test_a_table_without_its_place_is_noticed() -> None:
    """Losing a mark must not lose a table in silence."""
    with pytest.raises(ValueError, match="settings"):
        written("# nothing")
