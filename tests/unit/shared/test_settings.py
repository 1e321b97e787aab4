"""Settings: from environment variables, with plain words for what can't be."""

import os

import pytest
from pydantic import ValidationError

from shared.settings import CommonSettings, ElasticsearchSettings, EnrichSettings, IndexSettings, IngestSettings, KafkaSettings, SearchSettings

HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.fixture(autouse=True)
def _no_outer_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables of whoever runs the tests make no difference."""
    for name in list(os.environ):
        if name.startswith(("JIANBAO_", "KAFKA_", "ELASTICSEARCH_", "INGEST_", "ENRICH_", "INDEX_", "SEARCH_")):
            monkeypatch.delenv(name)


def test_defaults_are_loopback_and_closed() -> None:
    """Out of the box nothing listens beyond this machine and no exception from keys is made."""
    assert (IngestSettings().host, SearchSettings().host, EnrichSettings().host) == ("127.0.0.1",) * 3
    assert not IngestSettings().open
    assert not SearchSettings().open


def test_variables_fill_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prefix and field name make the variable."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "a:1,b:2")
    monkeypatch.setenv("ENRICH_BATCH", "8")
    assert KafkaSettings().bootstrap_servers == "a:1,b:2"
    assert EnrichSettings().batch == 8


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose passes on what its user did not set as an empty string."""
    monkeypatch.setenv("INGEST_PORT", "")
    monkeypatch.setenv("ELASTICSEARCH_API_KEY", "")
    assert IngestSettings().port == 8401
    assert ElasticsearchSettings().api_key is None


def test_keys_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spaces, capitals and a trailing comma are forgiven."""
    monkeypatch.setenv("INGEST_API_KEYS", f" {HASH.upper()} , {HASH},")
    monkeypatch.setenv("SEARCH_API_KEYS", HASH)
    assert IngestSettings().api_keys == (HASH, HASH)
    assert SearchSettings().api_keys == (HASH,)


def test_a_key_itself_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only hashes belong into the configuration."""
    monkeypatch.setenv("INGEST_API_KEYS", "my-secret-key")
    with pytest.raises(ValidationError, match="never the key itself"):
        IngestSettings()


def test_sasl_needs_name_and_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a login is found at the start, and the message names the variables."""
    monkeypatch.setenv("KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("KAFKA_SASL_USERNAME", "jianbao")
    with pytest.raises(ValidationError, match="KAFKA_SASL_PASSWORD"):
        KafkaSettings()


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing the settings prints no password."""
    monkeypatch.setenv("ELASTICSEARCH_PASSWORD", "geheim")
    assert "geheim" not in repr(ElasticsearchSettings())


@pytest.mark.parametrize("name", ["Trial", "a_b", "a.b", "-a", "x" * 42])
def test_a_namespace_fits_topics_and_indices(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lower case letters, digits and hyphens only: Elasticsearch allows no more."""
    monkeypatch.setenv("JIANBAO_NAMESPACE", name)
    with pytest.raises(ValidationError, match="namespace"):
        CommonSettings()


def test_the_namespace_names_the_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    """`topics` of the settings are under the namespace."""
    monkeypatch.setenv("JIANBAO_NAMESPACE", "trial-1")
    assert CommonSettings().topics.raw.name == "trial-1.digests.raw.v1"


def test_a_slot_may_be_the_machines_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several containers of one service have the same variables and different names."""
    monkeypatch.setattr("socket.gethostname", lambda: "f3a9c2d1b0e4")
    monkeypatch.setenv("ENRICH_SLOT", "hostname")
    monkeypatch.setenv("INDEX_SLOT", "hostname")
    assert (EnrichSettings().slot, IndexSettings().slot) == ("f3a9c2d1b0e4", "f3a9c2d1b0e4")
