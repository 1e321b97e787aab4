"""Why a document could not be fetched."""

from shared.errors import JianbaoError


class FetchFailed(JianbaoError):
    """A document was not fetched.

    `kind` is one snake_case word for counting and for tests; `lasting` says that trying again gives the same; `retry_after` is in seconds,
    where the server named a time.
    """

    def __init__(self, kind: str, message: str, *, lasting: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.lasting = lasting
        self.retry_after = retry_after
