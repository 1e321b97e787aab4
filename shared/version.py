"""The installed package's version, which pyproject.toml alone states. Pure."""

from importlib.metadata import PackageNotFoundError, version


def installed() -> str:
    """Return the version, such as "0.1.0"; "unknown" where the code runs from a folder that was never installed."""
    try:
        return version("jianbao")
    except PackageNotFoundError:
        return "unknown"
