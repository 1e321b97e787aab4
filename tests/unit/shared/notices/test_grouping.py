"""Which notices are sent, of what is wrong from moment to moment."""

from datetime import UTC, datetime, timedelta

from shared.notices.grouping import Bundle, Colour, Grouping, Symptom

START = datetime(2026, 2, 6, tzinfo=UTC)


def symptom(key: str, colour: Colour = "red") -> Symptom:
    """One of these."""
    return Symptom(key, colour, f"{key}有故障")


class Told:
    """A grouping with its own clock."""

    def __init__(self) -> None:
        self.grouping = Grouping(hold=timedelta(seconds=30), pause=timedelta(seconds=60), remind=timedelta(hours=1))

    def at(self, seconds: float, *symptoms: Symptom, silent: bool = False) -> tuple[list[str], list[str], list[str]] | None:
        """What is told then: keys that are worse, still there, over."""
        bundle = self.grouping.look(symptoms, START + timedelta(seconds=seconds), silent=silent)
        return None if bundle is None else _keys(bundle)


def _keys(bundle: Bundle) -> tuple[list[str], list[str], list[str]]:
    worse, still, over = ([one.key for one in each] for each in (bundle.worse, bundle.still, bundle.over))
    return worse, still, over


def test_what_lasts_is_told_once() -> None:
    """All that came by then in one."""
    told = Told()
    assert told.at(0, symptom("enrich")) is None
    assert told.at(10, symptom("enrich"), symptom("index")) is None
    assert told.at(40, symptom("enrich"), symptom("index")) == (["enrich", "index"], [], [])
    assert told.at(200, symptom("enrich"), symptom("index")) is None


def test_what_passes_is_not_told() -> None:
    """A restart of some seconds."""
    told = Told()
    assert [told.at(0, symptom("enrich")), told.at(20), told.at(40), told.at(100)] == [None] * 4


def test_its_end_is_told_where_its_beginning_was() -> None:
    """Once."""
    told = Told()
    told.at(0, symptom("enrich"))
    told.at(30, symptom("enrich"))
    assert told.at(200) == ([], [], ["enrich"])
    assert told.at(400) is None


def test_what_grows_worse_is_told_again_and_what_grows_better_is_not() -> None:
    """Yellow, red, yellow."""
    told = Told()
    told.at(0, symptom("index", "yellow"))
    told.at(30, symptom("index", "yellow"))
    assert told.at(100, symptom("index", "red")) == (["index"], [], [])
    assert told.at(200, symptom("index", "yellow")) is None


def test_what_stays_is_told_again_after_an_hour() -> None:
    """So that nobody forgets it."""
    told = Told()
    told.at(0, symptom("index"))
    told.at(30, symptom("index"))
    assert told.at(3000, symptom("index")) is None
    assert told.at(3631, symptom("index")) == ([], ["index"], [])


def test_between_two_notices_lies_a_pause() -> None:
    """What comes in it is told in the next."""
    told = Told()
    told.at(0, symptom("a"))
    told.at(30, symptom("a"))
    told.at(31, symptom("a"), symptom("b"))
    assert told.at(70, symptom("b")) is None
    assert told.at(91, symptom("b")) == (["b"], [], ["a"])


def test_in_times_of_silence_nothing_is_told() -> None:
    """And afterwards what still stands, with what ended meanwhile."""
    told = Told()
    told.at(0, symptom("a"))
    told.at(30, symptom("a"))
    assert told.at(200, symptom("b"), silent=True) is None
    assert told.at(300, symptom("b")) == (["b"], [], ["a"])


def test_what_comes_back_is_a_new_one() -> None:
    """It has to last again, and is told again."""
    told = Told()
    told.at(0, symptom("a"))
    told.at(30, symptom("a"))
    told.at(100)
    assert told.at(200, symptom("a")) is None
    assert told.at(230, symptom("a")) == (["a"], [], [])


def started_again(told: Told, seconds: float) -> Told:
    """Another process that goes on where this one ended."""
    again = Told()
    again.grouping.recall(told.grouping.memory(), START + timedelta(seconds=seconds))
    return again


def test_another_process_tells_nothing_again() -> None:
    """What it was told, though its own looks begin anew."""
    told = Told()
    told.at(0, symptom("enrich"))
    told.at(40, symptom("enrich"))
    again = started_again(told, 100)
    assert [again.at(110, symptom("enrich")), again.at(200, symptom("enrich"))] == [None, None]


def test_another_process_tells_the_end() -> None:
    """At once where it saw it itself before."""
    told = Told()
    told.at(0, symptom("enrich"))
    told.at(40, symptom("enrich"))
    again = started_again(told, 100)
    again.at(110, symptom("enrich"))
    assert again.at(120) == ([], [], ["enrich"])
    assert again.at(200) is None


def test_what_another_process_has_not_seen_yet_is_not_over() -> None:
    """Its looks need some minutes until they know as much; after five it is."""
    told = Told()
    told.at(0, symptom("enrich"))
    told.at(40, symptom("enrich"))
    again = started_again(told, 100)
    assert [again.at(110), again.at(399)] == [None, None]
    assert again.at(401) == ([], [], ["enrich"])


def test_another_process_holds_what_was_not_told_yet() -> None:
    """As if it had just come."""
    told = Told()
    told.at(0, symptom("enrich"))
    again = started_again(told, 20)
    assert [again.at(21, symptom("enrich")), again.at(40, symptom("enrich"))] == [None, None]
    assert again.at(51, symptom("enrich")) == (["enrich"], [], [])
