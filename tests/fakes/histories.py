"""The digests of sources as a test says they are."""

from datetime import UTC, date, datetime, timedelta

from shared.errors import Unavailable
from shared.freshness.history import History
from shared.freshness.judge import Issue


class FakeHistories:
    """`away` says that Elasticsearch is not there."""

    def __init__(self, **histories: History) -> None:
        self.found = histories
        self.away = False

    async def all(self) -> dict[str, History]:
        """By source."""
        if self.away:
            raise Unavailable("Elasticsearch does not answer (fake)")
        return self.found


def weekly(last: date, *, issues: int = 6, items: int = 10, number: int | None = None) -> History:
    """So many weekly issues up to that day, received at noon in Shanghai; `number` is the last one's."""
    made = [
        Issue(
            f"{at:032x}",
            datetime(day.year, day.month, day.day, 4, tzinfo=UTC),
            day,
            items,
            f"第{number - at}期" if number else None,
        )
        for at, day in ((at, last - timedelta(days=7 * at)) for at in range(issues))
    ]
    return History(issues, issues * items, made[0].received_at, tuple(made))
