"""How large tests are that can be of any size: small where somebody waits for them, large by `make test-long` or by a variable of the test's own."""

import os

LONG = bool(os.environ.get("JIANBAO_TEST_LONG"))
"""Whether this run takes its time."""


def size(variable: str, *, short: int, long: int) -> int:
    """The number that the environment variable gives, else the short or the long one as this run is."""
    return int(os.environ.get(variable) or (long if LONG else short))


def examples(*, short: int, long: int) -> int:
    """How many examples hypothesis tries."""
    return size("JIANBAO_TEST_EXAMPLES", short=short, long=long)
