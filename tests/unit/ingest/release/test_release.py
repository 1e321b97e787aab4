"""Digests let out of quarantine: what is written, what is on record, what is refused."""

import hashlib

import httpx
import orjson
import pytest

from services.ingest.accept import Submission, accept
from services.ingest.app import create_app
from services.ingest.erasure import withdrawal
from services.ingest.known.facts import of_manifest
from services.ingest.release.release import Released, release
from services.ingest.revision import Revisions, received_at
from shared.errors import Rejected, Unavailable
from shared.kafka.originals import Original
from shared.keys.key import hash_key
from shared.records import DIGEST_HEADER, RawDigest, read_raw
from shared.settings import IngestSettings
from tests.fakes.desk import FakeDesk
from tests.fakes.publisher import FakePublisher
from tests.fakes.shelf import FakeShelf

NOW = 1770343200123
BYTES = "今日代码:x = 1;".encode("gb18030")
FED, _ = accept(Submission(BYTES, source="周报", title="第 12 期", idempotency_key="k"), revision=NOW - 9, max_bytes=1000, key_name="weekly")
ID = FED.digest_id
HELD = FakeShelf(Original(FED, BYTES), held={ID: True})


def of_index(raw: RawDigest) -> RawDigest:
    """What the index knows of a digest, which is less than its record says."""
    return of_manifest(raw.model_dump(mode="json") | {"published_on_basis": None})


async def let_out(desk: FakeDesk, publisher: FakePublisher, *ids: str, shelf: FakeShelf = HELD, reason: str = "确是简报") -> list[Released]:
    """By a test."""
    revisions = Revisions(lambda: NOW)
    return await release(ids, reason=reason, by="test", desk=desk, shelf=shelf, publisher=publisher, revisions=revisions, key_name="li")


async def test_a_release_is_a_revision_of_the_same_bytes() -> None:
    """With all that was said of them, above the last revision; who and why stand in a header beside."""
    publisher = FakePublisher()
    assert await let_out(FakeDesk(of_index(FED)), publisher, ID) == [Released(ID, NOW, before=False)]
    [(key, content, headers)] = publisher.records
    assert (key, content) == (ID.encode(), BYTES)
    assert hashlib.sha256(content).hexdigest() == FED.sha256
    said = read_raw(headers[DIGEST_HEADER])
    assert said == FED.model_copy(update={"released": True, "revision": NOW, "received_at": received_at(NOW), "key_name": "li"})
    assert orjson.loads(headers["release"]) == {"by": "test", "reason": "确是简报"}


async def test_who_did_it_is_on_record_before_and_after() -> None:
    """A beginning without an end says that something went wrong."""
    desk = FakeDesk(FED)
    await let_out(desk, FakePublisher(), ID)
    with pytest.raises(Unavailable):
        await let_out(desk, FakePublisher(away=True), ID)
    assert [(each.action, each.outcome, each.digest_id, each.by, each.reason) for each in desk.kept] == [
        ("release", "begun", ID, "test", "确是简报"),
        ("release", "done", ID, "test", "确是简报"),
        ("release", "begun", ID, "test", "确是简报"),
    ]


async def test_a_second_time_nothing_is_written() -> None:
    """The revision is that of the first."""
    out = FED.model_copy(update={"released": True, "revision": NOW - 5})
    desk, publisher = FakeDesk(of_index(out)), FakePublisher()
    shelf = FakeShelf(Original(out, BYTES), held={ID: False})
    assert await let_out(desk, publisher, ID, shelf=shelf) == [Released(ID, NOW - 5, before=True)]
    assert (publisher.records, desk.kept) == ([], [])


@pytest.mark.parametrize(
    ("desk", "shelf", "kind", "message"),
    [
        (FakeDesk(), HELD, "unknown_digest", "never received"),
        (FakeDesk(withdrawal(FED, revision=NOW)), HELD, "digest_withdrawn", "was withdrawn"),
        (FakeDesk(FED), FakeShelf(Original(FED, BYTES), held={ID: False}), "not_quarantined", "is not in quarantine"),
        (FakeDesk(FED), FakeShelf(), "original_gone", "no longer has the bytes"),
    ],
)
async def test_what_is_refused(desk: FakeDesk, shelf: FakeShelf, kind: str, message: str) -> None:
    """In plain words, and nothing is written."""
    publisher = FakePublisher()
    with pytest.raises(Rejected, match=message) as refused:
        await let_out(desk, publisher, ID, shelf=shelf)
    assert (refused.value.kind, publisher.records, desk.kept) == (kind, [], [])


async def test_what_is_not_indexed_yet_may_be_released() -> None:
    """Whoever fed it knows that it will be held."""
    assert await let_out(FakeDesk(FED), FakePublisher(), ID, shelf=FakeShelf(Original(FED, BYTES))) == [Released(ID, NOW, before=False)]


def client(desk: FakeDesk, publisher: FakePublisher, settings: IngestSettings | None = None) -> httpx.AsyncClient:
    """Of a service that releases."""
    app = create_app(settings or IngestSettings(), publisher, desk=desk, shelf=HELD, now_ms=lambda: NOW)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")


async def test_the_route_answers_as_feeding_does() -> None:
    """202 with the revision and where to see what becomes of it; the reason is asked for."""
    publisher = FakePublisher()
    async with client(FakeDesk(FED), publisher) as http:
        answer = await http.post(f"/v1/digests/{ID}/release", json={"reason": "确是简报"})
        nothing = await http.post(f"/v1/digests/{ID}/release", json={})
        unknown = await http.post(f"/v1/digests/{'0' * 32}/release", json={"reason": "x"})
    assert (answer.status_code, answer.json()["revision"], answer.json()["released_before"]) == (202, NOW, False)
    assert answer.headers["location"] == answer.json()["status_url"]
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (422, "bad_reason")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "unknown_digest")
    assert len(publisher.records) == 1


async def test_a_key_is_asked_for() -> None:
    """As for feeding; who it was is on record by the key's name."""
    desk, publisher = FakeDesk(FED), FakePublisher()
    async with client(desk, publisher, IngestSettings(api_keys=(hash_key("secret"),))) as http:
        without = await http.post(f"/v1/digests/{ID}/release", json={"reason": "x"})
        right = await http.post(f"/v1/digests/{ID}/release", json={"reason": "x"}, headers={"X-API-Key": "secret"})
    assert [without.status_code, right.status_code] == [401, 202]
    assert {each.by for each in desk.kept} == {f"key {hash_key('secret')[:8]}"}
    assert [raw.key_name for raw, _ in publisher.published] == [hash_key("secret")[:8]]


async def test_a_key_of_other_sources_may_not_release_it() -> None:
    """Asked before the bytes are looked for; nothing is written."""

    def permit(source: str) -> None:
        raise PermissionError(source)

    publisher, revisions = FakePublisher(), Revisions(lambda: NOW)
    with pytest.raises(PermissionError, match=FED.source):
        await release([ID], reason="x", by="x", desk=FakeDesk(FED), shelf=FakeShelf(), publisher=publisher, revisions=revisions, permit=permit)
    assert publisher.records == []
