"""Files → outcomes, through the real API over ASGI and through scripted answers."""

import io
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from services.ingest.accept import Submission
from services.ingest.again.take import Taker
from services.ingest.app import create_app
from services.ingest.feed import Api, BulkTarget, Outcome, Patience, Straight, feed
from services.ingest.revision import Revisions
from shared.errors import Misconfigured, Rejected
from shared.keys.key import hash_key
from shared.settings import IngestSettings
from tests.fakes.desk import FakeDesk
from tests.fakes.memory import FakeMemory
from tests.fakes.publisher import FakePublisher

SAID: dict[str, str | None] = {"source": "a"}
NOW = 1770343200123


class Clock:
    """Sleeping takes no time and is written down."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Write it down."""
        self.slept.append(seconds)


@pytest.fixture
def publisher() -> FakePublisher:
    """Kafka is there."""
    return FakePublisher()


@pytest.fixture
async def api(publisher: FakePublisher) -> AsyncIterator[Api]:
    """The real service with one key."""
    app = create_app(IngestSettings(api_keys=(hash_key("k1"),)), publisher, now_ms=lambda: NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        yield Api(client, "http://127.0.0.1:8401/", "k1")


def scripted(answer: Callable[[httpx.Request], httpx.Response]) -> Api:
    """An API that answers as a function says."""
    return Api(httpx.AsyncClient(transport=httpx.MockTransport(answer)), "http://127.0.0.1:8401")


async def outcomes(
    files: list[str], target: BulkTarget, *, stdin: bytes = b"", wait: float = 0, clock: Clock | None = None, id_from_name: bool = False
) -> list[Outcome]:
    """All outcomes."""
    patience = Patience(wait, (clock or Clock()).sleep)
    feeding = feed(files, target, said=SAID, stdin=io.BytesIO(stdin), max_bytes=1000, patience=patience, id_from_name=id_from_name)
    return [outcome async for outcome in feeding]


TAKEN = {"digest_id": "0" * 32, "revision": 1, "status_url": "http://x"}


def taken(*results: dict[str, object]) -> httpx.Response:
    """What is answered to one that was taken, or to several."""
    if not results:
        return httpx.Response(202, json=TAKEN)
    return httpx.Response(207 if any("error" in each for each in results) else 202, headers={"Retry-After": "3"}, json=list(results))


def away(seconds: str, status: int = 503) -> httpx.Response:
    """An answer after which to come again."""
    error = {"code": "unavailable", "message": "Kafka is away", "status": status}
    return httpx.Response(status, headers={"Retry-After": seconds}, json={"error": error})


async def test_bytes_arrive_as_they_are(tmp_path: Path, api: Api, publisher: FakePublisher) -> None:
    """With the media type by suffix, the charset by content, and no identity from the name."""
    content = "## 昆山:将新增(近)零碳工厂10家".encode("gb18030")
    (tmp_path / "周报 12.md").write_bytes(content)
    [outcome] = await outcomes([str(tmp_path / "周报 12.md")], api)
    raw, published = publisher.published[0]
    assert raw.file_name == "周报 12.md"
    assert outcome == Outcome(
        str(tmp_path / "周报 12.md"), raw.digest_id, NOW, f"http://127.0.0.1:8402/api/digests/{raw.digest_id}/status?revision={NOW}"
    )
    assert published == content
    assert (raw.media_type, raw.charset, raw.external_id, raw.source) == ("text/markdown", "gb18030", None, "a")


async def test_a_name_is_an_identity_only_where_it_is_asked_for(tmp_path: Path, api: Api, publisher: FakePublisher) -> None:
    """The name without its folder."""
    (tmp_path / "周报.txt").write_text("昆山", encoding="utf-8")
    await outcomes([str(tmp_path / "周报.txt")], api, id_from_name=True)
    assert publisher.published[0][0].external_id == "周报.txt"


async def test_names_not_in_utf_8_stop_nothing(tmp_path: Path, api: Api, publisher: FakePublisher) -> None:
    """Its day is kept without the bytes that say nothing; where the name is the identity that one file is
    refused, as what is said of a digest is, to the API as straight to Kafka."""
    name = os.fsdecode("周报2026-02-06.txt".encode("gbk"))
    (tmp_path / name).write_text("昆山", encoding="utf-8")
    (tmp_path / "b.txt").write_text("常州", encoding="utf-8")
    files = [str(tmp_path / name), str(tmp_path / "b.txt")]
    straight = Straight(Taker(FakePublisher()), Revisions(lambda: NOW), 1000)
    assert [outcome.ok for outcome in await outcomes(files, api)] == [True, True]
    assert (publisher.published[0][0].file_name or "").endswith("2026-02-06.txt")
    for target in (api, straight):
        refused, taken = await outcomes(files, target, id_from_name=True)
        assert (refused.error and refused.error["code"], taken.ok) == ("bad_external_id", True)
        with pytest.raises(Rejected, match="title"):
            await target.put(Submission("昆山".encode(), source="a", title=name))


async def test_standard_input_is_a_file_without_a_name(api: Api, publisher: FakePublisher) -> None:
    """Its media type is by content."""
    [outcome] = await outcomes(["-"], api, stdin="<!doctype html><p>昆山".encode())
    assert (outcome.file, outcome.ok) == ("-", True)
    assert publisher.published[0][0].media_type == "text/html"


async def test_bad_files_do_not_stop_the_others(tmp_path: Path, api: Api, publisher: FakePublisher) -> None:
    """Each has its reason, ingest's or our own."""
    for name, content in {
        "a.txt": b"ok",
        "b.png": b"\x89PNG\r\n\x1a\n",
        "c.txt": b" \n",
        "d.txt": b"x" * 1001,
        "e.txt": b"\x00\x01",
        "f.txt": b"fine",
    }.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    names = ["a.txt", "b.png", "c.txt", "d.txt", "e.txt", "folder", "none.txt", "f.txt"]
    got = await outcomes([str(tmp_path / name) for name in names], api)
    assert [outcome.error and outcome.error["code"] for outcome in got] == [
        None, "unsupported_media_type", "empty", "too_large", "undecodable", "directory", "unreadable_file", None,
    ]  # fmt: skip
    assert len(publisher.published) == 2


async def test_a_wrong_key_is_said_for_each_file(tmp_path: Path, api: Api) -> None:
    """As ingest said it."""
    (tmp_path / "a.txt").write_text("昆山", encoding="utf-8")
    [outcome] = await outcomes([str(tmp_path / "a.txt")], Api(api.client, api.url, "k2"))
    assert outcome.error is not None
    assert (outcome.error["status"], outcome.error["code"]) == (403, "key_unknown")


async def test_what_is_refused_for_now_is_tried_again_after_what_it_says(tmp_path: Path) -> None:
    """Until it is taken; patience is whole again after a success."""
    (tmp_path / "a.txt").write_text("昆山", encoding="utf-8")
    answers = iter([away("2"), away("5", 429), taken(), away("9"), taken()])
    clock = Clock()
    files = [str(tmp_path / "a.txt")] * 2  # of one identity, so that one is not sent before the other was taken
    got = await outcomes(files, scripted(lambda _: next(answers)), wait=10, clock=clock, id_from_name=True)
    assert [outcome.ok for outcome in got] == [True, True]
    assert clock.slept == [2, 5, 9]


async def test_waiting_is_bounded_over_all_files(tmp_path: Path) -> None:
    """An outage costs the patience once."""
    (tmp_path / "a.txt").write_text("昆山", encoding="utf-8")
    tries = 0

    def answer(_request: httpx.Request) -> httpx.Response:
        nonlocal tries
        tries += 1
        return away("4")

    clock = Clock()
    got = await outcomes([str(tmp_path / "a.txt")] * 3, scripted(answer), wait=10, clock=clock)
    assert clock.slept == [4, 4]
    assert tries == 3  # all three together
    assert [outcome.error and outcome.error["message"] for outcome in got] == ["Kafka is away"] * 3


async def test_of_several_those_are_tried_again_that_were_not_taken(tmp_path: Path) -> None:
    """And what is refused for good is not."""
    files = [str(tmp_path / f"{number}.txt") for number in range(3)]
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(f"昆山{number}", encoding="utf-8")
    later: dict[str, object] = {"error": {"code": "unavailable", "message": "Kafka is away", "status": 503}}
    never: dict[str, object] = {"error": {"code": "undecodable", "message": "no text", "status": 422}}
    sent: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(len(request.content.splitlines()))
        return taken(TAKEN, never, later) if len(sent) == 1 else taken()

    clock = Clock()
    got = await outcomes(files, scripted(answer), wait=10, clock=clock)
    assert [outcome.error and outcome.error["code"] for outcome in got] == [None, "undecodable", None]
    assert (sent[0], len(sent), clock.slept) == (3, 2, [3])


async def test_many_are_on_their_way_at_once_and_told_in_their_order(tmp_path: Path, api: Api, publisher: FakePublisher) -> None:
    """In batches; files of one external id are in none together, and the later one replaces the earlier."""
    files = []
    for number in range(200):
        folder = tmp_path / str(number // 100)
        folder.mkdir(exist_ok=True)
        (folder / f"{number % 100}.txt").write_text(f"昆山{number}", encoding="utf-8")
        files.append(str(folder / f"{number % 100}.txt"))
    got = await outcomes(files, api, id_from_name=True)
    assert [outcome.file for outcome in got] == files
    assert all(outcome.ok for outcome in got)
    last = {raw.external_id: content.decode() for raw, content in sorted(publisher.published, key=lambda each: each[0].revision)}
    assert last == {f"{number}.txt": f"昆山{100 + number}" for number in range(100)}


async def test_nobody_listening_is_said_in_plain_words(tmp_path: Path) -> None:
    """With what to do, after trying again."""
    (tmp_path / "a.txt").write_text("昆山", encoding="utf-8")

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    clock = Clock()
    [outcome] = await outcomes([str(tmp_path / "a.txt")], scripted(refuse), wait=2.5, clock=clock)
    assert clock.slept == [1, 1]
    assert outcome.error is not None
    assert "jianbao up" in str(outcome.error["message"])


@pytest.mark.parametrize("body", ["<html>nginx", "[]", '{"error": "x"}', "{}"])
async def test_another_server_is_told_from_ingest(tmp_path: Path, body: str) -> None:
    """A wrong address must not look like a refused digest."""
    (tmp_path / "a.txt").write_text("昆山", encoding="utf-8")
    for status in (200, 202, 404):
        [outcome] = await outcomes([str(tmp_path / "a.txt")], scripted(lambda _, status=status: httpx.Response(status, text=body)))  # type: ignore[misc]  # mypy takes the default for an argument
        assert outcome.error is not None
        assert outcome.error["code"] == "not_ingest"


async def test_what_is_no_address_stops_at_once(tmp_path: Path) -> None:
    """No file can succeed."""
    (tmp_path / "a.txt").write_text("昆山", encoding="utf-8")
    async with httpx.AsyncClient() as client:
        with pytest.raises(Misconfigured, match="--to"):
            await outcomes([str(tmp_path / "a.txt")], Api(client, "127.0.0.1:8401"))


async def test_straight_to_kafka_is_the_same_record(tmp_path: Path, api: Api, publisher: FakePublisher) -> None:
    """As if it had gone through the API, but without the name of a key."""
    (tmp_path / "a.txt").write_bytes("昆山".encode("gb18030"))
    await outcomes([str(tmp_path / "a.txt")], api)
    [outcome] = await outcomes([str(tmp_path / "a.txt")], Straight(Taker(publisher), Revisions(lambda: NOW), 1000))
    (fed, content), straight = publisher.published
    assert (fed.model_copy(update={"key_name": None}), content) == straight
    assert (outcome.ok, outcome.status_url) == (True, None)


async def test_what_is_fed_again_says_so(tmp_path: Path, publisher: FakePublisher) -> None:
    """By the API and straight to Kafka; above its last it is written, with the title that it had."""
    (tmp_path / "a.txt").write_bytes("昆山\n".encode())
    (tmp_path / "b.txt").write_bytes("昆山\r\n".encode("gb18030"))
    files = [str(tmp_path / name) for name in ("a.txt", "b.txt")]
    memory = FakeMemory(publisher)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(IngestSettings(), publisher, memory=memory, now_ms=lambda: NOW))) as client:
        by_api = await outcomes(files, Api(client, "http://127.0.0.1:8401"))
    straight = await outcomes(files, Straight(Taker(publisher, memory), Revisions(lambda: NOW), 1000))
    assert [outcome.duplicate_of for outcome in (*by_api, *straight)] == [None, *[by_api[0].digest_id] * 3]
    assert "duplicate_of" not in by_api[0].to_dict()
    [(raw, _)] = publisher.published
    desk = FakeDesk(raw.model_copy(update={"title": "周报", "revision": NOW + 5}))
    [above] = await outcomes(files[:1], Straight(Taker(publisher), Revisions(lambda: NOW), 1000, desk))
    last, _ = publisher.published[-1]
    assert (above.duplicate_of, last.digest_id, last.title, last.revision) == (None, raw.digest_id, "周报", NOW + 6)


async def test_a_mailbox_is_fed_message_by_message(tmp_path: Path, api: Api, publisher: FakePublisher) -> None:
    """With a digest for each text and document, known by the messages' ids; one that is refused stops none."""
    begun = "From a@example.org Thu Feb  5 18:30:00 2026\n"
    head = "From: 双碳周报 <a@example.org>\nMessage-ID: <{0}@example.org>\nSubject: 第{0}期\nDate: Thu, 05 Feb 2026 18:00:00 +0800\n"
    parts = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n二、江阴\n--b\nContent-Disposition: attachment; filename=全部.rar\n\nRar!\n--b--\n"
    (tmp_path / "in").write_text(begun + head.format(1) + "\n一、昆山\n\n" + begun + "X: y\n\n\n" + begun + head.format(3) + parts, encoding="utf-8")
    found = await outcomes([str(tmp_path / "in")], api)
    assert [(raw.title, raw.external_id, str(raw.published_on)) for raw, _ in publisher.published] == [
        ("第1期", "<1@example.org>", "2026-02-05"),
        ("第3期", "<3@example.org>", "2026-02-05"),
    ]
    assert [(outcome.file, outcome.error and outcome.error["code"], outcome.left_out) for outcome in found] == [
        (f"{tmp_path}/in:1", None, None),
        (f"{tmp_path}/in:2", "no_mail", None),
        (f"{tmp_path}/in:3", None, ("全部.rar",)),
    ]


async def test_a_sending_that_has_a_key() -> None:
    """Says it, so that sent again it is known."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return taken()

    await scripted(answer).put(Submission("一、昆山".encode(), source="a", idempotency_key="k1"))
    assert asked[0].headers["Idempotency-Key"] == "k1"
