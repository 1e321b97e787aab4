"""What topics say and a slice of the index holds → which digests differ."""

import pytest

from services.monitor.completeness.ledger import SLICES, Kind, Ledger, Manifest, bounds, place, slice_of
from shared.ids import version

ONE = "00" * 16
V1, V2 = version(1, 0), version(2, 0)
FAR = {0: 100}


def differing(ledger: Ledger, manifest: Manifest | None, items: int, *, enrich: int = 100, index: int = 100) -> dict[str, Kind]:
    """What differs in the first slice."""
    manifests = {ONE: manifest} if manifest else {}
    return dict(ledger.differing(0, manifests, {ONE: items} if items else {}, enrich={0: enrich}, index={0: index}))


def fed(*, raw: int = 1, enriched: int | None = V1) -> Ledger:
    """One digest, accepted at revision `raw` and enriched at that version."""
    ledger = Ledger()
    ledger.add_raw(ONE, raw, place(0, 5))
    if enriched is not None:
        ledger.add_enriched(ONE, enriched, place(0, 7))
    return ledger


@pytest.mark.parametrize(
    ("ledger", "manifest", "items", "kind"),
    [
        (fed(), Manifest(V1, 3), 3, None),
        (fed(), Manifest(V1, 0, withdrawn=True), 0, None),
        (fed(), None, 0, "absent"),
        (fed(), None, 3, "absent"),
        (fed(), Manifest(V1, 3), 2, "missing"),
        (fed(), Manifest(V1, 3), 4, "extra"),
        (fed(), Manifest(V2, 3), 3, "extra"),
        (fed(raw=2, enriched=V2), Manifest(V1, 3), 3, "absent"),
        (fed(raw=2), Manifest(V1, 3), 3, "absent"),
        (fed(enriched=None), None, 0, "absent"),
        (Ledger(), Manifest(V1, 3), 3, "extra"),
        (Ledger(), None, 3, "extra"),
        (Ledger(), Manifest(V1, 0, withdrawn=True), 0, None),
    ],
)
def test_differences(ledger: Ledger, manifest: Manifest | None, items: int, kind: Kind | None) -> None:
    """By version, and by the items that a manifest names."""
    assert differing(ledger, manifest, items) == ({ONE: kind} if kind else {})


def test_what_is_in_flight_is_no_difference() -> None:
    """Neither before enrich nor before index."""
    assert differing(fed(), None, 0, index=7) == {}
    assert differing(fed(enriched=None), None, 0, enrich=5) == {}


def test_a_dead_letter_says_why_something_is_not_there() -> None:
    """Of enrich by revision, of index by version; what was there before stays."""
    ledger = fed(raw=2)
    ledger.add_letter("enrich", ONE, 2, V2, place(0, 5))
    assert differing(ledger, Manifest(V1, 3), 3) == {}
    ledger = fed(raw=2, enriched=V2)
    ledger.add_letter("index", ONE, 2, V2, place(0, 7))
    assert differing(ledger, None, 0) == differing(ledger, Manifest(V1, 3), 3) == {}
    assert differing(ledger, Manifest(V1, 3), 2) == {ONE: "missing"}


def test_what_was_sent_again_after_its_death_must_be_there() -> None:
    """Until it dies once more; in whichever order its records and letters are read."""
    ledger = fed(raw=2, enriched=V2)
    ledger.add_enriched(ONE, V2, place(0, 9), again=True)
    ledger.add_letter("index", ONE, 2, V2, place(0, 7))
    assert differing(ledger, Manifest(V1, 3), 3) == {ONE: "absent"}
    ledger.add_letter("index", ONE, 2, V2, place(0, 9))
    assert differing(ledger, Manifest(V1, 3), 3) == {}


def test_one_too_few_and_one_too_many_elsewhere_are_both_found() -> None:
    """Totals are equal; digests are compared one by one."""
    ledger, two = fed(), "01" * 16
    ledger.add_enriched(two, V1, place(0, 8))
    manifests = {ONE: Manifest(V1, 3), two: Manifest(V1, 3)}
    assert dict(ledger.differing(0, manifests, {ONE: 2, two: 4}, enrich=FAR, index=FAR)) == {ONE: "missing", two: "extra"}


def test_slices_cover_all_ids() -> None:
    """Each id lies within the bounds of its slice and of no other."""
    for number in range(256):
        digest_id = f"{number:02x}" + "f" * 30
        assert [one for one in range(SLICES) if bounds(one)[0] <= digest_id < bounds(one)[1]] == [slice_of(digest_id)]


@pytest.mark.parametrize("digest_id", ["", "key-1", "zz" * 16, "甲"])
def test_what_is_no_id_is_left_out(digest_id: str) -> None:
    """It can't be in the index either."""
    ledger = Ledger()
    ledger.add_raw(digest_id, 1, 0)
    ledger.add_enriched(digest_id, V1, 0)
    assert (ledger.digests, ledger.raw.unreadable, ledger.enriched.unreadable) == (0, {0}, {0})
