"""The records that travel between services: RawDigest (a Kafka header) and EnrichedDigest (a Kafka value). Pure.

Key and value go together: every record of a digest has the key `digest_id` (UTF-8), so all its revisions share a partition
and arrive in order. Models are frozen and refuse unknown fields when *written*; `read_raw` and `read_enriched` drop
unknown fields, so that a newer writer's record is still read by an older service.

    digests.raw.v1       key digest_id   value the bytes as received   header `digest`: RawDigest as JSON
    digests.enriched.v1  key digest_id   value EnrichedDigest as JSON
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.errors import Rejected

MediaType = Literal[
    "text/plain", "text/markdown", "text/html",
    "multipart/related", "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
]  # fmt: skip
TEXT_TYPES: tuple[MediaType, ...] = ("text/plain", "text/markdown", "text/html")
"""What has one charset and is known by its text."""

# A page saved whole (MHTML) is a MIME message; multipart/related is what RFC 2557 gives it, message/rfc822 an older program's name.
MHTML: MediaType = "multipart/related"
PDF: MediaType = "application/pdf"
DOCX: MediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BINARY_TYPES: tuple[MediaType, ...] = (MHTML, PDF, DOCX)
"""What only its reader can make text of: known by its bytes, without charset."""

MEDIA_TYPES: tuple[MediaType, ...] = (*TEXT_TYPES, *BINARY_TYPES)

# A source id stands in urls, headers and file names, so it is one word: letters (Chinese too), digits, `_ . -`.
SourceId = Annotated[str, StringConstraints(pattern=r"^\w[\w.\-]{0,63}$")]
DigestId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]

MAX_DIGEST_BYTES = 8 * 2**20
"""A digest is at most 8 MiB as received: the longest real ones are under 1 MiB, and a page with images inlined under 8."""

DIGEST_HEADER = "digest"
"""The name of the one Kafka header of a raw record."""


class Record(BaseModel):
    """A frozen value that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_json(self) -> bytes:
        """This record as compact UTF-8 JSON."""
        return orjson.dumps(self.model_dump(mode="json"))


class RawDigest(Record):
    """What is known of a digest when it is received; its bytes are the Kafka value beside it."""

    digest_id: DigestId = Field(description="Identity that stays over revisions: see shared.ids.digest_id")
    source: SourceId = Field(description="Who publishes")
    media_type: MediaType
    charset: str | None = Field(default=None, description="Charset of a text's bytes as decided at ingest, by Python's codec name")
    url: str | None = None
    title: str | None = None
    external_id: str | None = Field(default=None, description="The identity its publisher or feeder gave it")
    file_name: str | None = Field(default=None, description="Of the file that it was fed as: it often has the day of publication")
    published_on: date | None = Field(default=None, description="Publication day in Asia/Shanghai, where it was given")
    received_at: datetime = Field(description="UTC")
    sha256: str = Field(description="Of the bytes as received, hex")
    fingerprint: str | None = Field(
        default=None,
        description="Of the content, whatever its white space, width and charset, hex; None in older records",
    )
    idempotency_key: str | None = Field(default=None, description="A hash of the Idempotency-Key it came with, hex")
    revision: int = Field(ge=0, description="received_at in ms since the epoch, never falling within one ingest process")
    withdrawn: bool = Field(default=False, description="The digest is taken back: its items leave the index")
    released: bool = Field(default=False, description="A person says that it is a digest: enrich does not hold it in quarantine")
    key_name: str | None = Field(default=None, description="Name of the API key that fed it or took it back; None where none was asked for")


EntityType = Literal[
    "region", "region_group", "agency", "company", "document", "document_no",
    "standard", "date", "quantity", "scheme", "person",
]  # fmt: skip


class QuantityValue(Record):
    """A number with what it measures: `新增分布式光伏装机容量25万千瓦以上` is (分布式光伏装机容量, >=, 25, 万千瓦)."""

    indicator: str = Field(description="The noun phrase that the number measures, as written")
    op: Literal["=", ">=", "<=", ">", "<", "~"]
    number: float
    unit: str = Field(description="As written: 家, 万千瓦, %")


class Entity(Record):
    """A mention in an item's title or body. `field[start:end] == text` always, in Unicode code points."""

    type: EntityType
    text: str
    field: Literal["title", "body"]
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    value: str | QuantityValue | None = Field(
        description="Region: GB/T 2260 code. Date: ISO 8601 day, month, year or start/end. Quantity: its parts. Names: as written. None: not resolved"
    )
    canonical: dict[str, Any] | None = Field(default=None, description="Canonical name, ids, expansions, base value; keys by type")
    inferred: bool = Field(default=False, description="Not said by the text itself, such as the region in a company's name")
    rule: str = Field(default="", description="The rule that found it; its version is the digest's `build`, as rules change with the code only")
    confidence: float = Field(default=1.0, ge=0, le=1, description="How sure that rule is; 1 in records from before it was told")


class Topic(Record):
    """A class of the taxonomy that the item belongs to, and the words that say so."""

    name: str
    evidence: tuple[str, ...] = ()


class Link(Record):
    """A link within an item's body."""

    text: str
    url: str


class Span(Record):
    """A piece of the normalised text, [start, end) in code points."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Item(Record):
    """One news story."""

    item_id: str = Field(description="Stays when the digest is split again and the item did not change: see shared.ids.item_id")
    ordinal: int = Field(ge=1, description="Place in the digest, from 1")
    number: str | None = Field(default=None, description="As printed before the title or in the contents list, without punctuation")
    title: str | None = Field(default=None, description="As printed, without numbering, bullets and markup; None for an untitled brief")
    headline: str = Field(description="The title, else the first sentence")
    subject: str | None = Field(default=None, description="`昆山` of `昆山:将新增…`")
    section: str | None = Field(default=None, description="Nearest heading, without numbering")
    section_path: tuple[str, ...] = ()
    body: str = Field(description="Paragraphs and bullets, one a line")
    doc_type: str | None = None
    level: str | None = Field(default=None, description="Of who acts: 国际, 国家, 省, 市, 县, 企业; None where nothing says it")
    about_regions: tuple[str, ...] = Field(default=(), description="GB/T 2260 codes of what it is about, not merely mentions; the subject's first")
    topics: tuple[Topic, ...] = ()
    entities: tuple[Entity, ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[str, ...] = Field(default=(), description="Alt texts")
    source_line: str | None = Field(default=None, description="来源, as printed")
    printed: tuple[str, ...] = Field(
        default=(), description="Its lines that neither title nor body hold whole, such as a title with its numbering; none in older records"
    )
    spans: tuple[Span, ...] = Field(default=(), description="Where title and body lie in the normalised text")


BoilerplateKind = Literal[
    "digest_title", "contents", "section", "greeting", "disclaimer", "advertisement",
    "qr_code", "credits", "earlier_issues", "footer", "other",
]  # fmt: skip


class Boilerplate(Record):
    """A piece of the normalised text that belongs to no item."""

    kind: BoilerplateKind
    start: int = Field(ge=0)
    end: int = Field(ge=0)


OtherKind = Literal[
    "digest_title", "contents", "section", "greeting", "disclaimer", "advertisement",
    "qr_code", "credits", "earlier_issues", "footer", "rest",
]  # fmt: skip


class Other(Record):
    """Text of a digest that no item holds: boilerplate by kind, and the rest, which belongs to nothing that was known."""

    kind: OtherKind
    text: str = Field(description="Its lines, each as printed")
    start: int | None = Field(default=None, ge=0, description="Where its first line begins in the normalised text; None for what stands beside it")
    end: int | None = Field(default=None, ge=0)
    after: int = Field(default=0, ge=0, description="Ordinal of the item that it stands behind, 0 before the first")


class DigestWarning(Record):
    """Something about a digest that a person should look at."""

    kind: Literal[
        "contents_missing", "contents_extra", "contents_differs", "whole_item", "undecodable_characters", "date_inferred",
        "text_outside", "layout_changed", "other",
    ]  # fmt: skip
    message: str


class Quarantine(Record):
    """Why a digest is held: by what was measured it is none, so a person decides."""

    code: str = Field(
        pattern=r"^[a-z][a-z_]*$", description="What it seems to be, such as `log`: see services.enrich.plausible; newer builds may know more"
    )
    message: str = Field(description="The same in English")
    figures: dict[str, float] = Field(default_factory=dict, description="What was measured, by name")
    beginning: str = Field(default="", description="Its first lines, so that a person can tell")


DateBasis = Literal["given", "title", "name", "url", "text", "received_at"]


class EnrichedDigest(Record):
    """A digest split into items with their entities: one message out for one in."""

    digest_id: DigestId
    source: SourceId
    media_type: MediaType
    revision: int = Field(ge=0)
    build: int = Field(ge=0, description="Number of the enrich code that made this: see shared.version")
    knowledge: int | None = Field(
        default=None, ge=0, description="Number of what was known of its source: see shared.sources; None in records from before it was told"
    )
    withdrawn: bool = False
    quarantine: Quarantine | None = Field(default=None, description="Why it is held, and has no items; None in records from before there was that")
    released: bool = Field(default=False, description="A person let it out of quarantine, or said so before it was judged")
    url: str | None = None
    title: str | None = None
    external_id: str | None = None
    key_name: str | None = Field(
        default=None,
        description="Name of the API key that fed it, took it back or released it; None where none was asked for, and in older records",
    )
    publisher: str | None = Field(default=None, description="Account or publisher, as the digest itself says")
    issue_number: str | None = Field(default=None, description="As printed in its title: 第6期, 2026年第3期, Vol.12")
    published_on: date | None = None
    published_on_basis: DateBasis | None = None
    received_at: datetime = Field(description="UTC")
    enriched_at: datetime = Field(description="UTC")
    length: int = Field(default=0, ge=0, description="Of the normalised text, in code points")
    sections: tuple[str, ...] = ()
    contents: tuple[str, ...] = Field(default=(), description="Titles of the contents list, where one is printed")
    items: tuple[Item, ...] = ()
    boilerplate: tuple[Boilerplate, ...] = ()
    others: tuple[Other, ...] = Field(default=(), description="All text outside items, in its order; none in older records")
    share: float | None = Field(default=None, ge=0, le=1, description="Of the visible characters, how many lie in items; None in older records")
    warnings: tuple[DigestWarning, ...] = ()
    confidence: float = Field(default=1.0, ge=0, le=1, description="How sure the splitter is")
    reasons: tuple[str, ...] = Field(default=(), description="What the splitter saw")


R = TypeVar("R", bound=BaseModel)


def read_record(model: type[R], data: bytes) -> R:
    """Validate JSON while dropping unknown fields at every level; raises Rejected with the first problem in plain words."""
    try:
        # Pydantic's extra="ignore" at validation time overrides the models' own "forbid", nested ones too.
        return model.model_validate_json(data, extra="ignore")
    except ValueError as error:
        raise Rejected("unknown_form", f"not a {model.__name__}: {_first_line(error)}") from error


def _first_line(error: ValueError) -> str:
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'value'}: {first['msg']}"
    return str(error).splitlines()[0]


def read_raw(header: bytes) -> RawDigest:
    """The RawDigest in the header of a raw record; raises Rejected if it isn't one."""
    return read_record(RawDigest, header)


def read_enriched(value: bytes) -> EnrichedDigest:
    """The EnrichedDigest in the value of an enriched record; raises Rejected if it isn't one."""
    return read_record(EnrichedDigest, value)
