"""Moments with their zones → days in Shanghai."""

import pytest

from services.enrich.published.moments import in_shanghai


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-02-05T18:30:00Z", "2026-02-06"),
        ("2026-02-05T15:59:59.999Z", "2026-02-05"),
        ("2026-02-05T16:00:00.000000000Z", "2026-02-06"),
        ("2026-02-05 18:30 UTC", "2026-02-06"),
        ("2026-02-05 18:30:00 +0000", "2026-02-06"),
        ("2026-02-06T00:30:00+09:00", "2026-02-05"),
        ("2026-02-05T18:30:00", "2026-02-05T18:30:00"),
        ("Thu, 05 Feb 2026 18:30:00 GMT", "2026-02-06"),
        ("Thu, 05 Feb 2026 18:30:00 +0000 (UTC)", "2026-02-06 (UTC)"),
        ("Thu, 05 Feb 2026 18:30:00 -0000", "2026-02-06"),
        ("Thu, 5 Feb 2026 18:30 UT", "2026-02-06"),
        ("Thu, 05 Feb 2026 18:30:00 +0800", "2026-02-05"),
        ("Thu, 05 Feb 2026 18:30:00", "2026-02-05"),
        ("5 Feb 2026", "2026-02-05"),
        ("Thu Feb 05 18:30:00 CST 2026", "2026-02-05"),
        ("Thu Feb  5 18:30:00 UTC 2026", "2026-02-06"),
        ("发布于 2026-02-05T18:30:00Z，来源：某报", "发布于 2026-02-06，来源：某报"),
        ("Thu, 35 Feb 2026 18:30:00 GMT", "Thu, 35 Feb 2026 18:30:00 GMT"),
        ("2026-02-30T18:30:00Z", "2026-02-30T18:30:00Z"),
        ("9999-12-31T23:30:00Z", "9999-12-31T23:30:00Z"),
    ],
)
def test_a_moment_with_its_zone_is_a_day_in_shanghai(said: str, day: str) -> None:
    """CST is China's; what says no zone, and what is no time, stays as it is."""
    assert in_shanghai(said) == day
