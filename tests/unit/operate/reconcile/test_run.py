"""What is repaired and what is left alone, and the last words: without engines."""

from collections import Counter

import pytest

from services.index.bulk import Bulk
from services.index.flow_control.blockers import Blockers
from services.index.writer import Writer
from services.operate.reconcile.finding import Finding, Held
from services.operate.reconcile.ledger import Ledger, place
from services.operate.reconcile.repair import Repair, resent
from services.operate.reconcile.run import Reconciler, Report
from services.operate.reconcile.show import finding_json, line, said
from shared.settings import KafkaSettings
from tests.fakes.elastic import FakeElastic
from tests.unit.operate.reconcile.test_ledger import documents


def reconciler(ledger: Ledger) -> Reconciler:
    """Without readers: for what needs ledger alone."""
    return Reconciler(ledger, None, None, lambda finding, left: None, 0)  # type: ignore[arg-type]  # neither is asked here


@pytest.mark.parametrize(("known", "unknown", "spared"), [(0, 10, 0), (0, 11, 11), (200, 20, 0), (200, 25, 25)])
def test_an_index_whose_topics_are_lost_is_not_emptied(known: int, unknown: int, spared: int) -> None:
    """Digests that no topic knows are deleted while they are few; many of them mean that it is the topics that are wrong."""
    ledger = Ledger()
    for number in range(known):
        ledger.add_raw(f"known {number}", 1, place(0, number), withdrawn=False)
    for number in range(unknown):
        ledger.add_item(f"unknown {number}", "x", 1)
    suspects = {digest_id for digest_id in ledger.digests if digest_id.startswith("unknown")}
    assert len(reconciler(ledger)._spared(suspects)) == spared


async def test_a_digest_is_written_again_and_extra_items_go_under_their_own_version() -> None:
    """What is newer than we know stays, as Elasticsearch refuses an older deletion."""
    client = FakeElastic()
    digest = documents("昆山:甲", "常州:乙")
    first, second = digest.items
    began: list[str] = []

    async def begin() -> None:
        began.append("begun")

    writer = Writer(Bulk(client, 2**20, 1, Blockers()))
    await writer.write([digest, documents("别的", name="乙", revision=9)])
    (newer,) = documents("别的", name="乙", revision=9).items
    repair = Repair(writer, KafkaSettings(), begin)
    await repair.announce()
    await repair.announce()
    findings = {
        digest.digest_id: [Finding("missing", "item", digest.digest_id, first), Finding("extra", "item", digest.digest_id, newer)],
    }
    await repair.index(findings, {digest.digest_id: digest}, {}, {digest.digest_id: {newer: Held(5)}})
    assert began == ["begun"]
    assert client.documents("items").keys() == {first, second, newer}
    await repair.index(findings, {digest.digest_id: digest}, {}, {digest.digest_id: {newer: Held(documents(name="乙", revision=9).version)}})
    assert client.documents("items").keys() == {first, second}
    assert repair.touched == {digest.digest_id}


def test_only_what_enrich_can_mend_is_sent_again() -> None:
    """Nothing that a topic has too much of."""
    findings = [
        Finding("missing", "enriched", "a"),
        Finding("different", "enriched", "b"),
        Finding("extra", "enriched", "c"),
        Finding("missing", "item", "d"),
    ]
    assert resent(findings) == {"a", "b"}


def report(found: int = 0, left: int = 0, **facts: int) -> Report:
    """Of so many findings."""
    made = Report(raw=9, enriched=9, items=81, in_flight=0, dead=0, other={}, deep=9)
    made.found, made.left = Counter({("missing", "item"): found} if found else {}), Counter({("missing", "item"): left} if left else {})
    for name, value in facts.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("of", "consistent", "words"),
    [
        (report(), True, "No difference."),
        (report(in_flight=2), True, "What is in flight was not compared"),
        (report(3, 3), False, "jianbao reconcile --repair"),
        (report(30, 30, kept=30), False, "are these topics whole?"),
        (report(3, 0, repaired=2), True, "2 digests repaired and checked again: no difference."),
        (report(3, 1, repaired=2), False, "1 differences left"),
        (report(3, 0, repaired=2, unconfirmed=1), False, "do enrich and index run?"),
    ],
)
def test_the_last_words(of: Report, consistent: bool, words: str) -> None:
    """Say what to do; consistent is what the exit status says."""
    assert of.consistent is consistent
    assert words in said(of)


def test_a_finding_in_a_line() -> None:
    """For people and for programs."""
    finding = Finding("stale", "item", "d1", "i1", "of revision 1 build 1 instead of revision 2 build 1")
    assert line(finding, left=True) == "still stale item: item i1 of d1 (of revision 1 build 1 instead of revision 2 build 1)"
    assert finding_json(Finding("extra", "item", "", "i1"), left=False) == (
        b'{"kind":"extra","where":"item","digest_id":"","item_id":"i1","detail":"","after_repair":false}'
    )
