"""`jianbao extract` as people call it."""

import json

import pytest
import typer
from typer.testing import CliRunner

from services.enrich.commands.extract_command import add_to

app = typer.Typer()
app.callback()(lambda: None)
add_to(app)


def test_extract_answers_line_by_line() -> None:
    """One answer a line, under the id that was asked."""
    asked = {"id": "7", "title": None, "text": "2月2日,昆山市人民政府印发《昆山市2026年优化营商环境行动方案》。", "published_on": "2026-02-06"}
    result = CliRunner().invoke(app, ["extract"], input=json.dumps(asked) + "\n")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["id"] == "7"
    assert "agency" in {entity["type"] for entity in answer["entities"]}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("not json", "this is not JSON in UTF-8; an object with id, title, text, published_on is expected"),
        ("[1]", "an object with id, title, text, published_on is expected, not an array"),
        ('{"text": "甲"}', "id is missing; an object with id, title, text, published_on is expected"),
        ('{"id": null, "text": "甲"}', "id must be a string or a number, not null"),
        ('{"id": true, "text": "甲"}', "id must be a string or a number, not true"),
        ('{"id": 123456789012345678901, "text": "甲"}', "id is a number too large to be given back as it came; send it as a string"),
        ('{"id": 1}', "text is missing; an object with id, title, text, published_on is expected"),
        ('{"id": 1, "text": ["甲"]}', "text must be a string, not an array"),
        ('{"id": 1, "text": 5}', "text must be a string, not a number"),
        ('{"id": 1, "text": "甲", "title": false}', "title must be a string or null, not false"),
        ('{"id": 1, "text": "甲", "published_on": 20260206}', "published_on must be a day as YYYY-MM-DD or null, not a number"),
        ('{"id": 1, "text": "甲", "published_on": "2026-02-30"}', "published_on: a day as YYYY-MM-DD is expected, such as 2026-02-06"),
    ],
)
def test_extract_says_what_is_wrong_with_a_line_and_goes_on(line: str, message: str) -> None:
    """Plain words with the line's number, the next line's answer, and exit status 1."""
    result = CliRunner().invoke(app, ["extract"], input=f'{line}\n{{"id": 12.5, "text": "昆山市"}}\n')
    assert result.exit_code == 1
    assert result.stderr == f"jianbao: line 1: {message}\n"
    assert json.loads(result.stdout)["id"] == 12.5


def test_extract_passes_over_a_byte_order_mark() -> None:
    """As some editors write one before the first line."""
    result = CliRunner().invoke(app, ["extract"], input=b'\xef\xbb\xbf{"id":1,"text":"\xe6\x98\x86\xe5\xb1\xb1\xe5\xb8\x82"}\n')
    assert result.exit_code == 0
    assert json.loads(result.stdout)["id"] == 1
