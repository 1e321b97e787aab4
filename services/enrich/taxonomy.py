"""Taxonomy files in (TOML, written by a domain person), one compiled scan for each source out, or plain words on what is wrong in them. Pure.

`data/taxonomies/<name>.toml` says what its topics are called and which words say them; energy.toml explains the form, in Chinese. A source that a
file names in `sources` is classified by that file; any other by the one of those that say "*" which fits the digest (services.enrich.fit).
`otherwise` names the file asked where nothing fits.
"""

import tomllib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple, get_args

from services.enrich.entities.words import Scanner
from shared.errors import Misconfigured
from shared.records import EntityType

EVERY = "*"
GAP = "…"
"""Between two words of a pair: `屋顶…发电`."""

BESIDE = 2.5
"""Topics of the taxonomy asked otherwise stand beside a taxonomy's own only if they weigh this many times as much."""

SHARE = 0.35
"""A topic stands if it has this share of the weightiest one's: a word in passing is no topic.
On the tuning items macro F1 is 0.87 with 0.2, 0.92 with 0.35 and 0.4."""

_FILE_KEYS = {"sources", "otherwise", "beside", "share", "ignore", "topics", "types"}
_TOPIC_KEYS = {"words", "weak", "sections", "entities"}
_TYPE_KEYS = {"words", "weak", "sections"}


class Said(NamedTuple):
    """What says a topic or a type of document."""

    words: tuple[str, ...]
    weak: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    """Words of a section's name"""


@dataclass(frozen=True)
class Taxonomy:
    """One file, checked."""

    name: str
    sources: tuple[str, ...]
    otherwise: str | None
    ignore: tuple[str, ...]
    topics: Mapping[str, Said]
    """In the file's order"""
    kinds: Mapping[str, tuple[str, ...]]
    """Kind of entity → topics that a mention of it says"""
    beside: float = BESIDE
    share: float = SHARE
    types: Mapping[str, Said] = field(default_factory=dict)
    """Types of documents beside those of services.enrich.doc_type, in the file's order"""


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
    beside: float
    share: float
    sections: tuple[tuple[str, str], ...]
    """(word of a section's name, topic)"""
    types: "Lexicon | None" = None
    """The same for types of documents, where the taxonomy has any"""


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
        {topic: _said(name, f"topic {topic}", lists, _TOPIC_KEYS) for topic, lists in topics.items()},
        _kinds(name, topics),
        _number(name, "beside", table.get("beside", BESIDE)),
        _number(name, "share", table.get("share", SHARE)),
        _types(name, table.get("types", {})),
    )


def _number(name: str, key: str, number: Any) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float) or number <= 0:
        raise Misconfigured(f"taxonomy {name}.toml: {key} must be a number above 0")
    return float(number)


def _types(name: str, types: Any) -> dict[str, Said]:
    if not isinstance(types, dict):
        raise Misconfigured(f'taxonomy {name}.toml: write types as [types."融资"] and words below it')
    return {kind: _said(name, f"type {kind}", lists, _TYPE_KEYS) for kind, lists in types.items()}


def _kinds(name: str, topics: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    known, found = get_args(EntityType), dict[str, tuple[str, ...]]()
    for topic, lists in topics.items():
        for kind in _words(name, f"topic {topic}: entities", lists.get("entities", [])):
            if kind not in known:
                raise Misconfigured(f"taxonomy {name}.toml, topic {topic}: there is no kind of entity {kind}; there are {', '.join(known)}")
            found[kind] = (*found.get(kind, ()), topic)
    return found


def _said(name: str, where: str, lists: Any, keys: set[str]) -> Said:
    if not where.partition(" ")[2].strip():
        raise Misconfigured(f"taxonomy {name}.toml has a {where.strip()} without a name")
    if not isinstance(lists, dict):
        raise Misconfigured(f"taxonomy {name}.toml, {where}: write words = [...] below its heading")
    _known(name, where, lists, keys)
    said = Said(*(_words(name, f"{where}: {key}", lists.get(key, [])) for key in Said._fields))
    if not any(said):
        raise Misconfigured(f"taxonomy {name}.toml, {where} has no words: give it some or delete it")
    return said


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
    """Raise Misconfigured unless the files fit together: each source in one, `otherwise` another file, at least one for "*"."""
    claimed: dict[str, str] = {}
    for taxonomy in taxonomies.values():
        for source in taxonomy.sources:
            if source in claimed and source != EVERY:
                raise Misconfigured(f"taxonomies {claimed[source]}.toml and {taxonomy.name}.toml both name source {source}: leave it in one")
            claimed[source] = taxonomy.name
        if taxonomy.otherwise is not None and taxonomy.otherwise not in taxonomies:
            raise Misconfigured(f"taxonomy {taxonomy.name}.toml: there is no {taxonomy.otherwise}.toml to ask otherwise")
        if taxonomy.otherwise == taxonomy.name:
            raise Misconfigured(f"taxonomy {taxonomy.name}.toml asks itself otherwise: name another file")
    if EVERY not in claimed:
        raise Misconfigured('no taxonomy is for every source: one of them must say sources = ["*"]')


def compiled(taxonomy: Taxonomy, otherwise: Taxonomy | None) -> Lexicon:
    """The scan for a taxonomy's words and those of the one asked otherwise, whose weak words say nothing here."""
    topics = {topic: [said] for topic, said in taxonomy.topics.items()}
    for topic, said in otherwise.topics.items() if otherwise else ():
        topics.setdefault(topic, []).append(said._replace(weak=(), sections=()))
    both = (taxonomy, *([otherwise] if otherwise else []))
    return _lexicon(
        topics,
        ignore={word for taken in both for word in taken.ignore},
        kinds={kind: tuple(dict.fromkeys(topic for taken in both for topic in taken.kinds.get(kind, ()))) for kind in get_args(EntityType)},
        first=frozenset(taxonomy.topics),
        beside=taxonomy.beside,
        share=taxonomy.share,
        types=_lexicon({kind: [said] for kind, said in taxonomy.types.items()}, first=frozenset(taxonomy.types)) if taxonomy.types else None,
    )


def _lexicon(
    named: Mapping[str, Sequence[Said]],
    *,
    first: frozenset[str],
    ignore: Set[str] = frozenset(),
    kinds: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    beside: float = BESIDE,
    share: float = SHARE,
    types: Lexicon | None = None,
) -> Lexicon:
    says: dict[str, dict[str, bool]] = {}
    for name, every in named.items():
        for said in every:
            for words, strong in ((said.words, True), (said.weak, False)):
                for word in words:
                    says.setdefault(word, {}).setdefault(name, strong)
    pairs: dict[str, list[tuple[str, str, tuple[tuple[str, bool], ...]]]] = {}
    parts: set[str] = set()
    for word in (word for word in says if GAP in word):
        before, _, after = word.partition(GAP)
        pairs.setdefault(before, []).append((after, word, tuple(says[word].items())))
        parts |= {before, after}
    words_alone = {word for word in says if GAP not in word} | parts | ignore
    return Lexicon(
        scan=Scanner(words_alone),
        says={word: tuple(said.items()) for word, said in says.items()},
        pairs={word: tuple(found) for word, found in pairs.items()},
        pieces={word: found for word in words_alone if (found := tuple(part for n in range(2, len(word) + 1) if (part := word[:n]) in parts))},
        latin=frozenset(word for word in words_alone if any(end.isascii() and end.isalpha() for end in (word[0], word[-1]))),
        kinds=kinds,
        order={name: n for n, name in enumerate(named)},
        first=first,
        beside=beside,
        share=share,
        sections=tuple((word, name) for name, every in named.items() for said in every for word in said.sections),
        types=types,
    )


@lru_cache(maxsize=1)
def taxonomies() -> Mapping[str, Taxonomy]:
    """The files by name, checked. Raises Misconfigured."""
    folder = files("services.enrich.data") / "taxonomies"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    found = {name[:-5]: parse(name[:-5], (folder / name).read_text("utf-8")) for name in names}
    check(found)
    return found


def candidates(source: str | None) -> tuple[str, ...]:
    """The taxonomies that a digest of this source may be classified by: the one that names the source, else all for every source, by name."""
    named = [name for name, taxonomy in taxonomies().items() if source in taxonomy.sources]
    return tuple(named or [name for name, taxonomy in taxonomies().items() if EVERY in taxonomy.sources])


def lexicon(source: str | None) -> Lexicon:
    """The compiled taxonomy for a source of whose digests nothing is known; None is a source that no file names."""
    return compiled_by_name(candidates(source)[0])


@lru_cache(maxsize=16)
def compiled_by_name(name: str) -> Lexicon:
    """A taxonomy of the folder, with the one it asks otherwise."""
    taxonomy = taxonomies()[name]
    return compiled(taxonomy, taxonomies()[taxonomy.otherwise] if taxonomy.otherwise else None)


@lru_cache(maxsize=16)
def alone(name: str) -> Lexicon:
    """A taxonomy of the folder by itself, to see how it fits."""
    return compiled(taxonomies()[name], None)
