"""What the chaos rounds compare with: made-up promises against made-up contents of index and dead topic."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from tests.chaos.editions import Edition, Editor
from tests.chaos.oracle import LetterKey, Promises, Seen, differences

_EDITOR = Editor(Random(1), seed=1)
FIRST = _EDITOR.first("甲", "第1期")
SECOND = _EDITOR.next(FIRST)
THIRD = _EDITOR.next(SECOND)
POISON: LetterKey = ("digests.raw.v1", b"poison", b"\xff", ())


def _seen(edition: Edition | None, revision: int, *letters: LetterKey, withdrawn: bool = False) -> Seen:
    """The index with this edition of the digest."""
    stories = zip(edition.item_ids, edition.stories, strict=True) if edition else ()
    items = [
        {"digest_id": FIRST.digest_id, "item_id": item_id, "revision": revision, "section": story.section, "title": story.title, "body": story.body}
        for item_id, story in stories
    ]
    manifest = {"revision": revision, "withdrawn": withdrawn, "item_ids": [item["item_id"] for item in items], "to_delete": []}
    return Seen({FIRST.digest_id: manifest}, items, [str(item["item_id"]) for item in items], letters)


def _promised(*operations: tuple[Edition | None, int | None]) -> Promises:
    promises = Promises()
    for edition, revision in operations:
        promises.note(FIRST.digest_id, edition, revision)
    return promises


NOTHING = Seen({}, [], [], [])

HOLDS: list[tuple[Promises, Seen]] = [
    (_promised((FIRST, 5)), _seen(FIRST, 5)),
    (_promised((FIRST, 5), (SECOND, 6)), _seen(SECOND, 6)),
    (_promised((FIRST, 5), (SECOND, None)), _seen(FIRST, 5)),  # not acknowledged: it may not have arrived
    (_promised((FIRST, 5), (SECOND, None)), _seen(SECOND, 6)),  # or it may
    (_promised((FIRST, 5), (SECOND, None), (THIRD, None)), _seen(SECOND, 6)),
    (_promised((FIRST, None)), NOTHING),
    (_promised((FIRST, None)), _seen(FIRST, 5)),
    (_promised((FIRST, 5), (None, 6)), _seen(None, 6, withdrawn=True)),
    (_promised((FIRST, 5), (None, 6), (SECOND, 7)), _seen(SECOND, 7)),
    (_promised((None, 6), (SECOND, None), (None, 6)), _seen(None, 6, withdrawn=True)),  # the second withdrawal found the first
    (_promised((None, 6), (SECOND, None), (None, 6)), _seen(SECOND, 7)),
]


@pytest.mark.parametrize(("promises", "seen"), HOLDS)
def test_what_holds(promises: Promises, seen: Seen) -> None:
    """The last acknowledged operation, or one after it that nobody acknowledged."""
    assert differences(promises, seen) == []


FAILS: list[tuple[Promises, Seen, str]] = [
    (_promised((FIRST, 5)), NOTHING, "no manifest, 0 items"),  # lost
    (_promised((FIRST, 5), (SECOND, 6)), _seen(FIRST, 5), "revision 5 instead of 6"),  # the older stayed
    (_promised((FIRST, None), (SECOND, 6)), _seen(FIRST, 7), "revision 7 instead of 6"),  # what came before the acknowledged one is over
    (_promised((FIRST, 5), (None, 6)), _seen(FIRST, 5), "withdrawn False instead of True"),
    (_promised((FIRST, None), (SECOND, None)), _seen(THIRD, 5), "surplus item"),  # never sent
    (Promises(), _seen(FIRST, 5), "was never sent"),
]


@pytest.mark.parametrize(("promises", "seen", "said"), FAILS)
def test_what_fails(promises: Promises, seen: Seen, said: str) -> None:
    """Each is told in plain words."""
    found = differences(promises, seen)
    assert found
    assert said in "\n".join(found)


def test_items_of_two_revisions_do_not_stand_mixed() -> None:
    """One item that stayed at its former revision, one that should be gone, one that is gone."""
    seen = _seen(FIRST, 6)
    mixed = [{**seen.items[0], "revision": 5}, *seen.items[1:]]
    assert "surplus item" in str(differences(_promised((FIRST, 6)), replace(seen, items=mixed)))
    assert "missing item" in str(differences(_promised((FIRST, 6)), replace(seen, items=seen.items[1:])))
    stray: dict[str, Any] = {**seen.items[0], "item_id": "f" * 32}
    assert "surplus item" in str(differences(_promised((FIRST, 6)), replace(seen, items=[*seen.items, stray])))


def test_search_gives_each_item_once() -> None:
    """Not twice over its pages, and no other than the index has."""
    seen = _seen(FIRST, 5)
    assert differences(_promised((FIRST, 5)), replace(seen, found=[*seen.found, seen.found[0]])) == [f"search gives item {seen.found[0]} 2 times"]
    assert "search and index differ" in str(differences(_promised((FIRST, 5)), replace(seen, found=seen.found[1:])))


def test_poison_has_its_letter_and_nothing_else_has_one() -> None:
    """Twice is fine; another's bytes are not; without an acknowledgement it may be missing."""
    promises = _promised((FIRST, 5))
    promises.note_poison(POISON, acknowledged=False)
    assert differences(promises, _seen(FIRST, 5)) == []
    promises.note_poison(POISON, acknowledged=True)
    assert differences(promises, _seen(FIRST, 5, POISON, POISON)) == []
    assert "no dead letter" in str(differences(promises, _seen(FIRST, 5)))
    other = (POISON[0], POISON[1], b"\xfe", ())
    assert "should not be" in str(differences(promises, _seen(FIRST, 5, POISON, other)))


GIANT = "a" * 32


def _giant(*bodies: str, revision: int = 5, to_delete: tuple[str, ...] = ()) -> Seen:
    """A giant line in pieces."""
    items = [{"item_id": str(at), "digest_id": GIANT, "ordinal": at, "revision": revision, "body": body} for at, body in enumerate(bodies, 1)]
    ids = [item["item_id"] for item in items]
    manifest = {"revision": revision, "withdrawn": False, "item_ids": ids, "to_delete": list(to_delete)}
    return Seen({GIANT: manifest}, items, list(map(str, ids)), [])


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (_giant("昆山", "太仓"), ""),
        (replace(_giant("昆山", "太仓"), items=_giant("昆山", "太仓").items[::-1]), ""),
        (_giant("昆山", "太"), "2 items have 3 of 4 characters"),
        (_giant("昆山", "太仓", revision=4), "its manifest and its items differ"),
        (_giant("昆山", "太仓", to_delete=("9",)), "its manifest and its items differ"),
        (NOTHING, "no manifest, 0 items"),
    ],
)
def test_a_giant_is_there_in_pieces(seen: Seen, said: str) -> None:
    """All of its text in order, and nothing else."""
    found = differences(Promises(giants={GIANT: (5, "昆山太仓")}), seen)
    assert (said in "\n".join(found)) if said else found == []
