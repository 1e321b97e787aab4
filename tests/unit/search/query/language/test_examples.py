"""The examples of the page about the query language."""

import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from services.search.query.language.examples import EXAMPLES, Example, field_table
from services.search.query.language.fields import FIELDS, NAMES
from services.search.query.language.read import read
from services.search.web.rendering import TEMPLATES


@pytest.mark.parametrize("example", [example for section in EXAMPLES.values() for example in section], ids=lambda example: example.query)
def test_every_example_can_be_read(example: Example) -> None:
    """Each of them, as it stands."""
    assert read(example.query, today=date(2026, 2, 6)).node is not None


def test_the_page_runs_every_example() -> None:
    """Each is a link to its search, and every field is named."""
    page = TEMPLATES.get_template("syntax.html").render(sections=EXAMPLES, fields=field_table())
    links = [parse_qs(urlsplit(unescape(link)).query)["q"][0] for link in re.findall(r'href="(/search\?q=[^"]*)"', page)]
    assert links == [example.query for section in EXAMPLES.values() for example in section]
    assert all(f"<code>{name}:</code>" in page for name in NAMES)


def test_the_table_has_every_field() -> None:
    """With names that are no repetition of the first."""
    rows = field_table()
    assert {name for _, name, _ in rows} == set(FIELDS)
    assert all(others and name not in others for _, name, others in rows)
