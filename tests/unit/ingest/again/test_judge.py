"""Digests one after another → which is a duplicate, which a revision, which a digest of its own."""

import hashlib
from typing import Any

import pytest

from services.ingest.accept import Submission, accept
from services.ingest.again.judge import judge
from services.ingest.again.table import Table
from services.ingest.erasure import erasure, withdrawal
from shared.errors import Rejected
from shared.records import RawDigest

NOW = 1770343200123
TEXT = "江苏要闻\n1、昆山:将新增(近)零碳工厂10家"
WIDE = "江苏要闻\r\n１、昆山：将新增（近）零碳工厂１０家\r\n"
CORRECTED = TEXT.replace("10", "11")


def said(text: str = TEXT, *, at: int = 0, **fields: Any) -> RawDigest:
    """A digest of source a, accepted `at` ms later."""
    return accept(Submission(text.encode(), **({"source": "a"} | fields)), revision=NOW + at, max_bytes=1000)[0]


def known(*raws: RawDigest) -> Table:
    """What was written, in that order."""
    table = Table()
    for raw in raws:
        table.note(raw)
    return table


def released(raw: RawDigest, *, at: int) -> RawDigest:
    """What a release writes of it, `at` ms after all."""
    return raw.model_copy(update={"released": True, "revision": NOW + at, "key_name": "li"})


Said = dict[str, Any]
FIRST: Said = {"external_id": "12", "title": "周报", "published_on": "2026-02-06"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {}),
        ({}, {"text": WIDE}),
        (FIRST, {}),
        (FIRST, FIRST),
        (FIRST, {"text": WIDE, "external_id": "12"}),
        (FIRST, {"title": "周报"}),
        (FIRST, {"file_name": "2026-03-01.txt"}),
        ({"url": "https://example.org/12"}, {}),
        ({"idempotency_key": "k", "external_id": "1"}, {"idempotency_key": "k", "external_id": "2"}),
    ],
)
def test_nothing_new_is_a_duplicate(first: Said, second: Said) -> None:
    """Under the same identity, under none, or under the same key."""
    verdict = judge(said(**second), known(said(**first)))
    assert verdict.duplicate
    assert verdict.before is not None
    assert verdict.before.digest_id == said(**first).digest_id


@pytest.mark.parametrize(
    ("second", "title", "day", "url"),
    [
        ({"title": "更正"}, "更正", "2026-02-06", None),
        ({"published_on": "2026-02-07"}, "周报", "2026-02-07", None),
        (
            {"text": WIDE, "external_id": "12", "title": "更正", "published_on": "2026-02-07"},
            "更正",
            "2026-02-07",
            None,
        ),
        (
            {"url": "https://example.org/12", "external_id": "12"},
            "周报",
            "2026-02-06",
            "https://example.org/12",
        ),
        ({"media_type": "text/markdown"}, "周报", "2026-02-06", None),
    ],
)
def test_what_is_new_is_a_revision_that_keeps_the_rest(second: Said, title: str, day: str, url: str | None) -> None:
    """Of the digest that is known, above its last revision; how the text is to be read may be new, too."""
    first = said(**FIRST, at=5, file_name="2026-02-06.txt")
    verdict = judge(said(**second), known(first))
    raw = verdict.raw
    assert not verdict.duplicate
    assert (raw.digest_id, raw.external_id, raw.file_name, raw.revision) == (
        first.digest_id,
        "12",
        "2026-02-06.txt",
        first.revision + 1,
    )
    assert (raw.title, str(raw.published_on), raw.url) == (title, day, url)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (FIRST, {"text": CORRECTED, "external_id": "12"}),
        (FIRST, {"text": CORRECTED}),
        (FIRST, {"source": "b"}),
        (FIRST, {"external_id": "13"}),
        ({"title": "周报"}, {"external_id": "12"}),
        (FIRST, {"url": "https://example.org/12"}),
        ({"url": "https://example.org/12"}, {"url": "https://example.org/12", "external_id": "12"}),
        ({}, {"text": TEXT.replace("零碳工厂", "零碳工廠")}),
    ],
)
def test_anything_else_is_written_as_it_is(first: Said, second: Said) -> None:
    """Other content, another source's, another identity that a feeder gave."""
    raw = said(**second, at=1)
    verdict = judge(raw, known(said(**first)))
    assert (verdict.raw, verdict.before, verdict.duplicate) == (raw, None, False)


def test_what_its_identity_takes_for_the_same_keeps_title_and_day_and_is_written() -> None:
    """A digest known by its content alone is the same for 10² and 102 (shared.ids); the correction counts."""
    first = said("面积102", title="周报", published_on="2026-02-06")
    verdict = judge(said("面积10²", at=1), known(first))
    assert not verdict.duplicate
    assert (verdict.raw.digest_id, verdict.raw.title, str(verdict.raw.published_on)) == (
        first.digest_id,
        "周报",
        "2026-02-06",
    )


def test_a_key_is_for_one_content() -> None:
    """In one source; other content with it is refused, as it would else be lost or taken for a retry."""
    table = known(said(idempotency_key="k"))
    with pytest.raises(Rejected, match="Idempotency-Key") as refused:
        judge(said(CORRECTED, idempotency_key='"k"'), table)
    assert refused.value.kind == "idempotency_key_reused"
    assert not judge(said(CORRECTED, idempotency_key="k", source="b"), table).duplicate
    assert not judge(said(CORRECTED, idempotency_key="other"), table).duplicate


def test_what_was_withdrawn_or_erased_comes_back_as_it_is_fed_then() -> None:
    """With the title and day that are given then: nothing of it is remembered."""
    first = said(**FIRST)
    gone = withdrawal(first, revision=NOW + 1)
    for last in (gone, erasure(first.digest_id, revision=NOW + 2)):
        for again in (said(at=3), said(at=3, external_id="12")):
            verdict = judge(again, known(first, last))
            assert (verdict.raw, verdict.duplicate) == (again, False)
    # An older record that is delivered again does not bring it back.
    assert not judge(said(external_id="12"), known(first, gone, first)).duplicate


def test_older_builds_records_are_known_by_sha256_and_by_their_identity() -> None:
    """They have no fingerprint; a title that such a build dropped is found again."""
    old = said(**FIRST).model_copy(update={"fingerprint": None})
    assert len(old.sha256) == len(hashlib.sha256().hexdigest())
    assert judge(said(), known(old)).duplicate
    assert judge(said(WIDE, external_id="12"), known(old)).before is None
    dropped = said(external_id="12", at=1).model_copy(update={"fingerprint": None})
    verdict = judge(said(external_id="12", at=2), known(old, dropped))
    assert not verdict.duplicate
    assert (verdict.raw.title, str(verdict.raw.published_on)) == ("周报", "2026-02-06")


def test_the_oldest_is_forgotten_where_there_is_no_room() -> None:
    """By when it was fed last."""
    table = Table(most=2)
    for text in ("甲", "乙", "甲", "丙"):
        table.note(said(text))
    assert len(table) == 2
    assert [judge(said(text), table).duplicate for text in ("甲", "乙", "丙")] == [True, False, True]


def test_a_file_name_is_new_where_nothing_was_known_of_the_digest() -> None:
    """Older builds' records have none, and a folder that is fed again brings its days."""
    first = said()
    verdict = judge(said(file_name="2026-02-06.txt"), known(first))
    assert judge(said(file_name="2026-02-06.txt"), known(said(title="周报"))).duplicate
    assert (verdict.duplicate, verdict.raw.file_name) == (False, "2026-02-06.txt")
    assert judge(said(file_name="2026-03-01.txt"), known(first, verdict.raw)).duplicate


@pytest.mark.parametrize("last", [withdrawal(said(**FIRST), revision=NOW + 50), said(**FIRST, at=50)])
def test_what_is_fed_later_is_above_what_is_known(last: RawDigest) -> None:
    """After a withdrawal and with other content too, whatever clock gave those."""
    verdict = judge(said(CORRECTED, external_id="12"), known(last))
    assert (verdict.duplicate, verdict.raw.revision) == (False, last.revision + 1)


def test_a_key_is_known_after_a_correction() -> None:
    """A late retry does not replace what corrected it; other content with its key is refused as before."""
    table = known(said(external_id="12", idempotency_key="k"), said(CORRECTED, external_id="12", at=1))
    verdict = judge(said(external_id="12", idempotency_key="k", at=2), table)
    assert verdict.duplicate
    assert verdict.before is not None
    assert verdict.before.revision == NOW + 1
    with pytest.raises(Rejected, match="Idempotency-Key"):
        judge(said(CORRECTED, external_id="12", idempotency_key="k", at=2), table)
    table.note(withdrawal(said(external_id="12"), revision=NOW + 2))
    assert not judge(said(external_id="12", idempotency_key="k", at=3), table).duplicate


@pytest.mark.parametrize("first", [withdrawal(said(**FIRST), revision=NOW + 1), said(CORRECTED, external_id="12", at=1)])
def test_another_of_the_same_content_is_found_once_the_first_is_gone(first: RawDigest) -> None:
    """Withdrawn or corrected: the second stands."""
    second = said(external_id="13")
    verdict = judge(said(at=2), known(said(**FIRST), second, said(external_id="14"), first))
    assert verdict.duplicate
    assert verdict.before is not None
    assert verdict.before.digest_id in {second.digest_id, said(external_id="14").digest_id}


def test_what_was_released_and_is_fed_again_is_a_duplicate() -> None:
    """A person said it of this content: nothing is new."""
    verdict = judge(said(at=9), known(said(), released(said(), at=1)))
    assert verdict.duplicate


@pytest.mark.parametrize("again", [{"title": "更正"}, {"text": WIDE, "title": "更正"}, {"published_on": "2026-02-07"}])
def test_a_new_title_keeps_it_released(again: Said) -> None:
    """Neither title nor day make another content of it; and so it goes on."""
    table = known(said(), released(said(), at=1))
    verdict = judge(said(at=9, **again), table)
    assert not verdict.duplicate
    assert (verdict.raw.digest_id, verdict.raw.released) == (said().digest_id, True)
    table.note(verdict.raw)
    assert judge(said(at=10), table).duplicate
    assert judge(said(at=11, title="又改"), table).raw.released


def test_other_content_is_judged_anew() -> None:
    """Under the same identity: the release was of what was there."""
    table = known(said(external_id="12"), released(said(external_id="12"), at=1))
    verdict = judge(said(CORRECTED, external_id="12", at=9), table)
    assert (verdict.duplicate, verdict.raw.released) == (False, False)
    table.note(verdict.raw)
    assert not judge(said(CORRECTED, external_id="12", at=10, title="更正"), table).raw.released


def test_what_was_withdrawn_since_is_judged_anew() -> None:
    """Discarding ends a release too."""
    table = known(said(), released(said(), at=1))
    table.note(withdrawal(released(said(), at=1), revision=NOW + 2))
    verdict = judge(said(at=9), table)
    assert (verdict.duplicate, verdict.raw.released) == (False, False)


def test_a_release_that_another_overtook_is_written_again() -> None:
    """Fed again by an instance that did not know of the release: the next feeding gives what is lacking, in whatever order they are read."""
    late = said(at=5, title="更正")
    for order in ((said(), released(said(), at=1), late), (late, released(said(), at=1), said())):
        verdict = judge(said(at=9), known(*order))
        assert (verdict.duplicate, verdict.raw.released, verdict.raw.title) == (False, True, "更正")


def test_who_fed_and_who_released_stay_apart() -> None:
    """Also when it is fed again later."""
    fed = said().model_copy(update={"key_name": "weekly"})
    table = known(fed, released(said(), at=1))
    assert [(one.fed_by, one.done_by, one.released) for one in table.all()] == [("weekly", "li", True)]
    table.note(judge(said(at=9, title="更正").model_copy(update={"key_name": "daily"}), table).raw)
    assert [(one.fed_by, one.done_by, one.released) for one in table.all()] == [("daily", "li", True)]
