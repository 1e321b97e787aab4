"""Taxonomy files in (TOML, written by a domain person), one compiled scan for each source out, or plain words on what is wrong in them. Pure.

`data/taxonomies/<name>.toml` says what its topics are called and which words say them; energy.toml explains the form, in Chinese. A source that a
file names in `sources` is classified by that file; any other by the one that says "*". `otherwise` names the file asked where nothing fits.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, get_args

from services.enrich.entities.words import Scanner
from shared.errors import Misconfigured
from shared.records import EntityType

EVERY = "*"
GAP = "…"
"""Between two words of a pair: `屋顶…发电`."""

_FILE_KEYS = {"sources", "otherwise", "ignore", "topics"}
_TOPIC_KEYS = {"words", "weak", "entities"}


@dataclass(frozen=True)
class Taxonomy:
    """One file, checked."""

    name: str
    sources: tuple[str, ...]
    otherwise: str | None
    ignore: tuple[str, ...]
    topics: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    """Topic → its words and its weak words, in the file's order"""
    kinds: Mapping[str, tuple[str, ...]]
    """Kind of entity → topics that a mention of it says"""


@dataclass(frozen=True)
class Lexicon:
    """A taxonomy and, where it has one, the one asked otherwise: all their words in one scan."""

    scan: Scanner
    says: Mapping[str, tuple[tuple[str, bool], ...]]
    """Word → (topic, strong)"""
    pairs: Mapping[str, tuple[tuple[str, str, tuple[tuple[str, bool], ...]], ...]]
    """First word of a pair → (second word, as written, what it says)"""
    pieces: Mapping[str, tuple[str, ...]]
    """Word → the words of pairs that it is or begins with: the scan gives the longest only"""
    latin: frozenset[str]
    """Words that begin or end with a Latin letter, and must stand by themselves"""
    kinds: Mapping[str, tuple[str, ...]]
    """Kind of entity → topics that a mention of it says"""
    order: Mapping[str, int]
    first: frozenset[str]
    """Topics of the taxonomy itself, without those of the one asked otherwise"""


def parse(name: str, text: str) -> Taxonomy:
    """A taxonomy of TOML text. Raises Misconfigured with file, topic and word in plain words."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"taxonomy {name}.toml is not TOML: {error}") from error
    _known(name, "the file", table, _FILE_KEYS)
    topics = table.get("topics")
    if not isinstance(topics, dict) or not topics:
        raise Misconfigured(f'taxonomy {name}.toml has no topics: write [topics."碳市场"] and words below it')
    otherwise = table.get("otherwise")
    if otherwise is not None and not isinstance(otherwise, str):
        raise Misconfigured(f"taxonomy {name}.toml: otherwise must be the name of another taxonomy, in quotes")
    return Taxonomy(
        name,
        _words(name, "sources", table.get("sources", []), shortest=1),
        otherwise,
        _words(name, "ignore", table.get("ignore", [])),
        {topic: _topic(name, topic, lists) for topic, lists in topics.items()},
        _kinds(name, topics),
    )


def _kinds(name: str, topics: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    known, found = get_args(EntityType), dict[str, tuple[str, ...]]()
    for topic, lists in topics.items():
        for kind in _words(name, f"topic {topic}: entities", lists.get("entities", [])):
            if kind not in known:
                raise Misconfigured(f"taxonomy {name}.toml, topic {topic}: there is no kind of entity {kind}; there are {', '.join(known)}")
            found[kind] = (*found.get(kind, ()), topic)
    return found


def _topic(name: str, topic: str, lists: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not topic.strip():
        raise Misconfigured(f"taxonomy {name}.toml has a topic without a name")
    if not isinstance(lists, dict):
        raise Misconfigured(f"taxonomy {name}.toml, topic {topic}: write words = [...] below its heading")
    _known(name, f"topic {topic}", lists, _TOPIC_KEYS)
    words, weak = (_words(name, f"topic {topic}: {key}", lists.get(key, [])) for key in ("words", "weak"))
    if not words and not weak:
        raise Misconfigured(f"taxonomy {name}.toml, topic {topic} has no words: give it some or delete it")
    return words, weak


def _known(name: str, where: str, table: Mapping[str, Any], keys: set[str]) -> None:
    if unknown := sorted(set(table) - keys):
        raise Misconfigured(f"taxonomy {name}.toml, {where}: unknown {', '.join(unknown)}; there are {', '.join(sorted(keys))}")


def _words(name: str, where: str, words: Any, *, shortest: int = 2) -> tuple[str, ...]:
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise Misconfigured(f'taxonomy {name}.toml, {where} must be a list of words in quotes: ["碳市场", "碳交易"]')
    for word in words:
        parts = word.split(GAP)
        if len(parts) > 2 or any(len(part.strip()) < shortest for part in parts) or word != word.strip():
            raise Misconfigured(
                f"taxonomy {name}.toml, {where}: {word!r} is empty, has spaces around it, or is shorter than {shortest} characters "
                f"(both sides of {GAP}, which may stand once)"
            )
    if double := sorted({word for word in words if words.count(word) > 1}):
        raise Misconfigured(f"taxonomy {name}.toml, {where}: {', '.join(double)} is there twice")
    return tuple(words)


def check(taxonomies: Mapping[str, Taxonomy]) -> None:
    """Raise Misconfigured unless the files fit together: each source in one, `otherwise` there and without a circle, one for "*"."""
    claimed: dict[str, str] = {}
    for taxonomy in taxonomies.values():
        for source in taxonomy.sources:
            if source in claimed:
                raise Misconfigured(f"taxonomies {claimed[source]}.toml and {taxonomy.name}.toml both name source {source}: leave it in one")
            claimed[source] = taxonomy.name
        if taxonomy.otherwise is not None and taxonomy.otherwise not in taxonomies:
            raise Misconfigured(f"taxonomy {taxonomy.name}.toml: there is no {taxonomy.otherwise}.toml to ask otherwise")
        if taxonomy.otherwise is not None and taxonomies[taxonomy.otherwise].otherwise is not None:
            raise Misconfigured(f"taxonomy {taxonomy.name}.toml asks {taxonomy.otherwise}.toml otherwise, which asks yet another: one step only")
    if EVERY not in claimed:
        raise Misconfigured('no taxonomy is for every source: one of them must say sources = ["*"]')


def compiled(taxonomy: Taxonomy, otherwise: Taxonomy | None) -> Lexicon:
    """The scan for a taxonomy's words and those of the one asked otherwise."""
    both = (taxonomy, *([otherwise] if otherwise else []))
    says: dict[str, list[tuple[str, bool]]] = {}
    for taken in both:
        for topic, lists in taken.topics.items():
            for words, strong in zip(lists, (True, False), strict=True):
                for word in words:
                    says.setdefault(word, []).append((topic, strong))
    pairs: dict[str, list[tuple[str, str, tuple[tuple[str, bool], ...]]]] = {}
    parts: set[str] = set()
    for word in (word for word in says if GAP in word):
        before, _, after = word.partition(GAP)
        pairs.setdefault(before, []).append((after, word, tuple(says[word])))
        parts |= {before, after}
    every = {word for word in says if GAP not in word} | parts | {word for taken in both for word in taken.ignore}
    return Lexicon(
        scan=Scanner(every),
        says={word: tuple(said) for word, said in says.items()},
        pairs={word: tuple(found) for word, found in pairs.items()},
        pieces={word: found for word in every if (found := tuple(part for n in range(2, len(word) + 1) if (part := word[:n]) in parts))},
        latin=frozenset(word for word in every if any(end.isascii() and end.isalpha() for end in (word[0], word[-1]))),
        kinds={kind: tuple(topic for taken in both for topic in taken.kinds.get(kind, ())) for kind in get_args(EntityType)},
        order={topic: n for n, topic in enumerate(topic for taken in both for topic in taken.topics)},
        first=frozenset(taxonomy.topics),
    )


@lru_cache(maxsize=1)
def taxonomies() -> Mapping[str, Taxonomy]:
    """The files by name, checked. Raises Misconfigured."""
    folder = files("services.enrich.data") / "taxonomies"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    found = {name[:-5]: parse(name[:-5], (folder / name).read_text("utf-8")) for name in names}
    check(found)
    return found


@lru_cache(maxsize=64)
def lexicon(source: str | None) -> Lexicon:
    """The compiled taxonomy for a source; None is a source that no file names."""
    by_source = {name: taxonomy for taxonomy in taxonomies().values() for name in taxonomy.sources}
    taxonomy = by_source.get(source or EVERY, by_source[EVERY])
    return _compiled(taxonomy.name)


@lru_cache(maxsize=16)
def _compiled(name: str) -> Lexicon:
    taxonomy = taxonomies()[name]
    return compiled(taxonomy, taxonomies()[taxonomy.otherwise] if taxonomy.otherwise else None)
