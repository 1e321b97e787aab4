"""How sure each rule is."""

import re
from datetime import date
from pathlib import Path

import orjson
import pytest

from services.enrich import entities
from services.enrich.entities import extract
from services.enrich.entities.confidence import CONFIDENCE
from shared.records import EnrichedDigest, read_enriched


@pytest.mark.parametrize(
    ("text", "kind", "confidence"),
    [
        ("昆山市新增工厂10家", "region", 0.97),
        ("鼓楼区新增工厂10家", "region", 0.5),
        ("国家能源局表示", "agency", 0.97),
        ("2026年2月3日印发", "date", 0.98),
        ("2月3日印发", "date", 0.94),
        ("印发《昆山市工作方案》", "document", 0.98),
    ],
)
def test_the_surer_the_form_the_higher(text: str, kind: str, confidence: float) -> None:
    """A name that several districts share is half sure, a day without its year less than one with it."""
    found = [e for e in extract(None, text, published_on=date(2026, 2, 6)) if e.type == kind]
    assert [e.confidence for e in found] == [confidence]


def test_every_rule_has_a_confidence() -> None:
    """What the modules name as a rule stands in the table; these two are parts of names."""
    code = "".join(path.read_text("utf-8") for path in Path(str(entities.__file__)).parent.glob("*.py"))
    named = set(re.findall(r'rule="([a-z_:]+)"', code)) - {"abbreviation", "carried"}
    assert len(named) >= 10
    assert named <= CONFIDENCE.keys()


def test_a_record_from_before_is_read() -> None:
    """Entities without a confidence count as sure, as nothing else was said of them."""
    entity = {"type": "region", "text": "昆山", "field": "body", "start": 0, "end": 2, "value": "320583", "rule": "region:short"}
    item = {"item_id": "a", "ordinal": 1, "headline": "昆山", "body": "昆山", "entities": [entity]}
    times = {"received_at": "2026-02-06T00:00:00Z", "enriched_at": "2026-02-06T00:00:00Z"}
    record = EnrichedDigest.model_validate({"digest_id": "0" * 32, "source": "s", "media_type": "text/plain", "revision": 1, "build": 1, **times})
    written = record.to_json().replace(b'"items":[]', b'"items":[' + orjson.dumps(item) + b"]")
    assert read_enriched(written).items[0].entities[0].confidence == 1.0
