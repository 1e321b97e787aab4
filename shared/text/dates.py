"""A day or time as people write it in Asia/Shanghai → UTC, and back. Pure."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_AGO = re.compile(r"(\d{1,6})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def moment(text: str, *, now: datetime | None = None, end: bool = False) -> datetime:
    """Return the moment of `2026-02-06` or `2026-02-06T08:00`, or where `now` is given of `30m`, `2h`, `3d` ago.

    A day is its beginning, or with `end` its end; a time without a zone is Shanghai's. Raises ValueError in plain words.
    """
    ago = _AGO.fullmatch(text) if now else None
    try:
        if ago and now:
            return now - int(ago[1]) * _UNITS[ago[2]]
        if text.isdigit():  # ISO 8601 has it too, but nobody means it
            raise ValueError(text)
        if len(text) == len("2026-02-06"):
            day = date.fromisoformat(text) + timedelta(days=1 if end else 0)
            return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)
        time = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        ways = "a day (2026-02-06), a time (2026-02-06T08:00)" + (", or how long ago (30m, 2h, 3d)" if now else "")
        raise ValueError(f"{text!r} is no time: give {ways}") from error
    return (time if time.tzinfo else time.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def shown(time: datetime) -> str:
    """In Asia/Shanghai to the second."""
    return time.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
