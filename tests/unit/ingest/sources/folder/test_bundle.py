"""What is handed over at once goes in few requests, and each gets its own answer."""

import asyncio
from collections.abc import Sequence

import pytest

from services.ingest.accept import Submission
from services.ingest.feeding.targets import Answer, Refused, Result
from services.ingest.sources.folder.bundle import ALONE, BYTES, DIGESTS, REQUESTS, Bundle
from shared.errors import JianbaoError, Misconfigured, Rejected, Unavailable


class Ingest:
    """Takes what it is given, unless something was set for it; each request takes its time."""

    def __init__(self) -> None:
        self.requests: list[list[str]] = []
        self.errors: dict[str, JianbaoError] = {}
        self.of_all: Exception | None = None
        self.under_way = self.most = 0
        self.forgets = False
        """Whether it answers for all but one of several"""

    async def put(self, submission: Submission) -> Answer:
        """One alone."""
        [result] = await self._take([submission])
        if isinstance(result, Answer):
            return result
        raise result

    async def put_all(self, submissions: Sequence[Submission]) -> list[Result]:
        """Several."""
        if self.of_all is not None:
            raise self.of_all
        return (await self._take(submissions))[self.forgets :]

    async def _take(self, submissions: Sequence[Submission]) -> list[Result]:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        names = [submission.content.decode()[:10] for submission in submissions]
        self.requests.append(names)
        return [self.errors.get(name) or Answer(name, 1) for name in names]  # type: ignore[misc]  # one of them


def digest(text: str, key: str | None = None) -> Submission:
    """A digest."""
    return Submission(text.encode(), source="weekly", idempotency_key=key)


async def put_all(ingest: Ingest, *digests: Submission) -> list[Answer | BaseException]:
    """All at once."""
    bundle = Bundle(ingest)
    return await asyncio.gather(*(bundle.put(one) for one in digests), return_exceptions=True)


async def test_many_digests() -> None:
    """Go in requests of some dozens, some at once; each gets its own answer."""
    ingest = Ingest()
    names = [f"第{number}期" for number in range(500)]
    answers = await put_all(ingest, *map(digest, names))
    assert [answer.digest_id for answer in answers if isinstance(answer, Answer)] == names
    assert max(map(len, ingest.requests)) == DIGESTS
    assert len(ingest.requests) < 20
    assert ingest.most == REQUESTS


async def test_one_digest() -> None:
    """Goes at once, alone."""
    ingest = Ingest()
    await put_all(ingest, digest("一"))
    assert ingest.requests == [["一"]]


async def test_large_digests_and_those_with_a_key() -> None:
    """Have requests of their own."""
    ingest = Ingest()
    await put_all(ingest, *(digest(f"{number}", "k") for number in range(9)), *(digest("x" * ALONE) for _ in range(9)))
    assert {len(request) for request in ingest.requests} == {1}


async def test_digests_of_some_size() -> None:
    """Are as many as a request may hold."""
    ingest = Ingest()
    size = BYTES // 10
    await put_all(ingest, *(digest(f"{number:010}" + "x" * size) for number in range(60)))
    assert max(map(len, ingest.requests)) == 10


@pytest.mark.parametrize("error", [Rejected("empty", "empty"), Unavailable("away"), Refused({"message": "no"})])
async def test_an_error_of_one(error: JianbaoError) -> None:
    """Is that one's alone."""
    ingest = Ingest()
    ingest.errors["7"] = error
    answers = await put_all(ingest, *(digest(f"{number}") for number in range(50)))
    assert [index for index, answer in enumerate(answers) if isinstance(answer, Exception)] == [7]
    assert answers[7] is error


@pytest.mark.parametrize("error", [Unavailable("away"), Misconfigured("no address"), ZeroDivisionError("a bug")])
async def test_an_error_of_all(error: Exception) -> None:
    """Is told to each that waits: ingest is away, or something worse."""
    ingest = Ingest()
    ingest.of_all = error
    answers = await put_all(ingest, *(digest(f"{number}") for number in range(50)))
    assert sum(answer is ingest.of_all for answer in answers) > 40


async def test_a_target_that_answers_too_few() -> None:
    """Is told to each that waits, too: a bug must not leave them waiting for ever."""
    ingest = Ingest()
    ingest.forgets = True
    answers = await asyncio.wait_for(put_all(ingest, *(digest(f"{number}") for number in range(50))), 5)
    assert sum(isinstance(answer, ValueError) for answer in answers) > 40


async def test_ingest_that_takes_no_several() -> None:
    """Is asked for each alone: what it says of a request is no word on its digests."""
    ingest = Ingest()
    ingest.of_all = Refused({"code": "unsupported_media_type", "message": "say what it is", "status": 415})
    answers = await put_all(ingest, *(digest(f"{number}") for number in range(50)))
    assert all(isinstance(answer, Answer) for answer in answers)


async def test_who_waits_no_more() -> None:
    """Is no reason for others not to get their answers."""
    ingest = Ingest()
    bundle = Bundle(ingest)
    tasks = [asyncio.create_task(bundle.put(digest(f"{number}"))) for number in range(30)]
    await asyncio.sleep(0)
    tasks[20].cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(isinstance(answer, Answer) for answer in answers) == 29
