"""What the API says of dead letters and takes for them, as pydantic models with examples. Pure."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from services.search.models.search import Answer
from services.search.models.sourced import Sourced
from shared.dead_letters.groups import Group
from shared.dead_letters.kinds import Hope, Kind, Retry, Running, hope, kind
from shared.dead_letters.letter import Letter
from shared.dead_letters.register import Register
from shared.dead_letters.selection import Filter
from shared.dead_letters.state import ACTIVE, STATES, State
from shared.operations import Operation
from shared.text.dates import moment

_DIGEST = "b2d4f6a8c0e1f3a5b7c9d1e3f5a7b9c1"

AT_ONCE = 1000
"""Letters that one call does something with: some seconds' work."""

Word = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)]


class DeadFilter(BaseModel):
    """Which dead letters; all that is given must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Literal["ingest", "enrich", "index", "?"] | None = Field(default=None, description="环节", examples=["enrich"])
    error: Word | None = Field(default=None, description="错误", examples=["undecodable"])
    source: Word | None = Field(default=None, description="来源")
    digest: Word | None = Field(default=None, description="简报编号")
    since: Word | None = Field(default=None, description="不早于:日期或时间(北京时间),或 30m、2h、3d 之前")
    until: Word | None = Field(default=None, description="不晚于")
    state: Literal["open", "retrying", "solved", "superseded", "discarded", "all"] | None = Field(
        default=None, description="状态;不给则为待处理的(open 与 retrying)"
    )

    shape: Word | None = Field(default=None, description="说明中相同的部分，见 /api/failures 的 wordings")

    @field_validator("stage", "error", "source", "digest", "since", "until", "state", "shape", mode="before")
    @classmethod
    def _blank_is_absent(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("since", "until")
    @classmethod
    def _is_a_time(cls, value: str | None) -> str | None:
        if value is not None:
            moment(value, now=datetime.now(UTC))
        return value

    def filter(self) -> Filter:
        """As the selection takes it."""
        now = datetime.now(UTC)
        states: tuple[State, ...] = STATES if self.state == "all" else ACTIVE if self.state is None else (self.state,)
        since = moment(self.since, now=now) if self.since else None
        until = moment(self.until, now=now, end=True) if self.until else None
        return Filter(self.stage, self.error, self.source, self.digest, since, until, states, self.shape)

    @property
    def given(self) -> dict[str, str]:
        """The parameters that say something."""
        return {name: value for name in DeadFilter.model_fields if (value := getattr(self, name)) is not None}


class DeadQuery(DeadFilter):
    """A page of the list."""

    limit: int = Field(default=50, ge=1, le=500, description="每页封数")
    skip: int = Field(default=0, ge=0, le=10_000_000, description="跳过前多少封")


class ActionRequest(DeadFilter):
    """Which letters, and how: letters by name, or a filter, or all."""

    letters: tuple[Annotated[str, StringConstraints(pattern=r"^\d{1,9}/\d{1,18}$")], ...] = Field(
        default=(), max_length=AT_ONCE, description="死信的位置,如 2/17", examples=[["2/17"]]
    )
    all: bool = Field(default=False, description="既不给位置也不给条件时,须写明是全部")
    dry_run: bool = Field(default=False, description="只说会做什么")
    force: bool = Field(default=False, description="已试满次数、已处理或正在处理的也再送一次(仅重新处理)")
    reason: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] | None = Field(default=None, description="原因,记入历史")

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        narrow = set(self.given) - {"state"}
        if self.letters and (narrow or self.all):
            raise ValueError("name letters, or say by filters which: not both")
        if not self.letters and not narrow and not self.all:
            raise ValueError("name letters, say by filters which, or set all")
        return self


class SentencesAnswer(Answer):
    """What an error means, in one language."""

    title: str
    cause: str
    action: str


class KindAnswer(Answer):
    """What one error of one stage means to an operator."""

    retry: Retry = Field(description="now: transient; after: once its action is done; no: permanent, to the build that gave up")
    chinese: SentencesAnswer
    english: SentencesAnswer


class OperationAnswer(Answer):
    """Who did what when."""

    action: str = Field(examples=["retry"])
    outcome: str = Field(examples=["done"])
    by: str = Field(examples=["key 9f86d081"])
    at: datetime
    reason: str | None = None
    detail: str = ""


class LetterAnswer(Answer, Sourced):
    """A dead letter without its bytes."""

    place: str = Field(examples=["2/17"], description="partition/offset in the dead topic: its name")
    state: State
    tries: int = Field(description="How often it was sent again")
    newer: str | None = Field(default=None, description="The letter that stands for a superseded one")
    parent: str | None = Field(default=None, description="The letter that was sent again and died as this one")
    stage: str = Field(examples=["enrich"])
    error: str = Field(examples=["undecodable"])
    message: str
    digest_id: str = Field(examples=[_DIGEST])
    source: str
    revision: int | None
    origin: str = Field(examples=["digests.raw.v1/0/1234"], description="topic/partition/offset before it died")
    at: datetime
    first_at: datetime
    attempts: int
    code: str
    size: int = Field(description="Bytes")


class GroupAnswer(Answer):
    """Letters of one stage with one error."""

    stage: str = Field(examples=["enrich"])
    error: str = Field(examples=["undecodable"])
    count: int
    retrying: int
    retryable: int = Field(description="What a retry without force would send")
    sources: int
    first_at: datetime
    last_at: datetime
    newest: str = Field(examples=["2/17"])
    message: str = Field(description="Of the newest")


class LettersAnswer(Answer):
    """A page of letters, newest first, and the groups of all that were asked for."""

    total: int
    letters: tuple[LetterAnswer, ...]
    groups: tuple[GroupAnswer, ...]
    complete: bool = Field(description="false while letters are still being read after a start")


class HeaderAnswer(Answer):
    """An original header."""

    name: str
    value: str = Field(description="Its beginning; bytes that are no text as \\x..")


class WholeLetter(LetterAnswer):
    """All that is known of a letter."""

    headers: tuple[HeaderAnswer, ...]
    kind: KindAnswer
    hope: Hope = Field(description="Whether a retry can help now; newer: as a newer build runs; with no it takes force")
    beginning: str = Field(description="Of the original bytes, control characters escaped")
    history: tuple[OperationAnswer, ...]
    earlier: tuple[LetterAnswer, ...] = Field(description="The letters that it follows, oldest first")


class RefusedAnswer(Answer):
    """A letter that nothing was done with."""

    place: str
    why: str


class DoneAnswer(Answer):
    """What was done, or with dry_run would be."""

    dry_run: bool
    count: int
    letters: tuple[str, ...]
    refused: tuple[RefusedAnswer, ...] = Field(description=f"The first {AT_ONCE}")
    refused_total: int = Field(default=0, description="All of them")
    remaining: int = Field(description=f"Beyond the {AT_ONCE} of one call: call again")


class RunAnswer(Answer):
    """How far a run is that retries letters in the background."""

    id: str
    state: Literal["running", "done", "stopped", "failed"]
    total: int = Field(description="Letters that it sends")
    sent: int
    left_out: int = Field(description="Letters that were dealt with, or deleted by Kafka, in the meantime")
    refused: int = Field(description="Letters that were asked for and are not sent")
    by: str
    at: datetime = Field(description="UTC, when it began")
    error: str | None = Field(default=None, description="Why it failed, in Chinese")


def letter_facts(letter: Letter, register: Register) -> dict[str, Any]:
    """A letter as LetterAnswer takes it."""
    standing = register.standing(letter.place)
    facts = {name: getattr(letter, name) for name in LetterAnswer.model_fields if hasattr(letter, name)}
    named = {"place": str(letter.place), "parent": str(letter.parent) if letter.parent else None}
    return facts | named | {"state": standing.state, "tries": standing.tries, "newer": str(standing.newer) if standing.newer else None}


def kind_answer(one: Kind) -> KindAnswer:
    """What an error means, for the API."""
    chinese, english = SentencesAnswer(**one.chinese._asdict()), SentencesAnswer(**one.english._asdict())
    return KindAnswer(retry=one.retry, chinese=chinese, english=english)


def meaning(letter: Letter) -> dict[str, Any]:
    """What a letter's error means, and whether retrying it can help now."""
    return {"kind": kind_answer(kind(letter.stage, letter.error)), "hope": hope(letter, Running())}


def group_answer(group: Group) -> GroupAnswer:
    """A group for the API."""
    facts = {name: getattr(group, name) for name in GroupAnswer.model_fields}
    return GroupAnswer(**facts | {"newest": str(group.newest)})


def operation_answer(operation: Operation) -> OperationAnswer:
    """An operation for the API."""
    return OperationAnswer(**{name: getattr(operation, name) for name in OperationAnswer.model_fields})
