"""TOML files in this folder → Profiles: what the splitter is told about publishers with odd habits. Read once, on first use.

Beside each NAME.toml lie NAME.example.txt (or .md, .html), a digest as that publisher prints it, and NAME.expected.json, the items that it has:
`jianbao test-profile NAME` and the tests compare them. The keys are those of services.enrich.split.profile.Profile.
"""

import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from services.enrich.blocks import Document
from services.enrich.split.profile import Profile, profile_of


def folder() -> Traversable:
    """Where the profiles and their examples lie."""
    return files(__package__)


@cache
def profiles() -> tuple[Profile, ...]:
    """All profiles, by name. Raises ValueError with the file's name for one that is not of the form."""
    found = []
    for file in sorted(folder().iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            try:
                found.append(profile_of(file.name.removesuffix(".toml"), tomllib.loads(file.read_text("utf-8"))))
            except ValueError as error:
                raise ValueError(f"profile {file.name}: {error}") from error
    return tuple(found)


def profile_for(source: str, document: Document) -> Profile | None:
    """The profile of a digest: the one that names its source, else the first whose fingerprint it bears, else none."""
    named = next((profile for profile in profiles() if source in profile.sources), None)
    return named or next((profile for profile in profiles() if profile.fits(document)), None)
