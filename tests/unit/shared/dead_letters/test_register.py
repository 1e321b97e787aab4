"""Letters, operations and manifests in any order."""

from itertools import permutations

import pytest

from shared.dead_letters.letter import Letter, Place
from shared.dead_letters.register import Register
from shared.dead_letters.state import Known
from tests.letters import AT, DIGEST, letter, operation

FIRST = letter(0)
DIED_AGAIN = letter(5, minutes=10, parent=Place(0, 0), tries=1)
AGAIN = letter(9, minutes=20, parent=Place(0, 5), tries=2)


def states(register: Register) -> dict[str, str]:
    """Of all letters."""
    return {str(place): register.standing(place).state for place in sorted(register.letters)}


@pytest.mark.parametrize("order", list(permutations([FIRST, DIED_AGAIN, AGAIN])))
def test_the_newest_of_a_lineage_stands(order: tuple[Letter, ...]) -> None:
    """In whatever order they are read."""
    register = Register().add_all(order)
    assert states(register) == {"0/0": "superseded", "0/5": "superseded", "0/9": "open"}
    assert register.standing(Place(0, 9)).tries == 2
    assert register.lineage(Place(0, 9)) == [FIRST, DIED_AGAIN]


@pytest.mark.parametrize(
    "twins",
    [
        (letter(1, origin="digests.raw.v1/0/3"), letter(2, origin="digests.raw.v1/0/3")),  # delivered twice
        (letter(1, parent=Place(3, 3)), letter(2, parent=Place(3, 3))),  # sent again by two people
    ],
)
def test_of_two_letters_for_one_record_one_stands(twins: tuple[Letter, Letter]) -> None:
    """The later, in whatever order they are read."""
    assert states(Register().add_all(twins)) == states(Register().add_all(twins[::-1])) == {"0/1": "superseded", "0/2": "open"}


def test_a_name_from_a_topic_that_was_made_anew_supersedes_nothing() -> None:
    """The one that it names is later than itself."""
    register = Register().add_all([letter(7, parent=Place(0, 8)), letter(8, minutes=10)])
    assert states(register)["0/8"] == "open"


def test_operations_and_manifests_settle_letters() -> None:
    """Whenever they come; the same record twice changes nothing."""
    register = Register()
    register.note(operation("retry", outcome="begun"))
    register.add(FIRST)
    register.note(operation("retry", minutes=2))
    register.note(operation("retry", minutes=2))
    assert (register.standing(FIRST.place).state, register.standing(FIRST.place).tries) == ("retrying", 1)
    register.learn({DIGEST: Known(100)})
    assert states(register) == {"0/0": "solved"}
    assert register.counts() == {}
    register.learn({DIGEST: None})  # the index was made anew
    assert states(register) == {"0/0": "retrying"}
    assert [one.outcome for one in register.history(FIRST.place)] == ["begun", "done"]


def test_counts_are_of_what_asks_for_attention() -> None:
    """By stage and error, with the newest."""
    register = Register().add_all([letter(0), letter(1, minutes=5), letter(2, stage="index", error="parsing"), letter(3)])
    register.note(operation("discard", subject="0/3"))
    counts = register.counts()
    assert {stage: dict(errors) for stage, (errors, _) in counts.items()} == {"enrich": {"timeout": 2}, "index": {"parsing": 1}}
    assert counts["enrich"][1] == letter(1, minutes=5).at


def test_what_is_being_retried_is_looked_up_first_and_then_in_turn() -> None:
    """So that all are looked up in the end, however many there are."""
    register = Register().add_all([letter(n, digest_id=f"{n}" * 32) for n in range(3)] + [letter(3, digest_id="3" * 32, version=None)])
    register.note(operation("retry", subject="0/2"))
    assert register.unsettled(1) == ["2" * 32]
    register.learn(dict.fromkeys(register.unsettled(2)))
    assert sorted(register.unsettled(2)) == ["1" * 32, "2" * 32]


def test_what_kafka_deletes_is_forgotten() -> None:
    """Counts are of letters that can still be read."""
    register = Register().add_all([letter(0), letter(1, digest_id="e" * 32)])
    register.begin_at({0: 1})
    assert list(register.letters) == [Place(0, 1)]
    assert register.of(DIGEST) == []
    register.clear()
    assert (register.letters, register.counts()) == ({}, {})


def test_memory_is_bounded_and_the_count_stays_honest() -> None:
    """Settled ones are forgotten first; open ones beyond the limit still count."""
    register = Register(limit=2)
    register.add(letter(0))
    register.note(operation("discard"))
    register.add_all([letter(1), letter(2), letter(3)])
    assert list(register.letters) == [Place(0, 2), Place(0, 3)]
    assert register.counts()["enrich"][0] == {"timeout": 3}


def test_operations_of_others_are_no_matter() -> None:
    """The topic holds those on digests and indices too."""
    register = Register().add_all([FIRST])
    register.note(operation("withdraw", subject="0/0"))
    register.note(operation("discard", subject="weekly"))
    assert (states(register), register.history(FIRST.place), FIRST.at) == ({"0/0": "open"}, [], AT)
