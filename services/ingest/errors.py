"""The error that only this service has; the others are in shared.errors. Pure."""

from collections.abc import Mapping

from shared.errors import JianbaoError


class Refusal(JianbaoError):
    """A request that is refused for what it is, not for its digest or key: too slow, a page of another site.

    `status` and `headers` are those of the answer, `code` is the error's one word.
    """

    def __init__(self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
