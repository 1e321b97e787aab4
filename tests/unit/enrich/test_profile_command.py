"""`jianbao profile` as people call it, as far as it needs no server."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from services.enrich.commands import parse_command, profile_command
from shared.errors import Rejected

FOLDER = Path(__file__).parents[2] / "data/profiles"
app = typer.Typer()
app.callback()(lambda: None)
profile_command.add_to(app)
parse_command.add_to(app)


def run(*arguments: object) -> Any:
    """The command's result."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_examples_in_a_folder_come_out_as_given() -> None:
    """What CI asks of every example that lies beside the tests."""
    result = run("profile", "test", FOLDER)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "liushui: as given\nmujian: as given\n"


def test_an_example_that_was_changed_fails(tmp_path: Path) -> None:
    """It is said which item comes out otherwise."""
    (tmp_path / "mujian.txt").write_bytes((FOLDER / "mujian.txt").read_bytes())
    (tmp_path / "mujian.items.json").write_bytes((FOLDER / "mujian.items.json").read_bytes())
    (tmp_path / "mujian.next.txt").write_bytes((FOLDER / "mujian.next.txt").read_bytes())
    items = (FOLDER / "mujian.next.items.json").read_text("utf-8").replace("裁缝铺收起了旧衣", "裁缝铺关门")
    (tmp_path / "mujian.next.items.json").write_text(items, "utf-8")
    result = run("profile", "test", tmp_path)
    assert result.exit_code == 1
    assert "mujian: the next issue: item 3, 裁缝铺关门: is not found" in result.stderr


def test_what_would_be_learned_is_said_without_a_server() -> None:
    """In words and as JSON."""
    words = ("profile", "teach", "mujian", FOLDER / "mujian.txt", "--items", FOLDER / "mujian.items.json", "--dry-run")
    assert run(*words).stdout.startswith("4 items; split again by what they teach: titles 1.000, with sections and texts 1.000; without: 0.000")
    said = json.loads(run(*words, "--json").stdout)
    assert (said["source"], said["knowledge"], said["learned"], said["round_trip"]) == ("mujian", None, True, {"titles": 1.0, "spans": 1.0})


def test_what_parse_prints_can_be_mended_and_given_back(tmp_path: Path) -> None:
    """The circle that a person goes: print, mend, try on the next issue."""
    printed = run("parse", FOLDER / "mujian.txt", "--like", FOLDER / "mujian.txt", "--items", FOLDER / "mujian.items.json").stdout
    (tmp_path / "right.jsonl").write_text(printed, "utf-8")
    following = run("parse", FOLDER / "mujian.next.txt", "--like", FOLDER / "mujian.txt", "--items", tmp_path / "right.jsonl")
    assert [json.loads(line)["title"] for line in following.stdout.splitlines()] == ["梨园里办起了课堂", "水渠边添了八盏灯", "裁缝铺收起了旧衣"]


def test_items_that_teach_nothing_are_not_kept(tmp_path: Path) -> None:
    """They come out no better than without them."""
    (tmp_path / "a.txt").write_text("1、甲市办起园区\n投产。\n2、乙市试行绿证\n开卖。\n3、丙市装灯\n亮了。\n", "utf-8")
    (tmp_path / "right.json").write_text('[{"title":"甲市办起园区","body":"投产。"},{"title":"亮了"}]', "utf-8")
    result = run("profile", "teach", "weekly", tmp_path / "a.txt", "--items", tmp_path / "right.json", "--dry-run")
    assert result.exit_code in (0, 1)
    if result.exit_code:
        assert "can't be learned" in result.stderr


@pytest.mark.parametrize(
    ("source", "file", "items", "words"),
    [
        ("mujian", "mujian.next.txt", "mujian.items.json", "4 of 4 items are not found in it: 旧书市集搬到了河边"),
        ("mujian", "mujian.txt", "mujian.txt", "“.*mujian.txt”: line 1 is no JSON"),
    ],
)
def test_what_can_not_be_taught_is_said_in_plain_words(source: str, file: str, items: str, words: str) -> None:
    """Before any server is asked."""
    result = run("profile", "teach", source, FOLDER / file, "--items", FOLDER / items)
    assert isinstance(result.exception, Rejected)
    with pytest.raises(Rejected, match=words):
        raise result.exception


def test_a_file_that_is_not_there_and_a_wrong_id_are_said() -> None:
    """The first ends as every file that can't be opened, the second is wrong usage."""
    assert isinstance(run("profile", "teach", "mujian", FOLDER / "none.txt", "--items", FOLDER / "mujian.items.json").exception, FileNotFoundError)
    assert run("profile", "teach", "mu jian", FOLDER / "mujian.txt", "--items", FOLDER / "mujian.items.json").exit_code == 2
    assert run("parse", FOLDER / "mujian.txt", "--like", FOLDER / "mujian.txt").exit_code == 2
