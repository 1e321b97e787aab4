"""The words that rules are made of, read from `data/lexicon.toml`. Pure."""

import tomllib
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("services.enrich.data") / "lexicon.toml").read_text("utf-8"))


def lexicon(module: str, name: str) -> list[str]:
    """The words of one list; raises KeyError if there is no such list."""
    return _all()[module][name].split()
