"""The list of a digest's last revisions in its manifest."""

from services.index import document, manifest, revisions
from services.index.bulk import Bulk
from services.index.document import Documents
from services.index.flow_control.blockers import Blockers
from services.index.record import of_record
from services.index.writer import Writer
from shared.dead_letters.headers import SourceRecord
from tests.fakes.digests import enriched
from tests.fakes.elastic import FakeElastic


def _record(revision: int, *, offset: int | None = None, build: int = 1, **facts: object) -> Documents:
    digest = enriched("昆山:甲", revision=revision, build=build, **facts)  # type: ignore[arg-type]
    place = revision * 10 if offset is None else offset
    return of_record(SourceRecord("digests.enriched.v1", 2, place, digest.digest_id.encode(), digest.to_json(), ()))


def _places(documents: Documents) -> list[tuple[int, int, int]]:
    return [(one["revision"], one["build"], one["offset"]) for one in revisions.of(documents.manifest)]


def test_a_record_is_remembered_with_its_place() -> None:
    """What a page says of it, and where it is read again."""
    assert revisions.of(_record(3, withdrawn=True).manifest) == [
        {"revision": 3, "build": 1, "at": "2026-02-06T01:02:03Z", "items": 0, "withdrawn": True, "partition": 2, "offset": 30}
    ]


def test_newest_first_and_each_once() -> None:
    """By revision, then by build; of a record that came again its last place."""
    documents = _record(3, build=2, offset=99)
    revisions.remember(
        documents, [*revisions.of(_record(1).manifest), *revisions.of(_record(3, build=2).manifest), *revisions.of(_record(3).manifest)]
    )
    assert _places(documents) == [(3, 2, 99), (3, 1, 30), (1, 1, 10)]


def test_more_knowledge_of_the_source_is_a_version_of_its_own() -> None:
    """A digest that was split again after its source was taught stands beside what it was before, and older records beside both."""
    documents = _record(3, build=4, knowledge=2, offset=99)
    revisions.remember(documents, [*revisions.of(_record(3, build=4, knowledge=1).manifest), *revisions.of(_record(3, build=3).manifest)])
    assert [(one["build"], one.get("knowledge")) for one in revisions.of(documents.manifest)] == [(4, 2), (4, 1), (3, None)]


def test_not_more_than_are_kept() -> None:
    """The last ones."""
    documents = _record(50)
    revisions.remember(documents, [one for number in range(1, 50) for one in revisions.of(_record(number).manifest)])
    assert [revision for revision, _, _ in _places(documents)] == list(range(50, 50 - revisions.KEPT, -1))


def test_a_newer_one_is_not_listed() -> None:
    """One that was refused in the same batch is none that was ever shown."""
    documents = _record(2)
    revisions.remember(documents, revisions.of(_record(3).manifest))
    assert _places(documents) == [(2, 1, 20)]


def test_documents_without_a_place_have_no_list() -> None:
    """Such as those that tests and tools make of a digest alone."""
    documents = document.read(enriched("昆山:甲").to_json())
    revisions.remember(documents, [])
    assert "revisions" not in documents.manifest
    assert revisions.of(None) == []


async def test_the_writer_goes_on_with_the_list() -> None:
    """Over batches, and of several in one batch; the manifest in Elasticsearch names them all."""
    elastic = FakeElastic()
    writer = Writer(Bulk(elastic, 2**20, 2, Blockers()))
    first = _record(1)
    await writer.write([first])
    await writer.write([_record(2), _record(4), _record(3)])
    await writer.write([_record(5, withdrawn=True)])
    (held,) = elastic.documents("digests").values()
    assert [one["revision"] for one in held["revisions"]] == [5, 4, 3, 2, 1]
    assert "revisions" in manifest.FIELDS
