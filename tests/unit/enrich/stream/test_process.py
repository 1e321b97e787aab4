"""A raw record becomes an enriched record or a dead letter, and nothing is ever raised."""

from datetime import UTC, date, datetime

import pytest

from services.enrich.stream.process import ROOM_FOR_THE_REST, Dead, Enriched, process
from shared.errors import Rejected
from shared.ids import version
from shared.records import DigestWarning, EnrichedDigest, Entity, Item, RawDigest, read_enriched

NOW = datetime(2026, 2, 6, 9, tzinfo=UTC)
RAW = RawDigest(
    digest_id="0" * 32,
    source="双碳周报",
    media_type="text/plain",
    title="本周要闻",
    published_on=date(2026, 2, 6),
    received_at=NOW,
    sha256="ab",
    revision=1770368400000,
)
HEADERS = (("traceparent", b"00-1"), ("digest", RAW.to_json()))
CONTENT = "昆山:将新增零碳工厂10家,联系人 zhang@example.cn 电话 13800001111".encode()


def enrich(raw: RawDigest, content: bytes, *, enriched_at: datetime) -> EnrichedDigest:
    """One item with one region."""
    text = content.decode()
    region = Entity(type="region", text=text[:2], field="body", start=0, end=2, value="320583")
    return EnrichedDigest(
        **raw.model_dump(include=set(EnrichedDigest.model_fields)),
        build=7,
        enriched_at=enriched_at,
        items=(Item(item_id="1" * 32, ordinal=1, headline=text[:5], body=text, entities=(region, region)),),
        warnings=(DigestWarning(kind="whole_item", message="整篇"),),
    )


def outcome(headers: object = HEADERS, content: bytes = CONTENT, error: Exception | None = None, limit: int = 16 * 2**20) -> Enriched | Dead:
    """The outcome of an `enrich` that raises `error`, where there is one."""

    def function(raw: RawDigest, content: bytes, *, enriched_at: datetime) -> EnrichedDigest:
        if error is not None:
            raise error
        return enrich(raw, content, enriched_at=enriched_at)

    return process(headers, content, enrich=function, enriched_at=NOW, max_record_bytes=limit)  # type: ignore[arg-type]  # wrong headers too


def test_enriched_record_with_its_key_version_and_facts() -> None:
    """The key is the digest's id, the value EnrichedDigest as JSON, the facts what metrics count."""
    found = outcome()
    assert isinstance(found, Enriched)
    assert found.key == b"0" * 32
    assert found.version == version(1770368400000, 7)
    assert read_enriched(found.value) == enrich(RAW, CONTENT, enriched_at=NOW)
    assert (found.facts.items, found.facts.whole, found.facts.warnings, found.facts.entities) == (1, True, ("whole_item",), {"region": 2})


def test_what_no_rule_could_class_is_counted() -> None:
    """Once for each of topics, document type and level that the item has none of."""
    found = outcome()
    assert isinstance(found, Enriched)
    assert found.facts.unclassified == {"topics": 1, "doc_type": 1, "level": 1}


def test_no_header() -> None:
    """A record that ingest did not write."""
    found = outcome(headers=(("other", b"1"),))
    assert isinstance(found, Dead)
    assert found.error == "no_header"


@pytest.mark.parametrize("header", [b"", b"\xff", b"7", '{"形式": 1}'.encode(), RAW.to_json().replace(b"text/plain", b"text/x-new")])
def test_unknown_form(header: bytes) -> None:
    """A header that is no RawDigest."""
    found = outcome(headers=(("digest", header),))
    assert isinstance(found, Dead)
    assert found.error == "unknown_form"


def test_rejected_keeps_its_kind() -> None:
    """What enrich() rejects has its own kind and words."""
    assert outcome(error=Rejected("undecodable", "不是 UTF-8")) == Dead("undecodable", "不是 UTF-8")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("invalid literal for int() with base 10: '昆山:将新增'"), "invalid literal for int() with base 10: '…:…'"),
        (KeyError("零碳工厂"), "'…'"),
        (RuntimeError("can't parse zhang@example.cn or 13800001111 at line 3"), "can't parse …@… or … at line 3"),
        (ValueError("bad title 本周要闻"), "bad title …"),
        (RecursionError("maximum recursion depth exceeded"), "maximum recursion depth exceeded"),
    ],
)
def test_any_other_exception_is_told_without_the_digest(error: Exception, told: str) -> None:
    """Class, place and message of the fault, and no word of the text or its title."""
    found = outcome(error=error)
    assert isinstance(found, Dead)
    assert found.error == "enrich_failed"
    assert found.message.startswith(f"{type(error).__name__} in test_process.py:")
    assert found.message.endswith(f" function: {told}")


def test_too_large() -> None:
    """An enriched digest that its topic would not take, to the byte."""
    size = len(enrich(RAW, CONTENT, enriched_at=NOW).to_json())
    assert isinstance(outcome(limit=size + ROOM_FOR_THE_REST), Enriched)
    found = outcome(limit=size + ROOM_FOR_THE_REST - 1)
    assert isinstance(found, Dead)
    assert found.error == "too_large"
