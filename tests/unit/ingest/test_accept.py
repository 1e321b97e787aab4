"""Submissions → raw records."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.ingest.accept import Submission, accept
from services.ingest.again.fingerprint import fingerprint
from shared import ids
from shared.errors import Rejected
from shared.kafka import canary
from shared.records import RawDigest, read_raw

TEXT = "江苏要闻\n1、昆山:将新增(近)零碳工厂10家。2月3日,昆山市发布《行动方案》。"
REVISION = 1770343200123


def taken(submission: Submission) -> RawDigest:
    """The raw record of a submission."""
    return accept(submission, revision=REVISION, max_bytes=10_000)[0]


def test_a_record_says_all_that_is_known() -> None:
    """And survives its header."""
    content = TEXT.encode("gb18030")
    raw, bytes_ = accept(
        Submission(content, source="双碳周报", title="第 12 期", published_on="2026-02-06", external_id="12", media_type="text/plain"),
        revision=REVISION,
        max_bytes=10_000,
    )
    assert bytes_ == content
    assert raw == RawDigest(
        digest_id=raw.digest_id,
        source="双碳周报",
        media_type="text/plain",
        charset="gb18030",
        title="第 12 期",
        external_id="12",
        published_on=date(2026, 2, 6),
        received_at=datetime(2026, 2, 6, 2, 0, 0, 123000, tzinfo=UTC),
        sha256=raw.sha256,
        fingerprint=fingerprint(TEXT),
        revision=REVISION,
    )
    assert read_raw(raw.to_json()) == raw


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_same_text_is_the_same_digest_in_any_charset(charset: str) -> None:
    """Identity comes from the text where nothing else was given; the bytes' own hash differs."""
    raw, plain = taken(Submission(TEXT.encode(charset), source="a")), taken(Submission(TEXT.encode(), source="a"))
    assert raw.digest_id == plain.digest_id
    assert raw.charset == charset
    assert (raw.sha256 == plain.sha256) == (charset == "utf-8")


def test_big5_is_read() -> None:
    """Traditional Chinese, as Taiwan and Hong Kong write it."""
    assert taken(Submission("經濟部公布今年第三季工業生產指數,年增百分之四點五。".encode("big5"), source="a")).charset == "big5"


def test_identity_is_external_id_then_url_then_content() -> None:
    """Each is another digest; other text under one external id is the same one; a file's name is none."""
    base = Submission(TEXT.encode(), source="a")
    ids = [
        taken(base).digest_id,
        taken(replace(base, url="https://example.org/12")).digest_id,
        taken(replace(base, url="https://example.org/12", external_id="12")).digest_id,
        taken(replace(base, source="b")).digest_id,
    ]
    assert len(set(ids)) == 4
    assert taken(replace(base, external_id="12", content="改".encode())).digest_id == taken(replace(base, external_id="12")).digest_id
    assert taken(replace(base, file_name="12.txt")).digest_id == ids[0]


@pytest.mark.parametrize(
    ("submission", "kind"),
    [
        (Submission(b"", source="a"), "empty"),
        (Submission(" \r\n　\ufeff".encode(), source="a"), "empty"),
        (Submission(b"\xff\xfe\x00\xd8" * 20, source="a"), "undecodable"),
        (Submission("昆\0山".encode(), source="a"), "undecodable"),
        (Submission("昆\0山".encode(), source="a", charset="utf-8"), "undecodable"),
        (Submission(bytes(range(128, 256)) * 3, source="a"), "undecodable"),
        (Submission(b"a" * 10_001, source="a"), "too_large"),
        (Submission(b"a", source=None), "source_missing"),
        (Submission(b"a", source="a b"), "bad_source"),
        (Submission(b"a", source="a", published_on="morgen"), "bad_date"),
        (Submission(b"a", source="a", media_type="image/png"), "unsupported_media_type"),
        (Submission(b"\x89PNG\r\n\x1a\n", source="a"), "unsupported_media_type"),
        (Submission(b"a", source="a", media_type="application/pdf"), "undecodable"),
        (Submission("昆山".encode(), source="a", file_name="周报.docx"), "undecodable"),
        (Submission(b" \n", source="a", media_type="application/pdf"), "empty"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_kind(submission: Submission, kind: str) -> None:
    """In words that say what to do."""
    with pytest.raises(Rejected) as refused:
        taken(submission)
    assert refused.value.kind == kind


def test_binaries_are_known_by_their_bytes_alone() -> None:
    """A PDF has no charset, and the same file is the same digest under any name."""
    (raw, content), (other, _) = (
        accept(Submission(b"%PDF-1.7\n\x00\xff", source="a", file_name=name), revision=1, max_bytes=10_000) for name in ("a.pdf", "b.txt")
    )
    assert (raw.media_type, raw.charset, content) == ("application/pdf", None, b"%PDF-1.7\n\x00\xff")
    assert raw.digest_id == other.digest_id == ids.digest_id("a", content=content)


def test_the_limit_itself_is_taken() -> None:
    """At most means at most."""
    assert taken(Submission(b"a" * 10_000, source="a")).media_type == "text/plain"


def test_days_ahead_are_counted_from_the_receipt_in_shanghai() -> None:
    """02:00 UTC on 6 February is 10:00 there; at 18:00 UTC it is the next day."""
    evening = REVISION + 16 * 3600 * 1000
    submission = Submission(TEXT.encode(), source="a", published_on="2026-02-14")
    with pytest.raises(Rejected, match="8 days ahead of today"):
        accept(submission, revision=REVISION, max_bytes=10_000)
    raw, _ = accept(submission, revision=evening, max_bytes=10_000)
    assert raw.published_on == date(2026, 2, 14)


def test_the_monitors_source_is_nobody_elses() -> None:
    """But for the one digest of its own."""
    with pytest.raises(Rejected) as refused:
        taken(Submission(TEXT.encode(), source=canary.SOURCE, external_id="2026-06"))
    assert refused.value.kind == "reserved_source"
    own = taken(Submission(TEXT.encode(), source=canary.SOURCE, external_id=canary.EXTERNAL_ID))
    assert own.digest_id == canary.DIGEST_ID
