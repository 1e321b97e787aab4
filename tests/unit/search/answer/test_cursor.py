"""Cursors: there and back, and refused when changed."""

import pytest

from services.search.answer.cursor import Cursor, read, signing_key, write
from services.search.errors import BadCursor

KEY = signing_key("ns", ["b", "a"])
CURSOR = Cursor("pit", [1.5, None, "氢"], ["f", "e"], 2, 0, ["售电公司管理办法"])


def test_there_and_back() -> None:
    """Everything in it, and fit for a url."""
    word = write(CURSOR, key=KEY)
    assert read(word, key=KEY, fingerprint="f") == read(word, key=KEY, fingerprint="e") == CURSOR
    assert word.isascii()
    assert not set(word) & set("+/=&?# ")


def test_the_key_is_the_same_in_every_process() -> None:
    """However the hashes are ordered; another one in another installation."""
    assert signing_key("ns", ["a", "b"]) == KEY
    assert signing_key("other", ["a", "b"]) != KEY


def test_every_changed_character_is_refused() -> None:
    """Wherever it is."""
    word = write(CURSOR, key=KEY)
    for at in range(len(word)):
        changed = word[:at] + ("A" if word[at] != "A" else "B") + word[at + 1 :]
        # The last character holds bits that are not part of any byte.
        if at < len(word) - 1:
            with pytest.raises(BadCursor):
                read(changed, key=KEY, fingerprint="f")


@pytest.mark.parametrize("word", ["", "x", "氢", "AAAA", "=" * 9, "a b"])
def test_anything_else_is_refused(word: str) -> None:
    """In plain words."""
    with pytest.raises(BadCursor, match="not one of ours"):
        read(word, key=KEY, fingerprint="f")


def test_another_search_is_refused() -> None:
    """A cursor belongs to one list of hits."""
    with pytest.raises(BadCursor, match="another search"):
        read(write(CURSOR, key=KEY), key=KEY, fingerprint="g")
