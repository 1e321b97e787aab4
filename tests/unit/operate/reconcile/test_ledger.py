"""Which digests can't be right, from sums alone: literal small worlds, and an oracle that compares wild ones one by one."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.index import document
from services.index.document import Documents
from services.operate.reconcile.finding import Held, differences
from services.operate.reconcile.ledger import Ledger, parted, place
from shared.ids import version
from tests.fakes.digests import enriched, value


def documents(*titles: str, name: str = "甲", revision: int = 1, build: int = 1, withdrawn: bool = False) -> Documents:
    """What the index shall hold of an enriched digest."""
    return document.read(value(enriched(*titles, name=name, revision=revision, build=build, withdrawn=withdrawn)))


DIGEST = documents().digest_id
EVERYTHING = {partition: 1000 for partition in range(4)}


def world(*also: Callable[[Ledger], None], titles: tuple[str, ...] = ("昆山:甲", "常州:乙")) -> Ledger:
    """One digest that is in archive, enriched topic and index, and what is done to it."""
    ledger = Ledger(deep=None)
    digest = documents(*titles)
    ledger.add_raw(DIGEST, 1, place(0, 5), withdrawn=False)
    ledger.add_enriched(digest, place(0, 5))
    index(ledger, digest)
    for each in also:
        each(ledger)
    return ledger


def index(ledger: Ledger, digest: Documents, **changes: object) -> None:
    """Put a digest into the index as the indexer does."""
    ledger.forget_index([digest.digest_id])
    ledger.add_manifest(digest.digest_id, digest.version, digest.manifest | changes)
    for item_id, item in digest.items.items():
        ledger.add_item(digest.digest_id, item_id, digest.version, item)


def dies_in_enrich(ledger: Ledger) -> None:
    """A newer revision becomes a dead letter."""
    ledger.add_raw(DIGEST, 2, place(0, 6), withdrawn=False)
    ledger.dead_raw.add((DIGEST, 2))


def dies_in_index(ledger: Ledger) -> None:
    """Elasticsearch refuses what a newer build made of it."""
    ledger.add_enriched(documents("新", build=2), place(0, 6))
    ledger.dead_enriched.add((DIGEST, version(1, 2)))


def is_withdrawn(ledger: Ledger) -> None:
    """And that goes all the way."""
    ledger.add_raw(DIGEST, 2, place(0, 6), withdrawn=True)
    ledger.add_enriched(documents(revision=2, withdrawn=True), place(0, 6))
    index(ledger, documents(revision=2, withdrawn=True))


RIGHT: list[tuple[str, Callable[[Ledger], None]]] = [
    ("as it is", lambda ledger: None),
    ("an older raw record comes late", lambda ledger: ledger.add_raw(DIGEST, 0, place(0, 6), withdrawn=True)),
    ("an older enriched record comes late", lambda ledger: ledger.add_enriched(documents("别的", revision=0), place(0, 6))),
    ("enrich sent it twice", lambda ledger: ledger.add_enriched(documents("昆山:甲", "常州:乙"), place(0, 6))),
    ("a newer revision is dead", dies_in_enrich),
    ("a newer build is dead", dies_in_index),
    ("withdrawn", is_withdrawn),
]


@pytest.mark.parametrize(("what", "done"), RIGHT)
def test_all_is_well(what: str, done: Callable[[Ledger], None]) -> None:
    """Redelivery, late older records, dead letters and withdrawals are no difference."""
    assert world(done).suspects() == set(), what


WRONG: list[tuple[str, Callable[[Ledger], None]]] = [
    ("a newer revision was never enriched", lambda ledger: ledger.add_raw(DIGEST, 2, place(0, 6), withdrawn=False)),
    ("the archive lost it", lambda ledger: ledger.add_enriched(documents("昆山:甲", revision=2), place(0, 6))),
    ("a newer build was not indexed", lambda ledger: ledger.add_enriched(documents("昆山:甲", "常州:乙", build=2), place(0, 6))),
    ("nothing is indexed", lambda ledger: ledger.forget_index()),
    ("the manifest is gone", lambda ledger: setattr(ledger.digests[DIGEST].indexed, "version", -1)),
    ("an item is gone", lambda ledger: index(ledger, documents("昆山:甲"))),
    ("an item too many", lambda ledger: ledger.add_item(DIGEST, "x", version(1, 1))),
    ("another item instead", lambda ledger: index(ledger, documents("昆山:甲", "别的"))),
    ("another text", lambda ledger: ledger.add_document(DIGEST, "x", {"body": "改"})),
    ("items left to delete", lambda ledger: index(ledger, documents("昆山:甲", "常州:乙"), to_delete=["x"])),
    ("the withdrawal was not enriched", lambda ledger: ledger.add_raw(DIGEST, 1, place(0, 6), withdrawn=True)),
]


@pytest.mark.parametrize(("what", "done"), WRONG)
def test_it_is_suspect(what: str, done: Callable[[Ledger], None]) -> None:
    """Whatever is missing, extra, stale or different."""
    assert world(done).suspects() == {DIGEST}, what


@pytest.mark.parametrize(("titles", "number"), [(("昆山:甲", "别的"), version(1, 1)), (("昆山:甲", "常州:乙"), version(1, 0))])
def test_without_texts_ids_and_versions_tell(titles: tuple[str, ...], number: int) -> None:
    """As many items as there should be, but another one, or all of an older version; the same text is not looked at."""
    ledger, digest = Ledger(), documents("昆山:甲", "常州:乙")
    ledger.add_raw(DIGEST, 1, place(0, 5), withdrawn=False)
    ledger.add_enriched(digest, place(0, 5))
    ledger.add_manifest(DIGEST, digest.version, digest.manifest)
    for item_id in documents(*titles).items:
        ledger.add_item(DIGEST, item_id, number)
    assert ledger.suspects() == {DIGEST}


def test_an_orphan_is_suspect() -> None:
    """Also one that names no digest."""
    orphan = documents(name="别的").digest_id
    ledger = world(lambda ledger: ledger.add_item(orphan, "x", 1), lambda ledger: ledger.add_item("", "y", 1))
    assert ledger.suspects() == {orphan, ""}


@pytest.mark.parametrize(
    ("raw", "done", "expected"),
    [
        ({0: 6}, {0: 6}, set()),
        ({0: 5}, {0: 6}, {DIGEST}),  # enrich has not answered for the record at 5
        ({0: 6}, {0: 5}, {DIGEST}),  # nor index
        ({}, {0: 6}, {DIGEST}),  # a group that has never committed has answered for nothing
    ],
)
def test_what_the_services_have_in_hand(raw: dict[int, int], done: dict[int, int], expected: set[str]) -> None:
    """Is known by what their groups have committed."""
    assert world().in_flight(raw, done) == expected


def test_dead_letters_are_told() -> None:
    """Of enrich, of index for the whole digest, and of single items that Elasticsearch refused."""
    assert not world().is_dead(DIGEST)
    assert world(dies_in_enrich).is_dead(DIGEST)
    assert world(dies_in_index).is_dead(DIGEST)
    assert world(lambda ledger: index(ledger, documents("昆山:甲", "常州:乙"), refused=["x"])).is_dead(DIGEST)


def test_a_place_is_one_number() -> None:
    """And comes back."""
    assert [parted(place(*at)) for at in ((0, 0), (3, 7), (900, 2**40))] == [(0, 0), (3, 7), (900, 2**40)]


TITLES = st.lists(st.sampled_from(["一", "二", "三"]), unique=True, max_size=3)
SENT = st.builds(
    lambda titles, revision, build, withdrawn: documents(*titles, revision=revision, build=build, withdrawn=withdrawn),
    TITLES, st.integers(1, 2), st.integers(1, 2), st.booleans(),
)  # fmt: skip


@given(sent=st.lists(SENT, max_size=3), indexed=st.none() | SENT, gone=st.sets(st.integers(0, 2)), orphan=st.booleans(), text=st.booleans())
def test_sums_say_the_same_as_looking_at_each(sent: list[Documents], indexed: Documents | None, gone: set[int], orphan: bool, text: bool) -> None:
    """Whatever was enriched in whatever order, and whatever became of the index: a digest is suspect if and only if something differs."""
    ledger = Ledger(deep=None)
    for number, each in enumerate(sent):
        ledger.add_enriched(each, place(0, number))
    newest = max(enumerate(sent), key=lambda at: (at[1].version, at[0]))[1] if sent else None
    if newest is not None:
        ledger.add_raw(DIGEST, newest.manifest["revision"], place(0, 0), withdrawn=newest.withdrawn)
    manifest, items = None, {}
    if indexed is not None:
        manifest = Held(indexed.version, indexed.manifest)
        items = {item_id: Held(indexed.version, item) for at, (item_id, item) in enumerate(indexed.items.items()) if at not in gone}
        ledger.add_manifest(DIGEST, indexed.version, indexed.manifest)
    if orphan:
        items["x"] = Held(1, {"item_id": "x"})
    if text and items:
        item_id, held = next(iter(items.items()))
        items[item_id] = Held(held.version, dict(held.source or {}) | {"body": "改"})
    for item_id, held in items.items():
        ledger.add_item(DIGEST, item_id, held.version, held.source)
    assert bool(ledger.suspects()) == bool(list(differences(DIGEST, newest, manifest, items)))
