"""An original → its name, headers and text."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.search.original import file
from services.search.original.records import Original
from shared.records import DOCX, PDF, RawDigest

ID = "0" * 31 + "a"


def raw(**facts: Any) -> RawDigest:
    """A raw digest of that name and type."""
    given = {
        "digest_id": ID,
        "source": "a",
        "media_type": "text/plain",
        "received_at": datetime(2026, 2, 6, tzinfo=UTC),
        "sha256": "0" * 64,
        "revision": 1,
    }
    return RawDigest.model_validate(given | facts)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"file_name": "周报2026-02-06.txt"}, "周报2026-02-06.txt"),
        ({"file_name": "周报.HTM", "media_type": "text/html"}, "周报.HTM"),
        ({"file_name": "周报.v2", "media_type": DOCX}, "周报.v2.docx"),
        ({"file_name": "run.exe"}, "run.exe.txt"),
        ({"file_name": "周报.html"}, "周报.html.txt"),
        ({"file_name": "周报\u202etxt.exe", "media_type": PDF}, "周报txt.exe.pdf"),
        ({"file_name": "..\\..\\etc/passwd"}, "passwd.txt"),
        ({"file_name": 'a"\r\n;<b>.md', "media_type": "text/markdown"}, "a_;_b_.md"),
        ({"title": "双碳周报/第6期"}, "双碳周报_第6期.txt"),
        ({"file_name": "…" * 400 + ".txt"}, "…" * 150 + ".txt"),
        ({"file_name": "..", "title": "."}, f"{ID}.txt"),
        ({}, f"{ID}.txt"),
    ],
)
def test_it_is_saved_under_its_own_name(facts: dict[str, Any], name: str) -> None:
    """With the suffix of what it is, and nothing that a file's name can't have or that hides its end."""
    assert file.name(raw(**facts)) == name


def test_chinese_names_are_sent_whole() -> None:
    """As RFC 5987 has it, with a name in ASCII for old programs."""
    expected = "attachment; filename=\"__ 100_.txt\"; filename*=UTF-8''%E5%91%A8%E6%8A%A5%20100%25.txt"
    assert file.disposition("周报 100%.txt") == expected


@pytest.mark.parametrize(("charset", "text"), [("gb18030", "昆山:零碳"), ("big5", "臺北:碳費"), ("utf-8", "\ufeff昆山")])
def test_a_text_is_read_in_its_charset(charset: str, text: str) -> None:
    """Without the mark at its beginning."""
    assert file.text(Original(raw(charset=charset), text.encode(charset))) == text.removeprefix("\ufeff")


def test_what_can_not_be_read_of_a_text_is_shown_so() -> None:
    """The rest of it is there."""
    assert file.text(Original(raw(charset="utf-8"), "昆山".encode() + b"\xff")) == "昆山\ufffd"
