"""`jianbao parse` as people call it."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.enrich.commands.parse_command import add_to
from tests.unit.enrich.digests import SAMPLE
from tests.unit.enrich.renderings import RENDERINGS, Look

app = typer.Typer()
app.callback()(lambda: None)
add_to(app)


def test_parse_prints_one_json_object_an_item() -> None:
    """One line each, in order."""
    result = CliRunner().invoke(app, ["parse", str(SAMPLE), "--published-on", "2026-02-06"])
    assert result.exit_code == 0
    items = [json.loads(line) for line in result.stdout.splitlines()]
    assert [item["ordinal"] for item in items] == list(range(1, 10))
    assert items[4]["title"] == "昆山:将新增(近)零碳工厂10家"


def test_parse_dates_a_file_by_its_name(tmp_path: Path) -> None:
    """As feeding it does."""
    (tmp_path / "周报2026-02-06.txt").write_bytes(SAMPLE.read_bytes())
    result = CliRunner().invoke(app, ["parse", str(tmp_path / "周报2026-02-06.txt"), "--show"])
    assert "2026-02-06 (name)" in result.stdout


def test_parse_reads_standard_input() -> None:
    """`-` is standard input, its media type told by content."""
    result = CliRunner().invoke(app, ["parse", "-"], input=SAMPLE.read_bytes())
    assert len(result.stdout.splitlines()) == 9


@pytest.mark.parametrize("name", ["docx", "pdf", "mhtml"])
@pytest.mark.parametrize("named", [True, False])
def test_parse_reads_packed_files_by_name_and_by_content(name: str, named: bool, tmp_path: Path) -> None:
    """From a file or a pipe; their identity is that of their bytes."""
    make, _ = RENDERINGS[name]
    data = make([line.strip() for line in SAMPLE.read_text("utf-8").split("\n") if line.strip()], Look())
    path = tmp_path / f"weekly.{name}"
    path.write_bytes(data)
    result = CliRunner().invoke(app, ["parse", str(path)]) if named else CliRunner().invoke(app, ["parse", "-"], input=data)
    assert result.exit_code == 0
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


def test_parse_shows_what_a_digest_says_of_itself(tmp_path: Path) -> None:
    """Title, publisher, day and issue number stand above its text."""
    path = tmp_path / "weekly.md"
    path.write_text(
        "---\npublisher: 某刊编辑部\n---\n# 某刊周报 第12期\n\n2026年3月6日\n\n1、甲乙丙丁\n\n正文在这里。\n\n2、戊己庚辛\n\n正文在这里。\n", "utf-8"
    )
    shown = [" ".join(line.replace("│", "").split()) for line in CliRunner().invoke(app, ["parse", str(path), "--show"]).stdout.splitlines()]
    assert shown[:4] == ["title 某刊周报 第12期", "publisher 某刊编辑部", "published on 2026-03-06 (text)", "issue number 第12期"]


def test_parse_shows_what_the_items_are_about(tmp_path: Path) -> None:
    """Their topics and document types, counted, by the taxonomy that fits the digest."""
    path = tmp_path / "daily.md"
    path.write_text("# 早报\n\n## 青屏县发生5.1级地震\n\n救援力量赶赴灾区。\n\n## 临江一化工厂爆炸\n\n消防救援正在进行。\n", "utf-8")
    shown = [" ".join(line.replace("│", "").split()) for line in CliRunner().invoke(app, ["parse", str(path), "--show"]).stdout.splitlines()]
    assert [line for line in shown if line.startswith(("topics", "types"))] == ["topics 天气与灾害 2", "types 突发事件 2"]


@pytest.mark.parametrize("option", [[], ["--show"], ["--explain"]])
def test_parse_keeps_to_the_limits_of_the_worker(option: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """ENRICH_MAX_* hold however the digest is printed."""
    monkeypatch.setenv("ENRICH_MAX_LINES", "3")
    result = CliRunner().invoke(app, ["parse", str(SAMPLE), *option])
    assert result.exit_code == 1
    assert "more than the 3 lines" in result.stderr


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "“”: can't be read: No such file or directory"),
        (".", "“.”: can't be read: Is a directory"),
        ("\udcb1\udca8.txt", "“\ufffd\ufffd.txt”: can't"),
    ],
)
def test_parse_names_a_file_as_it_was_given(name: str, message: str) -> None:
    """Quoted; replacement characters for what is no UTF-8."""
    result = CliRunner().invoke(app, ["parse", name])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"jianbao: {message}")


def test_explain_says_why_each_piece_begins() -> None:
    """Items, sections and boilerplate, each with its reason."""
    result = CliRunner().invoke(app, ["parse", str(SAMPLE), "--explain"])
    assert result.exit_code == 0
    for shown in ("item 9", "the contents list names this line", "heads items and holds no text of its own", "its lines are said again"):
        assert shown in result.stdout
