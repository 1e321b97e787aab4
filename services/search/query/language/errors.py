"""What is wrong with a query → an error that says where, why and how to mend it. Pure."""

from services.search.errors import SearchError


class QueryError(SearchError):
    """A query that can't be read without guessing."""

    status = 400
    code = "bad_query"

    def __init__(self, message: str, chinese: str, position: int, length: int = 1, suggestion: str | None = None) -> None:
        """`position` and `length` in code points of the query; `suggestion` is a query that can be read."""
        super().__init__(message)
        self.message = message
        self.chinese = chinese
        self.position = position
        self.length = length
        self.suggestion = suggestion
