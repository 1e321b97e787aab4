"""Records: strict when written, tolerant when read, and the same after the way there and back."""

from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from shared.errors import Rejected
from shared.records import EnrichedDigest, Entity, Item, QuantityValue, RawDigest, read_enriched, read_raw

RECEIVED = datetime(2026, 2, 6, 1, 2, 3, tzinfo=UTC)
RAW = RawDigest(
    digest_id="0" * 32, source="双碳周报", media_type="text/plain", received_at=RECEIVED, sha256="0" * 64, revision=1, published_on=date(2026, 2, 6)
)
QUANTITY = Entity(
    type="quantity",
    text="25万千瓦以上",
    field="body",
    start=8,
    end=15,
    value=QuantityValue(indicator="新增分布式光伏装机容量", op=">=", number=25, unit="万千瓦"),
    canonical={"value": 250.0, "unit": "MW"},
)
ENRICHED = EnrichedDigest(
    digest_id="0" * 32,
    source="双碳周报",
    media_type="text/plain",
    revision=1,
    build=2,
    received_at=RECEIVED,
    enriched_at=RECEIVED,
    items=(
        Item(
            item_id="i",
            ordinal=1,
            title="昆山:将新增(近)零碳工厂10家",
            headline="昆山:将新增(近)零碳工厂10家",
            body="装机容量25万千瓦以上",
            entities=(QUANTITY,),
        ),
    ),
)


def with_field(data: bytes, path: list[str | int], name: str) -> bytes:
    """The JSON object with an unknown field at `path`."""
    whole: Any = orjson.loads(data)
    place = whole
    for step in path:
        place = place[step]
    place[name] = {"of": "a newer writer"}
    return orjson.dumps(whole)


def test_raw_there_and_back() -> None:
    """What is written is what is read."""
    assert read_raw(RAW.to_json()) == RAW


def test_enriched_there_and_back() -> None:
    """Items, entities and a quantity's parts come back as the same types."""
    assert read_enriched(ENRICHED.to_json()) == ENRICHED


def test_json_is_chinese_for_people() -> None:
    """No escapes: a record can be read with any Kafka tool."""
    assert "将新增(近)零碳工厂10家".encode() in ENRICHED.to_json()


def test_a_raw_digest_from_before_keys_had_names() -> None:
    """The archive is read for ever."""
    said = orjson.loads(RAW.to_json())
    del said["key_name"]
    assert read_raw(orjson.dumps(said)) == RAW
    named = RAW.model_copy(update={"key_name": "weekly"})
    assert read_raw(named.to_json()) == named


def test_unknown_fields_are_refused_when_written() -> None:
    """A slip in a field's name is found where it is made."""
    with pytest.raises(ValidationError, match="titel"):
        RawDigest.model_validate({**RAW.model_dump(), "titel": "x"})


@pytest.mark.parametrize(
    "path", [[], ["items", 0], ["items", 0, "entities", 0], ["items", 0, "entities", 0, "value"]], ids=["digest", "item", "entity", "value"]
)
def test_unknown_fields_are_dropped_when_read(path: list[str | int]) -> None:
    """A newer writer's fields are no error at any depth."""
    assert read_enriched(with_field(ENRICHED.to_json(), path, "newer")) == ENRICHED


def test_records_are_frozen() -> None:
    """A record is a value: nothing changes it."""
    with pytest.raises(ValidationError, match="frozen"):
        RAW.source = "another"  # type: ignore[misc]  # the assignment that must fail


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (b"\xff\xfe", "not a RawDigest"),
        (b"", "not a RawDigest"),
        (b"[]", "not a RawDigest"),
        (b'{"digest_id": "1"}', "digest_id"),
        (RAW.to_json().replace(b"text/plain", b"video/mp4"), "media_type"),
        (RAW.to_json().replace('"双碳周报"'.encode(), '"双碳 周报"'.encode()), "source"),
    ],
)
def test_what_is_not_a_raw_digest_is_rejected(header: bytes, says: str) -> None:
    """A wrong header becomes a dead letter that says which field is at fault, with a kind to group by."""
    with pytest.raises(Rejected, match=says) as caught:
        read_raw(header)
    assert caught.value.kind == "unknown_form"


def test_the_reason_does_not_repeat_the_text() -> None:
    """Messages go into logs and dead letters, which must not hold a digest's text."""
    with pytest.raises(Rejected) as caught:
        read_enriched(ENRICHED.to_json().replace(b'"ordinal":1', '"ordinal":"机密的句子"'.encode()))
    assert "机密的句子" not in caught.value.message
