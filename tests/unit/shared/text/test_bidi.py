"""Marks of direction are seen and turn nothing around."""

import json

import pytest
from markupsafe import Markup

from services.search.web.rendering import environment
from shared.terminal import printable
from shared.text.bidi import MARKS, escaped, visible


@pytest.mark.parametrize("mark", MARKS)
def test_each_mark_is_shown(mark: str) -> None:
    """By its number, in text for people and on a terminal."""
    name = f"‹U+{ord(mark):04X}›"
    assert visible(f"昆山{mark}零碳") == printable(f"昆山{mark}零碳") == f"昆山{name}零碳"


def test_json_is_the_same_value() -> None:
    """Escaped, so that a terminal sees none."""
    value = {"title": f"a\\{MARKS}乙", "n": 1}
    line = escaped(json.dumps(value, ensure_ascii=False).encode())
    assert json.loads(line) == value
    assert not set(line.decode()) & set(MARKS)


def test_pages_show_them_in_text_and_in_what_is_marked() -> None:
    """Attributes too; what a template wrote itself stays as it is."""
    template = environment().from_string('<a title="{{ text }}">{{ text }}</a>{{ text }}{{ marked }}')
    page = template.render(text="<\u202e>", marked=Markup("<em>\u2067</em>"))
    assert page == '<a title="&lt;‹U+202E›&gt;">&lt;‹U+202E›&gt;</a>&lt;‹U+202E›&gt;<em>‹U+2067›</em>'
