"""Letters of one stage with one error, counted together; and what is the same in their messages."""

import pytest

from shared.dead_letters.groups import MOST, groups
from shared.dead_letters.kinds import Running
from shared.dead_letters.register import Register
from shared.dead_letters.selection import Filter, chosen, plan
from shared.dead_letters.shape import LENGTH, shape
from tests.letters import AT, letter, operation

TOPICS = ("digests.raw.v1", "digests.enriched.v1")
RUNNING = Running(build=8, version="0.1.0")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("the digest's text has 1,234,567 characters", "the digest's text has … characters"),
        ("record 3/17 of b2d4f6a8c0e1f3a5b7c9d1e3f5a7b9c1", "record …/… of …"),
        ("failed to parse field [published_on] with id 'a b'", "failed to parse field [published_on] with id …"),
        ("GET https://example.org/a?b=1 said “无法读取”", "GET … said …"),
        ("第3期 有 12 行\n太多", "第…期 有 … 行 太多"),
        ("", ""),
        ("x" * 9_000, "x" * LENGTH),
    ],
)
def test_shapes(message: str, expected: str) -> None:
    """Words stay, values go, and the length is bounded."""
    assert shape(message) == expected


def filled() -> Register:
    """Six too large, of two builds and several sources; two that crashed, of which one was sent again."""
    register = Register().add_all(
        [
            *(
                letter(n, minutes=n, error="too_large", source=f"来源{n % 2}", message=f"{n} pages", code=f"0.1.0 build {7 + n % 2}")
                for n in range(6)
            ),
            letter(6, minutes=6, error="crashed", message="ended"),
            letter(7, minutes=7, error="crashed", message="hung"),
        ]
    )
    register.note(operation("retry", subject="0/7", minutes=8))
    return register


def test_a_group_says_how_many_since_when_and_of_whom() -> None:
    """The largest group is first, its newest letter is the sample."""
    register = filled()
    large, crashed = groups(register, register.active(), topics=TOPICS, running=RUNNING)
    assert (large.stage, large.error, large.count, large.sources) == ("enrich", "too_large", 6, 2)
    assert (large.first_at, large.last_at, str(large.newest)) == (AT, letter(5, minutes=5).at, "0/5")
    assert (large.top_sources, [(one.shape, one.count) for one in large.wordings]) == ((("来源0", 3), ("来源1", 3)), [("… pages", 6)])
    assert [(one.shape, one.count, str(one.newest)) for one in crashed.wordings] == [("ended", 1, "0/6"), ("hung", 1, "0/7")]


def test_a_group_counts_what_a_retry_would_send() -> None:
    """As the plan of a retry without force: permanent failures of an older build, and no letter that is under way."""
    register = filled()
    found = {group.error: group for group in groups(register, register.active(), topics=TOPICS, running=RUNNING)}
    assert {error: (group.hope, group.retryable, group.retrying) for error, group in found.items()} == {
        "too_large": ("newer", 3, 0),
        "crashed": ("now", 1, 1),
    }
    for error, group in found.items():
        planned = plan(register, chosen(register, Filter(error=error)), "retry", topics=TOPICS, running=RUNNING)
        assert len(planned.letters) == group.retryable


def test_many_sources_and_wordings_are_bounded() -> None:
    """The most frequent are named, the others are counted."""
    register = Register().add_all(letter(n, source=f"来源{n}", message="字" * (n + 1)) for n in range(40))
    (group,) = groups(register, register.active())
    assert (group.count, len(group.top_sources), group.sources) == (40, MOST, 40)
    assert (len(group.wordings), group.other_wordings) == (MOST, 40 - MOST)


def test_the_edition_rises_with_what_a_group_depends_on() -> None:
    """A letter that comes, is dealt with or goes makes another edition; learning nothing new does not."""
    register = filled()
    editions = [register.edition]
    register.note(operation("discard", subject="0/6", minutes=9))
    editions.append(register.edition)
    register.learn({letter(0).digest_id: None})
    editions.append(register.edition)
    register.begin_at({0: 1})
    editions.append(register.edition)
    assert editions[0] < editions[1] == editions[2] < editions[3]
