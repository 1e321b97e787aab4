"""`jianbao digest` against a made-up service."""

import json
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from services.search.digest_command import add_to
from shared.errors import Rejected
from tests.unit.search.test_commands import Service, service

__all__ = ["service"]  # the fixture

ID = "d" * 32
ANSWER = {
    "title": "周报<b>", "published_on": None, "source": "s", "publisher": "某号", "withdrawn": False, "missing_items": 1,
    "item_count": 250, "page": 2, "pages": 3,
    "items": [
        {"ordinal": 101, "headline": "甲", "section": "要闻"},
        {"ordinal": 102, "headline": "乙", "section": "要闻"},
        {"ordinal": 103, "headline": "丙", "section": "地方"},
    ],
}  # fmt: skip


def run(*arguments: str) -> Any:
    """The command's result."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    add_to(app)
    return CliRunner().invoke(app, ["digest", *arguments], env={"COLUMNS": "100"})


def test_a_page_is_shown_in_order(service: Service) -> None:
    """Sections with their items, and how to see the next page."""
    service.body = ANSWER
    result = run(ID, "--from", service.url, "--page", "2", "--size", "100")
    assert result.exit_code == 0, result.output
    assert [line.strip() for line in result.output.splitlines() if line.strip()] == [
        *("周报<b>", "日期不详 · s · 某号", "要闻", "101  甲", "102  乙", "地方", "103  丙", "还有 1 条正在入库。"),
        "共 250 条,第 2 页,共 3 页(--page 3 看下一页)",
    ]
    assert service.asked == {"page": ["2"], "size": ["100"]}


def test_json(service: Service) -> None:
    """The answer as it came."""
    service.body = ANSWER
    assert json.loads(run(ID, "--from", service.url, "--json").output) == ANSWER


def test_no_such_page(service: Service) -> None:
    """Said in the service's words."""
    service.status = httpx.codes.NOT_FOUND
    service.body = {"error": {"code": "not_found", "message": "digest d has 3 pages of 100 items, and no page 4", "status": 404}}
    result = run(ID, "--from", service.url, "--page", "4")
    assert isinstance(result.exception, Rejected)
    assert "3 pages" in str(result.exception)


@pytest.mark.parametrize(("arguments", "status"), [(("--page", "0"), 2), (("--size", "501"), 2)])
def test_what_can_be_no_page_is_refused(arguments: tuple[str, str], status: int) -> None:
    """Before anybody is asked."""
    assert run(ID, *arguments).exit_code == status
