"""Errors by what happens next. Pure.

JianbaoError
├── Rejected        the input is at fault and will stay so: answer 4xx, or a dead letter
├── Unavailable     something we need is away: answer 503, or try again in place
│   └── Refused     it is there and does not take us: the same, and a person must act meanwhile
└── Misconfigured   a person must act: say what to do, stop or turn red, lose nothing
"""

from collections.abc import Mapping


class JianbaoError(Exception):
    """Any error that we raise on purpose; its message is in plain words and says what to do."""


class Rejected(JianbaoError):
    """The input can't be taken, now or later.

    `kind` is one snake_case word that dead letters and metrics are grouped by, such as `undecodable`.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.more: Mapping[str, object] = {}
        """What programs may want to know beside: the field that is wrong, what is there instead"""

    def __reduce__(self) -> tuple[type["Rejected"], tuple[str, str]]:
        """Both arguments, so that the error survives the way back from a child process."""
        return type(self), (self.kind, self.message)


class Unavailable(JianbaoError):
    """Kafka, Elasticsearch or a service does not answer; `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Refused(Unavailable):
    """A login, a certificate or a right that is not taken; the message says which setting to change. What waits goes on once it is mended."""


class Misconfigured(JianbaoError):
    """A setting, a permission or a missing piece that only a person can mend."""
