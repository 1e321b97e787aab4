"""A day or time as people write it → the moment in UTC at which it begins or ends. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(text: str, *, end: bool = False) -> datetime:
    """`2026-02-06` is that day in Asia/Shanghai: its beginning, or with `end` the next day's; a time without zone is Shanghai's too.

    Raises ValueError for any other form.
    """
    if len(text) == len("2026-02-06"):
        day = date.fromisoformat(text) + timedelta(days=1 if end else 0)
        return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
    when = datetime.fromisoformat(text)
    return (when if when.tzinfo else when.replace(tzinfo=SHANGHAI)).astimezone(UTC)
