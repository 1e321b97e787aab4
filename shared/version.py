"""The numbers that this code is known by: the installed package's version, and the build of enrich. Pure."""

from importlib.metadata import PackageNotFoundError, version

BUILD = 7
"""The number of the enrich code, part of every version that it writes. It only ever rises: with every change of splitter, extractors,
taxonomy or gazetteers, and for a rollback too, so that what the newer code says replaces what the older one said. Others compare it with
the build that gave up on a digest."""


def installed() -> str:
    """Return the version, such as "0.1.0"; "unknown" where the code runs from a folder that was never installed.

    pyproject.toml alone states it.
    """
    try:
        return version("jianbao")
    except PackageNotFoundError:
        return "unknown"
