"""An entry of the registry and the state of its fetching ↔ their records in `sources.v1`. Pure.

What changes how digests are enriched (examples, taxonomy, region, base address) is in `shared.sources.Source` too,
under the source's bare id, as its number is part of the version of what enrich says.
"""

from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from shared.errors import Rejected
from shared.records import Record, SourceId

ENTRY, FETCH = "entry:", "fetch:"
"""What the keys of their records begin with; no source id has a colon."""

MAX_SEEN = 1_000
"""What was taken from a feed or page is remembered by so many hashes, 20 kB: twice what one reading takes. What a document
still names is forgotten last, so that more would be for entries that go and come back."""

MAX_REFUSED = 10
"""Lines on what was not taken that are kept; the log has all of them."""

MAX_MISSED = 100
"""Articles that wait to be tried again, 300 bytes each, in Chinese 1.5 kB at most; more are tried without being counted."""

Cadence = Literal["daily", "workdays", "weekly", "biweekly", "monthly", "quarterly", "yearly", "irregular"]


def _is_web(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise ValueError("an address such as https://example.org/feed.xml is expected, without a user name")
    return value


def _is_absolute(value: str) -> str:
    if not PurePosixPath(value).is_absolute() or ".." in PurePosixPath(value).parts:
        raise ValueError("a whole path such as /srv/digests is expected")
    return value


Web = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_is_web)]
Path = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_is_absolute)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Seconds = Annotated[int, Field(ge=60, le=30 * 24 * 3600)]

HALF_HOUR, HOUR = 1800, 3600


class Feed(Record):
    """An RSS, Atom or JSON feed."""

    kind: Literal["feed"] = "feed"
    url: Web
    every: Seconds = Field(default=HALF_HOUR, description="Seconds between two fetches")
    full: bool = Field(default=True, description="Fetch each entry's page; else the feed's own text is the digest")


class Listing(Record):
    """A page with links to articles."""

    kind: Literal["page"] = "page"
    url: Web
    links: str = Field(min_length=1, max_length=500, description="A CSS selector of the links: ul.news a")
    every: Seconds = Field(default=HOUR, description="Seconds between two fetches")


class Folder(Record):
    """A folder that the fetching worker sees."""

    kind: Literal["folder"] = "folder"
    path: Path
    done: Path | None = Field(default=None, description="Where taken files go; None leaves them where they are")
    failed: Path | None = Field(default=None, description="Where refused files go, each with its reason")
    ignored: tuple[str, ...] = Field(default=(), max_length=100, description="Patterns of files to leave out: *.log")
    by_folder: bool = Field(default=False, description="Each folder in it is a source of its own")


class Imap(Record):
    """A mailbox."""

    kind: Literal["imap"] = "imap"
    host: str = Field(min_length=1, max_length=253)
    port: int = Field(default=993, ge=1, le=65535)
    tls: Literal["tls", "starttls", "none"] = "tls"
    user: str = Field(min_length=1, max_length=320)
    password_file: Path = Field(description="A file, readable by the worker alone, with the app password")
    mailbox: str = Field(default="INBOX", min_length=1, max_length=500)
    every: Seconds = Field(default=300, description="Seconds between two looks")


Fetch = Annotated[Feed | Listing | Folder | Imap, Field(discriminator="kind")]


class Wanted(Record):
    """What people say of a source."""

    name: Name | None = Field(default=None, description="Shown in place of the id")
    publisher: Name | None = None
    region: str | None = Field(
        default=None,
        pattern=r"^\d{6}$",
        description="GB/T 2260 code of what its items are about where they name no region",
    )
    language: str = Field(default="zh", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="BCP 47")
    cadence: Cadence | None = Field(default=None, description="How often it appears; None: known from its history")
    fetch: Fetch | None = Field(default=None, description="None: it is pushed")
    profile: SourceId | None = Field(default=None, description="The source whose examples its digests are split by, where not its own")
    taxonomy: str | None = Field(default=None, max_length=50, description="Its name; None: the one that fits")
    base_url: Web | None = Field(default=None, description="What relative links of its digests belong to")
    usual_from: date | None = Field(
        default=None, description="Day of the first issue in its present layout: what older ones look like is no measure any more"
    )
    on: bool = Field(default=True, description="Off: it is not fetched, and what is fed under its name is refused")


class Entry(Wanted):
    """A source, as people see it."""

    source: SourceId
    edition: int = Field(ge=1, description="Rises with every change, so that of two changes at once none is lost")
    found: bool = Field(default=False, description="It was made by the first digest that came, and nobody has edited it")
    changed_at: datetime = Field(description="UTC")
    by: str = Field(description="Who: user@host, or the name of an API key")

    @property
    def shown(self) -> str:
        """What people read."""
        return self.name or self.source

    @property
    def wanted(self) -> Wanted:
        """What people said of it."""
        return Wanted(**{name: getattr(self, name) for name in Wanted.model_fields})


class Missed(Record):
    """An article that could not be had, and is tried again."""

    tries: int = Field(ge=1)
    next_at: datetime = Field(description="UTC, not before")
    why: str = Field(max_length=500, description="What it is called, and what was wrong at the last try")


class FetchState(Record):
    """What fetching a source found last."""

    source: SourceId
    target: str = Field(default="", description="The address that the validators are of")
    etag: str | None = None
    last_modified: str | None = None
    seen: tuple[str, ...] = Field(default=(), description="Hashes of the identities of what was taken, the newest last; MAX_SEEN at most")
    refused: tuple[str, ...] = Field(default=(), description="What was not taken and is not tried again, each with its reason; the last MAX_REFUSED")
    missed: dict[str, Missed] = Field(default_factory=dict, description="Articles to be tried again, by hash as in `seen`")
    cursor: str | None = Field(default=None, description="Where a mailbox was read to: UIDVALIDITY/UID")
    at: datetime | None = Field(default=None, description="UTC, of the last fetch")
    fed_at: datetime | None = Field(default=None, description="UTC, of the last that brought a digest")
    next_at: datetime | None = Field(default=None, description="UTC, not before")
    failures: int = Field(default=0, ge=0, description="In a row")
    error: str | None = Field(default=None, max_length=2000, description="Of the last fetch, where it failed")
    paused: bool = Field(default=False, description="It failed too often; a change of its entry lets it go on")
    edition: int = Field(default=0, description="Of the entry that it was fetched by")


R = TypeVar("R", Entry, FetchState)


def read(model: type[R], value: bytes | None) -> R:
    """Read a record back, dropping fields that a newer version added; raises Rejected (`unknown_form`)."""
    try:
        return model.model_validate_json(value or b"", extra="ignore")
    except ValidationError as error:
        raise Rejected("unknown_form", f"not a {model.__name__} of the registry") from error
