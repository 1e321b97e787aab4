"""Environment variables → frozen settings, one class a concern; nothing is read at import.

Each class says its prefix: `KAFKA_BOOTSTRAP_SERVERS` fills `KafkaSettings.bootstrap_servers`. docs in README's table are held true by a test.
"""

import socket
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.connections.limits import Limits
from shared.records import MAX_DIGEST_BYTES
from shared.topics import Topics


def _config(prefix: str) -> SettingsConfigDict:
    # An empty variable counts as unset: that is how a compose file passes on what its user did not set.
    return SettingsConfigDict(env_prefix=prefix, frozen=True, extra="ignore", env_ignore_empty=True)


Port = Annotated[int, Field(ge=0, le=65535)]


def _slot(value: object) -> object:
    return socket.gethostname() if value == HOSTNAME else value


HOSTNAME = "hostname"
"""As a slot: this machine's or container's name, which each of several containers of one service has for itself, also when it is started again."""

Slot = Annotated[str, BeforeValidator(_slot), Field(pattern=r"^[\w.-]+$")]


def _hashes(value: object) -> object:
    return tuple(part.strip().lower() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _are_hashes(value: tuple[str, ...]) -> tuple[str, ...]:
    for key in value:
        if len(key) != 64 or set(key) - set("0123456789abcdef"):
            raise ValueError("each is the SHA-256 of a key as 64 hex digits, never the key itself")
    return value


KeyHashes = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_hashes), AfterValidator(_are_hashes)]


class Served(BaseModel):
    """What the services that people and programs call have in common; a prefix comes with the class that takes it up."""

    host: str = Field(default="127.0.0.1", description="Address to listen on")
    api_keys: KeyHashes = Field(
        default=(),
        description="SHA-256 of each key, hex, separated by commas, beside those of the keys file: for all sources, and changed by a restart only",
    )
    open: bool = Field(default=False, description="Serve without keys beyond loopback: only where the port is published to loopback alone")


RunBy = Literal["up", "compose", "hand"]
"""What holds the services: `jianbao up`, docker compose, or something that we don't know"""


class CommonSettings(BaseSettings):
    """What all services share: `JIANBAO_*`."""

    model_config = _config("JIANBAO_")

    namespace: str = Field(default="", pattern=r"^[a-z0-9][a-z0-9-]{0,40}$|^$", description="Before the names of topics, groups and indices")
    keys_file: Path | None = Field(
        default=None,
        description="API keys, as `jianbao key make` writes them; ingest and search ask for keys once it is named, and read it again when it changes",
    )
    run_by: RunBy = Field(
        default="hand", description="Which commands health reports name: `up` and `compose` are set by `jianbao up` and docker compose"
    )
    log_format: Literal["json", "text"] = Field(default="text", description="json for machines, text for people")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="What is logged at least")
    connections: int = Field(
        default=Limits.connections,
        ge=16,
        description="That a service's port holds at once, half of them of one address; fewer where `ulimit -n` is low",
    )
    header_seconds: float = Field(default=Limits.header_seconds, gt=0, description="For a request's header: 408 beyond")
    idle_seconds: int = Field(default=Limits.idle_seconds, ge=1, description="That a connection is kept between an answer and the next request")
    slow_seconds: float = Field(
        default=Limits.slow_seconds, gt=0, description="That an upload may stand still (408 beyond), or an answer lie unread (cut off beyond)"
    )
    slow_rate: int = Field(default=Limits.slow_rate, ge=1, description="Bytes a second that either moves on average, after JIANBAO_SLOW_SECONDS")

    @property
    def topics(self) -> Topics:
        """Topics and consumer groups under this namespace."""
        return Topics(self.namespace)

    @property
    def limits(self) -> Limits:
        """Of connections to a service's port."""
        return Limits(self.connections, self.header_seconds, self.idle_seconds, self.slow_seconds, self.slow_rate)


class KafkaSettings(BaseSettings):
    """Where Kafka is and how to speak to it: `KAFKA_*`."""

    model_config = _config("KAFKA_")

    bootstrap_servers: str = Field(default="127.0.0.1:9092", description="host:port, several with commas")
    partitions: int = Field(default=4, ge=1, description="Of topics that are created: how many enrich workers can share the work")
    replication_factor: int = Field(default=1, ge=1, description="Of topics that are created: 3 on a cluster")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="Whether connections are encrypted and log in"
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(default="SCRAM-SHA-512", description="How to log in, with SASL")
    sasl_username: str | None = Field(default=None, description="Needed with SASL")
    sasl_password: SecretStr | None = Field(default=None, description="Needed with SASL")
    ssl_cafile: Path | None = Field(default=None, description="CA bundle in PEM form; the system's where unset")
    ssl_certfile: Path | None = Field(default=None, description="Client certificate in PEM form")
    ssl_keyfile: Path | None = Field(default=None, description="Its key in PEM form")

    @model_validator(mode="after")
    def _sasl_is_whole(self) -> "KafkaSettings":
        if self.security_protocol.startswith("SASL") and not (self.sasl_username and self.sasl_password):
            raise ValueError("KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be set with KAFKA_SECURITY_PROTOCOL=" + self.security_protocol)
        return self


class ElasticsearchSettings(BaseSettings):
    """Where Elasticsearch is and how to speak to it: `ELASTICSEARCH_*`."""

    model_config = _config("ELASTICSEARCH_")

    url: str = Field(default="http://127.0.0.1:9200", description="Several with commas")
    api_key: SecretStr | None = Field(default=None, description="Base64 as Elasticsearch gives it; goes before user name and password")
    username: str | None = Field(default=None, description="With a password, where there is no API key")
    password: SecretStr | None = Field(default=None, description="Of that user")
    ca_file: Path | None = Field(default=None, description="CA bundle in PEM form")
    shards: int = Field(default=1, ge=1, description="Of indices that are created; one holds some tens of millions of items")
    replicas: int = Field(default=0, ge=0, description="Of indices that are created: 1 on a cluster")


def _names(value: object) -> object:
    return tuple(part.strip().lower() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class HealthSettings(BaseSettings):
    """Who may ask for health and metrics: `JIANBAO_HEALTH_*`; what each means stands in `shared.health.guard`."""

    model_config = _config("JIANBAO_HEALTH_")

    keys: KeyHashes = Field(
        default=(),
        description="SHA-256 of keys for /metrics, reasons in /healthz and /readyz, and enrich's /preview, as INGEST_API_KEYS; needed off loopback",
    )
    key: SecretStr | None = Field(
        default=None, description="Such a key itself: search asks the others with it for the pipeline page, ingest asks enrich for previews"
    )
    open: bool = Field(
        default=False, description="Give metrics, reasons and previews without a key beyond loopback: only where nobody else reaches the ports"
    )
    hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)] = Field(
        default=(), description="Names, separated by commas, by which they are asked for beyond loopback; addresses need not be named"
    )


class IngestSettings(Served, BaseSettings):
    """The push API: `INGEST_*`."""

    model_config = _config("INGEST_")

    port: Port = Field(default=8401, description="Of the API, with its health; 0 takes a free one")
    max_bytes: int = Field(default=MAX_DIGEST_BYTES, ge=1, le=MAX_DIGEST_BYTES, description="Of a digest: 413 beyond")
    ack_timeout: float = Field(default=10.0, gt=0, description="Seconds to wait for Kafka's acknowledgement before 503")
    # Machines that keep time differ by milliseconds; two minutes are no drift but a clock that was set wrong.
    clock_seconds: float = Field(
        default=120.0,
        gt=0,
        description="Seconds that this machine's clock may differ from Kafka's: 503 beyond",
    )
    search_url: str = Field(default="http://127.0.0.1:8402", description="Where people and programs see what became of a digest")
    enrich_url: str = Field(default="http://127.0.0.1:8403", description="Asked for previews only; beyond loopback with JIANBAO_HEALTH_KEY")
    sources_file: Path | None = Field(default=None, description="TOML file of sources that are made at the start; what people edited stays")


class EnrichSettings(BaseSettings):
    """The stream processor: `ENRICH_*`."""

    model_config = _config("ENRICH_")

    host: str = Field(default="127.0.0.1", description="Address to listen on")
    health_port: Port = Field(default=8403, description="Of health and metrics; 0 takes a free one")
    slot: Slot = Field(default="0", description="Unique among running workers, kept over restarts; `hostname`: the machine's name")
    # With one, a digest that takes its minute would stop all others for as long. A second costs 60 MB and no speed.
    processes: int = Field(default=2, ge=1, description="Child processes of one worker: so many slow digests less one hold up no other")
    batch: int = Field(default=32, ge=1, description="Digests taken at once; slow ones of them hold up no others")
    digest_seconds: float = Field(default=60.0, gt=0, description="A digest that takes longer is a dead letter, its child process is killed")
    dead_limit: int = Field(default=200, ge=1, description="So many dead letters in a row and the fault is ours: stop and turn red")
    child_memory_mb: int = Field(
        default=1024, ge=0, description="MiB that a child process may allocate (Linux): a digest that needs more is a dead letter; 0 sets no limit"
    )


class ReadLimits(BaseSettings):
    """What a digest may be when it is read; beyond, it is refused in plain words: `ENRICH_MAX_*`."""

    model_config = _config("ENRICH_MAX_")

    # A digest has 8 MiB at most as received. The longest real ones have 300,000 characters; 8 million is what 8 MiB of ASCII hold, so only
    # what was packed (DOCX, PDF, MHTML) can go beyond.
    characters: int = Field(default=8 * 2**20, ge=1, description="Characters of a digest's text")
    # The longest real ones have 3,000; 100,000 short lines take 7 s and 400 MB from bytes to items.
    lines: int = Field(default=100_000, ge=1, description="Lines, paragraphs and table rows of a digest that are not empty")
    # XML packs 10 to 20 times, and its tree takes some 20 times its size in memory: 16 MiB stays under 400 MB and 10 s.
    unpacked_bytes: int = Field(default=16 * 2**20, ge=1, description="Bytes of a DOCX's or PDF's text once unpacked; pictures are never unpacked")
    # A paragraph of Word takes five to ten; 750,000 empty ones take 6 s and 200 MB (7 kB once packed).
    elements: int = Field(default=750_000, ge=1, description="Elements of a DOCX's XML")
    # The thickest digests have 60 pages; 1,000 dense ones take 20 s.
    pages: int = Field(default=1000, ge=1, description="Pages of a PDF")
    # Beyond 1,000 open tags a parser takes the square of the depth; editors of pages reach 40.
    nesting: int = Field(default=400, ge=1, description="Parts or tables within each other in MHTML and DOCX; HTML beyond 400 is read as flat text")


class IndexSettings(BaseSettings):
    """The indexer: `INDEX_*`."""

    model_config = _config("INDEX_")

    host: str = Field(default="127.0.0.1", description="Address to listen on")
    health_port: Port = Field(default=8404, description="Of health and metrics; 0 takes a free one")
    slot: Slot = Field(default="0", description="Unique among running indexers, kept over restarts; `hostname`: the machine's name")
    batch_bytes: int = Field(default=4 * 2**20, ge=1, description="Bytes of one bulk request")
    in_flight: int = Field(default=4, ge=1, description="Bulk requests at once")
    dead_limit: int = Field(default=200, ge=1, description="So many dead letters in a row and the fault is ours: pause and turn red")


class MonitorSettings(BaseSettings):
    """The monitor: `MONITOR_*`."""

    model_config = _config("MONITOR_")

    host: str = Field(default="127.0.0.1", description="Address to listen on")
    health_port: Port = Field(default=8405, description="Of health, metrics and what was found; 0 takes a free one")
    # 64 rounds compare every digest by itself: eleven minutes. A round takes some 50 ms and a dozen small requests.
    every: float = Field(default=10.0, gt=0, description="Seconds between two rounds of comparing topics and index")
    # Nothing that works is missed for a moment: offsets are asked for before what was written.
    lost_after: float = Field(default=30.0, ge=0, description="Seconds for which a digest may be missed before it is lost")
    ingest_health_url: str = Field(default="http://127.0.0.1:8401", description="Asked every two seconds how it is")
    enrich_health_url: str = Field(default="http://127.0.0.1:8403", description="Asked every two seconds how it is")
    index_health_url: str = Field(default="http://127.0.0.1:8404", description="Asked every two seconds how it is")
    search_health_url: str = Field(default="http://127.0.0.1:8402", description="Asked every two seconds how it is")
    fetch_health_url: str = Field(default="http://127.0.0.1:8406", description="Asked every two seconds how it is")
    sources_every: float = Field(default=30.0, gt=0, description="Seconds between two looks at the latest issues of all sources")
    # It takes the same second of everybody's time as any short digest; two that are lost, the first sign, are told after four minutes.
    canary_seconds: float = Field(
        default=60.0, ge=0, description="Seconds between two digests of its own that it feeds through ingest and asks search for; 0 feeds none"
    )
    # Beyond the minute that one thick digest may hold up others for.
    canary_lost_seconds: float = Field(default=120.0, gt=0, description="After which such a digest that is not found counts as lost")
    api_key: SecretStr | None = Field(
        default=None, description="Its key of ingest for these, with the scope ingest and the source jianbao-canary, where ingest asks for one"
    )
    api_key_file: Path | None = Field(default=None, description="A file with that key, in place of MONITOR_API_KEY")
    notices: Path | None = Field(default=None, description="TOML file of channels that changes of health are told to; deploy/notices.toml shows one")
    page_url: str = Field(default="http://127.0.0.1:8402/pipeline", description="Where notices lead to")
    state: Path | None = Field(default=None, description="Folder where it is kept what channels were told; the user's own place unless set")


def _entries(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Entries = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_entries)]


class WebSettings(BaseSettings):
    """What is fetched from the web, by the worker and by `jianbao feed https://…`: `FETCH_*`."""

    model_config = _config("FETCH_")

    open: Entries = Field(
        default=(),
        description="Networks inside which documents may be fetched, separated by commas: 192.168.1.0/24, 10.0.0.8:8080; "
        "else the public internet alone",
    )
    agent: str = Field(default="jianbao/1 (reads news digests)", pattern=r"^[ -~]{1,200}$", description="What servers know us by")
    seconds: float = Field(default=30.0, gt=0, description="For one document, redirects included")
    silent_seconds: float = Field(default=10.0, gt=0, description="Without a byte of it")
    max_bytes: int = Field(default=MAX_DIGEST_BYTES, ge=1, le=MAX_DIGEST_BYTES, description="Of a document, unpacked")
    pause: float = Field(default=1.0, ge=0, description="Seconds between two documents of a site, where its robots.txt asks for no more")


class FetchSettings(BaseSettings):
    """The worker that fetches sources: `FETCH_*` too."""

    model_config = _config("FETCH_")

    host: str = Field(default="127.0.0.1", description="Address to listen on")
    health_port: Port = Field(default=8406, description="Of health and metrics; 0 takes a free one")
    ingest_url: str = Field(default="http://127.0.0.1:8401", description="Where what is fetched is handed to")
    api_key: SecretStr | None = Field(default=None, description="Its key of ingest, with the scope ingest, where it asks for one")
    api_key_file: Path | None = Field(default=None, description="A file with that key, in place of FETCH_API_KEY")
    folders: Entries = Field(default=(), description="Folders below which sources may be watched, separated by commas: /srv/digests; no others are")
    state: Path | None = Field(default=None, description="Where it is kept what was fed of folders whose files stay; the user's own place unless set")
    secrets: Path = Field(
        default=Path("/run/secrets"), description="Files with passwords of mailboxes: no others are read; who may operate may send them to any server"
    )
    at_once: int = Field(default=32, ge=1, description="Sources that are fetched at once, of one site one at a time")
    pause_after: int = Field(default=10, ge=1, description="Failures in a row after which a source is paused until its entry is edited")
    # Kafka itself allows 6 s at least; a busy machine may be silent for some.
    takeover_seconds: float = Field(default=10.0, ge=6, description="Silence of the worker that fetches, after which another takes over")


class SearchSettings(Served, BaseSettings):
    """The search API and pages: `SEARCH_*`."""

    model_config = _config("SEARCH_")

    port: Port = Field(default=8402, description="Of pages and API, with their health; 0 takes a free one")
    operate_keys: KeyHashes = Field(default=(), description="As SEARCH_API_KEYS, of keys that may also retry and discard dead letters")
    keep_queries: bool = Field(
        default=True, description="Keep queries that had hits for three months, to suggest them; who asked is not kept, nor what looks like a secret"
    )
    synonyms: Path | None = Field(
        default=None,
        description="File of names `宁德时代 = 宁王` beside those of jianbao, for words, fields and suggestions; read again when it changes",
    )
    ingest_url: str = Field(default="http://127.0.0.1:8401", description="Asked by pages that feed, release, withdraw and edit sources")
    ingest_health_url: str = Field(default="http://127.0.0.1:8401", description="Asked for the pipeline page only")
    enrich_health_url: str = Field(default="http://127.0.0.1:8403", description="Asked for the pipeline page only")
    index_health_url: str = Field(default="http://127.0.0.1:8404", description="Asked for the pipeline page only")
    monitor_health_url: str = Field(default="http://127.0.0.1:8405", description="Asked for the pipeline page only")
