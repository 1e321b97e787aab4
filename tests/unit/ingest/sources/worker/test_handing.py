"""Answers of ingest → a digest that is taken, refused, or to be handed over again."""

import pytest

from services.ingest.accept import Submission
from services.ingest.feed import Refused
from services.ingest.sources.worker.handing import TRIES, Handing, IngestClosed, Unclear
from shared.errors import Rejected, Unavailable
from tests.fakes.feeds import Taking

DIGEST = Submission(content=b"x", source="a")
AWAY = Unavailable("Kafka is away", retry_after=3)


def refused(status: int) -> Refused:
    """Ingest's answer."""
    return Refused({"code": "some_code", "message": "some words", "status": status})


def handing(*errors: Exception) -> tuple[Handing, Taking, list[float]]:
    """To a target that answers so, with the seconds that were waited for."""
    target, waited = Taking(list(errors)), []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    return Handing(target, sleep=sleep), target, waited


async def test_ingest_may_be_away_for_a_while() -> None:
    """As long as it asks for is waited."""
    one, target, waited = handing(AWAY, AWAY)
    assert (await one.hand(DIGEST)).revision == 1
    assert (target.taken, one.problem) == ([DIGEST], None)
    assert min(waited) >= 3
    assert len(waited) == 2


async def test_ingest_may_be_away_for_longer() -> None:
    """Then the source is put off, and health says why."""
    one, target, _ = handing(*[AWAY] * TRIES)
    with pytest.raises(Unavailable, match="Kafka is away"):
        await one.hand(DIGEST)
    assert (target.taken, one.problem) == ([], "Kafka is away")


@pytest.mark.parametrize("status", [413, 415, 422])
async def test_answers_about_the_digest(status: int) -> None:
    """Will be the same the next time; nothing is wrong with ingest."""
    one, _, waited = handing(refused(status))
    with pytest.raises(Rejected) as raised:
        await one.hand(DIGEST)
    assert (raised.value.kind, raised.value.message, one.problem, waited) == (
        "some_code",
        "some words",
        None,
        [],
    )


@pytest.mark.parametrize("status", [401, 404, 502])
async def test_answers_about_us(status: int) -> None:
    """A key that is missing or wrong costs no article."""
    one, _, _ = handing(refused(status))
    with pytest.raises(IngestClosed, match="does not take what is fetched: some words"):
        await one.hand(DIGEST)
    assert one.problem is not None
    await one.hand(DIGEST)
    assert one.problem is None


@pytest.mark.parametrize("status", [400, 500])
async def test_answers_that_may_be_about_the_digest(status: int) -> None:
    """Stop no other digest, and are no word on ingest."""
    one, target, _ = handing(refused(status))
    with pytest.raises(Unclear, match="ingest fails at it: some words"):
        await one.hand(DIGEST)
    assert one.problem is None
    await one.hand(DIGEST)
    assert target.taken == [DIGEST]


async def test_what_answers_is_no_ingest() -> None:
    """Whatever its status: no digest is at fault."""
    one, _, _ = handing(Refused({"code": "not_ingest", "message": "a proxy", "status": 500}))
    with pytest.raises(IngestClosed):
        await one.hand(DIGEST)


@pytest.mark.parametrize("status", [403, 409])
async def test_answers_about_the_source(status: int) -> None:
    """A key that is not for it, or it is off: the others are not concerned."""
    one, _, _ = handing(refused(status))
    with pytest.raises(IngestClosed):
        await one.hand(DIGEST)
    assert one.problem is None
