"""`jianbao parse` and `jianbao extract` as people call them."""

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from services.enrich.commands import add_to
from tests.unit.enrich.digests import SAMPLE

app = typer.Typer()
add_to(app)


def test_parse_prints_one_json_object_an_item() -> None:
    """One line each, in order."""
    result = CliRunner().invoke(app, ["parse", str(SAMPLE), "--published-on", "2026-02-06"])
    assert result.exit_code == 0
    items = [json.loads(line) for line in result.stdout.splitlines()]
    assert [item["ordinal"] for item in items] == list(range(1, 10))
    assert items[4]["title"] == "昆山:将新增(近)零碳工厂10家"


def test_parse_reads_standard_input() -> None:
    """`-` is standard input, its media type told by content."""
    result = CliRunner().invoke(app, ["parse", "-"], input=SAMPLE.read_bytes())
    assert len(result.stdout.splitlines()) == 9


def test_parse_says_what_it_can_not_read_and_goes_on(tmp_path: Path) -> None:
    """One bad file is told and does not stop the others."""
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01")
    result = CliRunner().invoke(app, ["parse", str(tmp_path / "bad.txt"), str(tmp_path / "none.txt"), str(SAMPLE)])
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 9
    assert "bad.txt" in result.stderr
    assert "none.txt" in result.stderr


def test_parse_shows_a_digest_for_people() -> None:
    """Items, sections and boilerplate by name."""
    result = CliRunner().invoke(app, ["parse", str(SAMPLE), "--show"])
    assert result.exit_code == 0
    for shown in ("contents", "section", "item 9", "9 items, confidence"):
        assert shown in result.stdout


def test_extract_answers_line_by_line() -> None:
    """One answer a line, under the id that was asked."""
    asked = {"id": "7", "title": None, "text": "2月2日,昆山市人民政府印发《昆山市2026年优化营商环境行动方案》。", "published_on": "2026-02-06"}
    result = CliRunner().invoke(app, ["extract"], input=json.dumps(asked) + "\n")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["id"] == "7"
    assert "agency" in {entity["type"] for entity in answer["entities"]}


def test_extract_says_which_line_is_of_another_form() -> None:
    """Plain words and exit status 1."""
    result = CliRunner().invoke(app, ["extract"], input="not json\n")
    assert result.exit_code == 1
    assert "line 1" in result.stderr
