"""What the splitter is told about a publisher, and a Document → the Document in which that is plain to see. Pure.

A profile says which lines are titles, names of sections, boilerplate or nothing; the general splitter does the rest.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from services.enrich.blocks import Block, Document
from shared.records import BoilerplateKind

FIRST_LINES = 5
"""Lines with something to read in which `opening` is looked for: name, issue, day, editor, greeting."""
_TITLE, _SECTION = 3, 2


@dataclass(frozen=True)
class Profile:
    """A publisher's habits; each pattern is searched in a line as printed, without white space around it."""

    name: str
    sources: tuple[str, ...] = ()
    """Source ids that it is for."""
    publisher: re.Pattern[str] | None = None
    """Fingerprint: what the document's metadata says of its publisher."""
    opening: re.Pattern[str] | None = None
    """Fingerprint: one of the first lines."""
    titles: tuple[re.Pattern[str], ...] = ()
    """Lines that head an item; a group is the title without what the publisher puts around it."""
    sections: tuple[re.Pattern[str], ...] = ()
    """Lines that head a section; a group is its name."""
    section_names: tuple[str, ...] = ()
    """Lines that head a section, word by word."""
    boilerplate: tuple[tuple[BoilerplateKind, re.Pattern[str]], ...] = ()
    """Lines that belong to no item, wherever they stand, by kind."""
    drop: tuple[re.Pattern[str], ...] = ()
    """Lines that are left out of the body that they stand in: running heads, page numbers."""
    contents: bool = True
    """False where the publisher prints no contents list, though something looks like one."""

    def fits(self, document: Document) -> bool:
        """Whether the digest bears this profile's fingerprint."""
        if self.publisher and document.publisher and self.publisher.search(document.publisher):
            return True
        if self.opening is None:
            return False
        first = [block.text for block in document.blocks[: 4 * FIRST_LINES] if block.text][:FIRST_LINES]
        return any(self.opening.search(text) for text in first)


def profile_of(name: str, told: Mapping[str, Any]) -> Profile:
    """The profile that a TOML file tells. Raises ValueError in plain words for an unknown key, kind or pattern."""
    known = {"sources", "publisher", "opening", "titles", "sections", "section_names", "boilerplate", "drop", "contents"}
    if unknown := sorted(set(told) - known):
        raise ValueError(f"unknown key {unknown[0]}: choose among {', '.join(sorted(known))}")
    boilerplate: list[tuple[BoilerplateKind, re.Pattern[str]]] = []
    for line in told.get("boilerplate", ()):
        kind = next((kind for kind in get_args(BoilerplateKind) if kind == line.get("kind")), None)
        if kind is None:
            raise ValueError(f"unknown kind of boilerplate {line.get('kind')}: choose among {', '.join(get_args(BoilerplateKind))}")
        boilerplate.append((kind, _pattern(line.get("line", ""))))
    return Profile(
        name,
        tuple(map(str, told.get("sources", ()))),
        _pattern(told["publisher"]) if "publisher" in told else None,
        _pattern(told["opening"]) if "opening" in told else None,
        tuple(map(_pattern, told.get("titles", ()))),
        tuple(map(_pattern, told.get("sections", ()))),
        tuple(map(str, told.get("section_names", ()))),
        tuple(boilerplate),
        tuple(map(_pattern, told.get("drop", ()))),
        bool(told.get("contents", True)),
    )


def _pattern(written: str) -> re.Pattern[str]:
    if not written:
        raise ValueError("a pattern is empty: it would be found in every line")
    try:
        return re.compile(written)
    except re.error as error:
        raise ValueError(f"{written} is no regular expression: {error}") from error


def told(document: Document, profile: Profile) -> tuple[Document, dict[int, BoilerplateKind]]:
    """The document with its titles and sections as headings and with what is no news emptied, and the kind of each emptied block.

    Spans stay what they are: blocks keep their places in the text.
    """
    kinds: dict[int, BoilerplateKind] = {}
    blocks = []
    for index, block in enumerate(document.blocks):
        kind = next((kind for kind, pattern in profile.boilerplate if block.text and pattern.search(block.text)), None)
        if kind is not None:
            kinds[index] = kind
        if kind is not None or any(pattern.search(block.text) for pattern in profile.drop if block.text):
            blocks.append(Block("", block.start, block.end, block.source))
        elif (name := _name(block.text, profile.sections)) is not None or block.text in profile.section_names:
            blocks.append(_heading(block, name or block.text, _SECTION))
        elif (name := _name(block.text, profile.titles)) is not None:
            blocks.append(_heading(block, name, _TITLE))
        elif profile.titles and block.kind == "heading":
            blocks.append(replace(block, kind="paragraph", level=0, strong=0))  # only what the profile names is a title
        else:
            blocks.append(block)
    return replace(document, blocks=tuple(blocks)), kinds


def _name(text: str, patterns: tuple[re.Pattern[str], ...]) -> str | None:
    match = next((match for pattern in patterns if text and (match := pattern.search(text))), None)
    if match is None:
        return None
    return next((group.strip() for group in match.groups() if group and group.strip()), text)


def _heading(block: Block, text: str, level: int) -> Block:
    return replace(block, text=text.rstrip("。"), kind="heading", level=level, marker=None, strong=len(text))
