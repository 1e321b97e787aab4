"""What the API says of failures: dead letters by kind, the quarantine beside them, and fetches that fail, as pydantic models. Pure."""

from datetime import datetime

from pydantic import Field

from services.search.models.dead_letters import KindAnswer, LetterAnswer
from services.search.models.search import Answer
from services.search.models.sourced import Sourced
from shared.dead_letters.kinds import Hope


class SourceCount(Answer, Sourced):
    """A source, and how many of a group's letters are its."""

    count: int


class WordingAnswer(Answer):
    """Letters of a group whose messages are alike but for numbers, ids and quoted values."""

    shape: str = Field(examples=["the digest's text has … characters, more than the … that are read"])
    count: int
    last_at: datetime
    newest: str = Field(examples=["2/17"])


class FailureAnswer(Answer):
    """Dead letters of one stage with one error."""

    stage: str = Field(examples=["enrich"])
    error: str = Field(examples=["too_large"])
    kind: KindAnswer
    hope: Hope = Field(description="The best that a retry of one of them promises; newer: a newer build runs; with no it takes force")
    count: int
    retrying: int = Field(description="Sent again, and nothing has come of it yet")
    retryable: int = Field(description="What POST /api/dead/retry with this stage and error would send, over all its calls")
    first_at: datetime
    last_at: datetime
    sources: int
    top_sources: tuple[SourceCount, ...] = Field(description="Those with the most letters")
    wordings: tuple[WordingAnswer, ...] = Field(description="Those with the most letters")
    other_wordings: int = Field(description="How many there are beside these")
    builds: tuple[str, ...] = Field(examples=[("0.1.0 build 7",)], description="Of the code that gave up")
    sample: LetterAnswer = Field(description="The newest")


class HeldAnswer(Answer):
    """Digests in quarantine."""

    total: int = Field(description="As the pipeline was last measured")
    counts: dict[str, int] = Field(description="By reason; empty where the index does not answer", examples=[{"log": 3}])


class FetchFailure(Answer, Sourced):
    """A source whose last fetch failed."""

    kind: str = Field(examples=["feed"])
    paused: bool = Field(description="It is fetched no more until somebody changes the source")
    failures: int = Field(description="In a row")
    error: str
    at: datetime | None = Field(default=None, description="UTC, of the last try")
    next_at: datetime | None = None


class FailuresAnswer(Answer):
    """Everything that could not be processed and waits for somebody."""

    total: int = Field(description="Dead letters that were asked for")
    groups: tuple[FailureAnswer, ...] = Field(description="The largest first")
    other_groups: int = Field(description="How many there are beside these")
    complete: bool = Field(description="false while letters are still being read after a start")
    quarantine: HeldAnswer
    fetching: tuple[FetchFailure, ...]
    other_fetching: int = Field(description="How many there are beside these")
