"""The answers about a digest's revisions as pydantic models. Pure."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, computed_field

from services.search.models.sourced import Sourced

PieceKind = Literal["same", "removed", "added"]


class Answer(BaseModel):
    """A frozen value."""

    model_config = ConfigDict(frozen=True)


class RevisionAnswer(Answer):
    """One revision of a digest, and where its record lies."""

    revision: int = Field(examples=[1770336000000])
    build: int = Field(examples=[12])
    knowledge: int | None = Field(default=None, description="Number of what was known of its source; null in older records", examples=[2])
    at: str | None = Field(default=None, description="When it was received, UTC")
    items: int = Field(default=0, examples=[9])
    withdrawn: bool = False
    quarantined: bool = False
    partition: int = Field(description="Of the enriched topic")
    offset: int
    kept: bool | None = Field(default=None, description="Whether Kafka still has it; null where that was not asked or Kafka is away")

    @computed_field(description="For `from` and `to` of a comparison")  # type: ignore[prop-decorator]  # pydantic's own way, which mypy does not know
    @property
    def version(self) -> str:
        """Revision, build and, where the source was taught, knowledge in one word."""
        return f"{self.revision}-{self.build}" + (f".{self.knowledge}" if self.knowledge else "")


class RevisionsAnswer(Answer):
    """The last revisions of a digest, the newest first."""

    digest_id: str
    revisions: tuple[RevisionAnswer, ...] = ()


class Piece(Answer):
    """A run of text that stays, went or came."""

    kind: PieceKind
    text: str


class ItemLine(Answer):
    """An item of one of the revisions alone."""

    item_id: str
    ordinal: int
    headline: str


class FieldChange(Answer):
    """What is said of an item otherwise than before."""

    name: str = Field(examples=["栏目"])
    before: str | None = None
    after: str | None = None


class ChangedItem(ItemLine):
    """An item of both, as it is in the later one."""

    title: tuple[Piece, ...] = Field(default=(), description="Empty where it is the same")
    body: tuple[Piece, ...] = Field(default=(), description="Empty where it is the same")
    fields: tuple[FieldChange, ...] = ()


class DiffAnswer(Answer, Sourced):
    """What one revision has otherwise than an earlier one."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    digest_id: str
    source: str
    digest_title: str | None = None
    from_: RevisionAnswer = Field(alias="from")
    to: RevisionAnswer
    revisions: tuple[RevisionAnswer, ...] = Field(description="All that can be compared, the newest first")
    added: tuple[ItemLine, ...] = ()
    removed: tuple[ItemLine, ...] = ()
    changed: tuple[ChangedItem, ...] = ()
    unchanged: int = 0
