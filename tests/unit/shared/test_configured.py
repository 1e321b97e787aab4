"""Settings from the environment, or what is wrong with them."""

import pytest

from shared.configured import configured
from shared.errors import Misconfigured
from shared.settings import IngestSettings, KafkaSettings


def test_a_wrong_variable_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that was pasted instead of its hash must not reach a log."""
    monkeypatch.setenv("INGEST_API_KEYS", "geheim")
    with pytest.raises(Misconfigured, match="INGEST_API_KEYS: each is the SHA-256") as wrong:
        configured(IngestSettings)
    assert "geheim" not in str(wrong.value)


def test_variables_that_belong_together_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule over several says which."""
    monkeypatch.setenv("KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
    with pytest.raises(Misconfigured, match=r"^KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be set"):
        configured(KafkaSettings)


def test_right_ones_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """By their names."""
    monkeypatch.setenv("INGEST_PORT", "0")
    assert configured(IngestSettings).port == 0
