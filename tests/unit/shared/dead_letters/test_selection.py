"""Which letters, and what may be done with each."""

from datetime import timedelta

import pytest

from shared.dead_letters.register import Register
from shared.dead_letters.selection import Action, Filter, chosen, named, plan
from shared.errors import Rejected
from tests.letters import AT, letter, operation

TOPICS = ("digests.raw.v1", "digests.enriched.v1")


def filled() -> Register:
    """Open, being retried (begun only), sent again, discarded, tried three times, foreign, another installation's, died again, too large."""
    register = Register().add_all(
        [
            letter(0),
            letter(1, minutes=1, source="乙"),
            letter(2, minutes=2, error="undecodable"),
            letter(3, minutes=3, stage="index", error="parsing", digest_id="e" * 32),
            letter(4, minutes=4, tries=3),
            letter(5, minutes=5, stage="?", error="not_a_dead_letter", origin=""),
            letter(6, minutes=6, origin="other.digests.raw.v1/0/6"),
            letter(7, minutes=7, parent=letter(4).place, tries=3),
            letter(8, minutes=8, stage="index", error="too_large", message="9 bytes of 8", code="0.1.0"),
        ]
    )
    register.note(operation("retry", subject="0/1", outcome="begun"))
    register.note(operation("retry", subject="0/2", minutes=3))
    register.note(operation("discard", subject="0/3", minutes=4))
    return register


@pytest.mark.parametrize(
    ("wanted", "offsets"),
    [
        (Filter(), [8, 7, 6, 5, 2, 1, 0]),
        (Filter(shape="… bytes of …"), [8]),
        (Filter(stage="enrich", error="timeout"), [7, 6, 1, 0]),
        (Filter(source="乙"), [1]),
        (Filter(digest="e" * 32), []),
        (Filter(digest="e" * 32, states=("discarded",)), [3]),
        (Filter(since=AT + timedelta(minutes=5), until=AT + timedelta(minutes=7)), [6, 5]),
        (Filter(states=("superseded", "retrying")), [4, 2, 1]),
    ],
)
def test_filters(wanted: Filter, offsets: list[int]) -> None:
    """Newest first; open and retrying ones unless others are asked for."""
    assert [found.place.offset for found in chosen(filled(), wanted)] == offsets


@pytest.mark.parametrize(
    ("offset", "doing", "force", "why"),
    [
        (0, "retry", False, None),
        (1, "retry", False, None),  # whoever began it was interrupted
        (2, "retry", False, "sent again already"),
        (8, "retry", False, "retrying can't help (too_large)"),
        (8, "retry", True, None),
        (2, "retry", True, None),
        (3, "retry", False, "it is discarded"),
        (3, "retry", True, None),
        (4, "retry", True, "retry 0/7 instead"),
        (5, "retry", True, "no dead letter of ours"),
        (6, "retry", True, "none of this installation's"),
        (7, "retry", False, "tried 3 times"),
        (7, "retry", True, None),
        (0, "discard", False, None),
        (2, "discard", False, None),
        (3, "discard", False, "discarded already"),
        (4, "discard", False, "superseded already"),
        (5, "discard", False, None),
    ],
)
def test_what_may_be_done(offset: int, doing: Action, force: bool, why: str | None) -> None:
    """With the reason where it may not."""
    register = filled()
    made = plan(register, [register.letters[letter(offset).place]], doing, topics=TOPICS, force=force)
    assert [found.place.offset for found in made.letters] == ([offset] if why is None else [])
    assert all(why is not None and why in str(said) for _, said in made.refused)


def test_a_digests_revisions_keep_their_order() -> None:
    """As they died, whatever order they were chosen in."""
    register = filled()
    assert [found.place.offset for found in plan(register, chosen(register, Filter()), "discard", topics=TOPICS).letters] == [0, 1, 2, 5, 6, 7, 8]


def test_names() -> None:
    """A place, or a digest that has only one."""
    register = filled()
    assert named(register, "0/4").place.offset == 4
    assert named(register, "e" * 32).place.offset == 3
    for name, kind in (("0/99", "no_letter"), ("f" * 32, "no_letter"), ("d" * 32, "several_letters"), ("", "no_letter")):
        with pytest.raises(Rejected) as raised:
            named(register, name)
        assert raised.value.kind == kind


def test_what_is_on_its_way_is_no_refusal_where_a_filter_chose_it() -> None:
    """So that a run after an interruption goes on quietly; other refusals stay."""
    register = filled()
    made = plan(register, chosen(register, Filter(stage="enrich")), "retry", topics=TOPICS).filtered()
    assert [found.place.offset for found in made.letters] == [0, 1]
    assert {(found.place.offset, why.kind) for found, why in made.refused} == {(6, "elsewhere"), (7, "cap")}
