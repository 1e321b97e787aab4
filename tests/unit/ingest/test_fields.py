"""What a feeder says of a digest, checked."""

from collections.abc import Callable
from datetime import date

import pytest

from services.ingest import fields
from shared.errors import Rejected


@pytest.mark.parametrize("source", ["shuangtan-weekly", "双碳周报", "a", "A.b_c-1", "x" * 64])
def test_a_source_is_one_word(source: str) -> None:
    """Latin or Chinese; white space around it is dropped."""
    assert fields.source(f" {source}\n") == source


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (None, "source_missing"),
        ("  ", "source_missing"),
        ("双碳 周报", "bad_source"),
        ("-a", "bad_source"),
        ("../etc", "bad_source"),
        ("a\r\nX-Injected: 1", "bad_source"),
        ("x" * 65, "bad_source"),
        ("\ud800", "bad_source"),
        ("a\0", "bad_source"),
    ],
)
def test_other_sources_are_refused(source: str | None, kind: str) -> None:
    """Nothing that would not fit in urls, headers and file names."""
    with pytest.raises(Rejected) as refused:
        fields.source(source)
    assert refused.value.kind == kind


def test_a_title_becomes_one_line() -> None:
    """White space of any kind is one blank; nothing is None."""
    assert fields.title(" 双碳周报\r\n 第12期　") == "双碳周报 第12期"
    assert fields.title(None) is None
    assert fields.title(" \n") is None


@pytest.mark.parametrize("url", ["https://example.org/weekly/12?x=1#a", "http://[::1]:80/", "https://例子.中国/周报"])
def test_urls_are_whole_web_addresses(url: str) -> None:
    """http and https, with a host."""
    assert fields.url(url) == url


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "example.org/12", "https://", "http://[x", "ftp://example.org", "https://a b", "https://a\r\nb"]
)
def test_other_urls_are_refused(url: str) -> None:
    """Nothing that a page must not link to."""
    with pytest.raises(Rejected) as refused:
        fields.url(url)
    assert refused.value.kind == "bad_url"


@pytest.mark.parametrize(
    ("check", "value", "kind"),
    [
        (fields.title, "a\0b", "bad_title"),
        (fields.title, "\udfff", "bad_title"),
        (fields.title, "字" * 501, "bad_title"),
        (fields.external_id, "a\nb", "bad_external_id"),
        (fields.external_id, "9" * 501, "bad_external_id"),
        (fields.url, "https://example.org/" + "a" * 2000, "bad_url"),
    ],
)
def test_control_characters_and_excessive_length_are_refused(check: Callable[[str], object], value: str, kind: str) -> None:
    """With the field's name."""
    with pytest.raises(Rejected) as refused:
        check(value)
    assert refused.value.kind == kind


def test_days_are_iso_dates() -> None:
    """YYYY-MM-DD and nothing else that Python would read as one."""
    assert fields.published_on(" 2026-02-06 ") == date(2026, 2, 6)
    assert fields.published_on("") is None
    for wrong in ("2026-02-30", "20260206", "2026-W06-5", "2026-2-6", "昨天", "２０２６-02-06", "2026-02-06T00:00:00Z"):
        with pytest.raises(Rejected, match="YYYY-MM-DD"):
            fields.published_on(wrong)


@pytest.mark.parametrize(
    ("day", "taken"),
    [("2026-02-06", True), ("2026-02-13", True), ("2026-02-14", False), ("2099-01-01", False)],
)
def test_a_day_far_ahead_is_refused(day: str, taken: bool) -> None:
    """A weekly may bear the last day of its week; what is dated later would stand before all news until
    then.
    """
    today = date(2026, 2, 6)
    if taken:
        assert fields.published_on(day, today=today) == date.fromisoformat(day)
        return
    with pytest.raises(Rejected, match="days ahead of today") as refused:
        fields.published_on(day, today=today)
    assert refused.value.kind == "bad_date"


def test_misspelt_names_are_refused_with_the_known_ones() -> None:
    """An identity under a wrong name would else be lost in silence."""
    with pytest.raises(Rejected, match="external_id"):
        fields.only_known(["source", "external-id"], fields.NAMES, what="query parameter")
