"""Digests taken back: what is written, what is on record, what is refused."""

from datetime import UTC, date, datetime

import httpx
import orjson
import pytest

from services.ingest.app import create_app
from services.ingest.erasure import erased_by, erasure, erasure_of, note, withdrawal
from services.ingest.revision import Revisions, received_at
from services.ingest.withdraw import Withdrawn, checked, withdraw
from shared.errors import Rejected, Unavailable
from shared.keys.key import hash_key
from shared.records import DIGEST_HEADER, RawDigest, read_raw
from shared.settings import IngestSettings
from tests.fakes.desk import FakeDesk
from tests.fakes.publisher import FakePublisher

NOW = 1770343200123
ID, OTHER = "0" * 31 + "a", "0" * 31 + "b"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def known(digest_id: str = ID, *, revision: int = 5, withdrawn: bool = False) -> RawDigest:
    """A digest as it was received."""
    return RawDigest(
        digest_id=digest_id, source="双碳周报", media_type="text/plain", charset="gb18030", title="第 12 期", url="https://example.org/12",
        external_id="12", published_on=date(2026, 2, 6), received_at=datetime(2026, 2, 6, tzinfo=UTC), sha256="1" * 64,
        revision=revision, withdrawn=withdrawn,
    )  # fmt: skip


async def take_back(desk: FakeDesk, publisher: FakePublisher, *ids: str, reason: str = "发布方撤稿") -> list[Withdrawn]:
    """By a test."""
    return await withdraw(ids, reason=reason, by="test", desk=desk, publisher=publisher, revisions=Revisions(lambda: NOW))


async def test_a_withdrawal_is_a_raw_record_of_a_later_revision() -> None:
    """Known by all that the digest was known by, without bytes; who and why stand in a header beside."""
    publisher = FakePublisher()
    [done] = await take_back(FakeDesk(known()), publisher, ID)
    assert done == Withdrawn(ID, NOW, before=False)
    [(key, content, headers)] = publisher.records
    said = read_raw(headers[DIGEST_HEADER])
    assert (key, content) == (ID.encode(), b"")
    assert said == known().model_copy(update={"withdrawn": True, "revision": NOW, "received_at": received_at(NOW), "sha256": EMPTY, "charset": None})
    assert orjson.loads(headers["withdrawal"]) == {"by": "test", "reason": "发布方撤稿", "erased": False}


async def test_its_revision_is_above_any_other() -> None:
    """Also when the machine that received the digest had a clock ahead of ours."""
    publisher = FakePublisher()
    [done] = await take_back(FakeDesk(known(revision=NOW + 1000)), publisher, ID)
    assert done.revision == NOW + 1001
    [(raw, _)] = publisher.published
    assert raw.received_at == received_at(NOW)  # the time that it is, all the same


async def test_who_did_it_is_on_record_before_and_after() -> None:
    """A beginning without an end says that something went wrong."""
    desk = FakeDesk(known())
    await take_back(desk, FakePublisher(), ID)
    assert [(each.action, each.outcome, each.digest_id, each.by, each.reason) for each in desk.kept] == [
        ("withdraw", "begun", ID, "test", "发布方撤稿"),
        ("withdraw", "done", ID, "test", "发布方撤稿"),
    ]
    with pytest.raises(Unavailable):
        await take_back(desk, FakePublisher(away=True), ID)
    assert [each.outcome for each in desk.kept] == ["begun", "done", "begun"]


async def test_nothing_is_written_when_one_is_unknown() -> None:
    """Not for the others either; the message names it."""
    desk, publisher = FakeDesk(known()), FakePublisher()
    with pytest.raises(Rejected, match=f"never received: {OTHER}") as refused:
        await take_back(desk, publisher, ID, OTHER)
    assert (refused.value.kind, publisher.records, desk.kept) == ("unknown_digest", [], [])


async def test_a_second_time_nothing_is_written() -> None:
    """The revision is that of the first."""
    desk, publisher = FakeDesk(known(revision=7, withdrawn=True)), FakePublisher()
    assert await take_back(desk, publisher, ID) == [Withdrawn(ID, 7, before=True)]
    assert (publisher.records, desk.kept) == ([], [])


async def test_the_same_id_twice_is_one_withdrawal() -> None:
    """As pasted from a list."""
    assert len(await take_back(FakeDesk(known()), FakePublisher(), ID, ID)) == 1


@pytest.mark.parametrize("digest_id", ["", "x", ID.upper(), ID + "0", ID[:-1], "０" * 32, "../" + ID])
def test_what_is_no_id(digest_id: str) -> None:
    """Told before Kafka is asked."""
    with pytest.raises(Rejected, match="is no digest's id"):
        checked([digest_id], "x")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\x00b", "a\x1b[2J"])
def test_what_is_no_reason(reason: str) -> None:
    """It is shown to people later."""
    with pytest.raises(Rejected):
        checked([ID], reason)


def test_a_reason_is_one_line() -> None:
    """Whatever was pasted."""
    assert checked([ID], " 发布方\n撤稿 ")[1] == "发布方 撤稿"


def test_an_erasure_says_nothing_but_id_and_version() -> None:
    """No word of the digest is left in it."""
    said = orjson.loads(erasure(ID, revision=9).to_json())
    assert {name for name, value in said.items() if value is not None} == {
        "digest_id", "source", "media_type", "received_at", "sha256", "revision", "withdrawn", "released",
    }  # fmt: skip
    assert (said["source"], said["sha256"]) == ("erased", EMPTY)


def test_only_our_own_erasure_is_one() -> None:
    """A withdrawal is none, nor a digest that says so of itself, nor a source that is called so."""
    header, mark = (DIGEST_HEADER, erasure(ID, revision=9).to_json()), note(by="x", reason="x", erased=True)
    assert erased_by((header, mark)) == ID
    others = [
        (header,),
        (mark,),
        (header, note(by="x", reason="x")),
        ((DIGEST_HEADER, withdrawal(known(), revision=9).to_json()), mark),
        ((DIGEST_HEADER, known().model_copy(update={"source": "erased"}).to_json()), mark),
        (header, ("withdrawal", b"[]")),
        (header, ("withdrawal", b"\xff")),
        ((DIGEST_HEADER, b"\xff"), mark),
    ]
    assert [erasure_of(each) for each in others] == [None] * len(others)


def client(desk: FakeDesk, publisher: FakePublisher, settings: IngestSettings | None = None) -> httpx.AsyncClient:
    """Of a service that withdraws."""
    app = create_app(settings or IngestSettings(), publisher, desk=desk, now_ms=lambda: NOW)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8401")


async def test_by_http() -> None:
    """202 with the revision and where to see that it is gone."""
    publisher = FakePublisher()
    async with client(FakeDesk(known()), publisher) as api:
        answer = await api.post(f"/v1/digests/{ID}/withdraw", json={"reason": "发布方撤稿"})
    url = f"http://127.0.0.1:8402/api/digests/{ID}/status?revision={NOW}"
    assert (answer.status_code, answer.headers["location"]) == (202, url)
    assert answer.json() == {"digest_id": ID, "revision": NOW, "status_url": url, "withdrawn_before": False}
    assert publisher.published[0][0].withdrawn


@pytest.mark.parametrize(
    ("digest_id", "body", "status", "code"),
    [
        (OTHER, b'{"reason": "x"}', 404, "unknown_digest"),
        ("x", b'{"reason": "x"}', 422, "bad_id"),
        (ID, b"", 422, "bad_json"),
        (ID, b"[]", 422, "bad_json"),
        (ID, b"{}", 422, "bad_reason"),
        (ID, b'{"reason": " "}', 422, "bad_reason"),
        (ID, b'{"reason": 3}', 422, "bad_field"),
        (ID, b'{"reason": "x", "digest": "y"}', 422, "unknown_field"),
        (ID, b'{"reason": "' + b"x" * 70_000 + b'"}', 413, "too_large"),
    ],
)
async def test_refusals_by_http(digest_id: str, body: bytes, status: int, code: str) -> None:
    """In the one shape, and nothing is written."""
    publisher = FakePublisher()
    async with client(FakeDesk(known()), publisher) as api:
        answer = await api.post(f"/v1/digests/{digest_id}/withdraw", content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert publisher.records == []


async def test_by_http_kafka_away() -> None:
    """503 with Retry-After."""
    async with client(FakeDesk(known(), away=True), FakePublisher()) as api:
        answer = await api.post(f"/v1/digests/{ID}/withdraw", json={"reason": "x"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")


async def test_by_http_a_key_is_asked_for() -> None:
    """As for feeding; who it was is on record by the key's name, never by the key."""
    desk, publisher = FakeDesk(known()), FakePublisher()
    async with client(desk, publisher, IngestSettings(api_keys=(hash_key("secret"),))) as api:
        without = await api.post(f"/v1/digests/{ID}/withdraw", json={"reason": "x"})
        wrong = await api.post(f"/v1/digests/{ID}/withdraw", json={"reason": "x"}, headers={"X-API-Key": "wrong"})
        right = await api.post(f"/v1/digests/{ID}/withdraw", json={"reason": "x"}, headers={"X-API-Key": "secret"})
    assert [each.status_code for each in (without, wrong, right)] == [401, 403, 202]
    assert {each.by for each in desk.kept} == {f"key {hash_key('secret')[:8]}"}


async def test_a_service_without_a_desk_has_no_such_route() -> None:
    """As an app made for something else."""
    app = create_app(IngestSettings(), FakePublisher())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8401") as api:
        assert (await api.post(f"/v1/digests/{ID}/withdraw", json={"reason": "x"})).status_code == 404
