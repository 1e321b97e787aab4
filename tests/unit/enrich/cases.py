"""Small invented digests, each hard to split in one way, and the same in other words, numbers and formats."""

import io
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import docx
from markdown_it import MarkdownIt

from services.enrich.blocks import Document
from services.enrich.readers import read
from services.enrich.split.digest import SplitDigest
from services.enrich.split.items import Story
from services.enrich.split.split import split
from shared.records import DOCX, PDF, MediaType

FOLDER = Path(__file__).parents[2] / "data" / "cases"
WAITING = FOLDER / "waiting.txt"
"""Names of those that come out wrong so far, one a line."""
TYPES: dict[str, MediaType] = {".txt": "text/plain", ".md": "text/markdown", ".html": "text/html", ".docx": DOCX, ".pdf": PDF}

_WORDS = str.maketrans({"甲": "昆仑", "乙": "长乐", "丙": "临海", "丁": "安远", "戊": "高平"})
_NUMBER = re.compile(r"^(\W{0,2})(\d{1,2})([.、])[ ]?(?=\D)", re.MULTILINE)
_PROMPT = re.compile(r"(?:[-–—>→|👉🔗\s]|阅读原文|查看原文|原文链接|阅读全文)+$")
_MARKS = re.compile(r"^[-•]+|\s|[*_`#\[\]]")
META = 40
"""Characters of the longest line of source and day above a text, which may stand in it or not."""


@dataclass(frozen=True)
class Case:
    """A digest and its items: title, section, and the first and last characters of the text."""

    name: str
    content: bytes
    media_type: MediaType
    items: list[dict[str, Any]]
    absent: tuple[str, ...] = ()
    """What no text of the digest says."""

    def right(self) -> bool:
        """Whether it comes out as a person would split it."""
        document = read(self.content, media_type=self.media_type)
        return not any(words in document.text for words in self.absent) and self._split(split(document))

    def _split(self, parted: SplitDigest) -> bool:
        return len(parted.stories) == len(self.items) and all(_same(story, item) for story, item in zip(parted.stories, self.items, strict=True))


def _shown(text: str | None) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text or "")).rstrip("。;:")


def _same(story: Story, item: dict[str, Any]) -> bool:
    """A section is looked at where one is said; an item of one line is told by that line, be it title or text."""
    section = story.section_path[-1] if story.section_path else None
    if item["section"] and _shown(section) != _shown(item["section"]):
        return False
    if item["title"] and _shown(story.title or ("" if item["starts"] else story.body)) != _shown(item["title"]):
        return False
    first, _, rest = story.body.partition("\n")
    texts = [story.body, rest] if rest and len(first) <= META else [story.body]
    if not item["title"]:
        texts = [f"{story.title or ''}{story.body}"]
    begins = not item["starts"] or any(_shown(text).startswith(_shown(item["starts"])) for text in texts)
    return begins and (not item["ends"] or _shown(_PROMPT.sub("", texts[0])).endswith(_shown(item["ends"])))


def cases() -> list[Case]:
    """Every case in the folder, as it is printed and otherwise."""
    found = []
    for path in sorted(FOLDER.glob("*.expected.json")):
        wanted = json.loads(path.read_text("utf-8"))
        raw = FOLDER / wanted["file"]
        printed = Case(path.name.split(".")[0], raw.read_bytes(), TYPES[raw.suffix], wanted["items"], tuple(wanted.get("absent", ())))
        found += [printed, *_otherwise(printed)]
    return found


def _otherwise(case: Case) -> Iterator[Case]:
    """The case in other words and numbers, and as other programs save it."""
    if case.media_type not in ("text/plain", "text/markdown", "text/html") or b"\xef\xbf\xbd" in case.content:
        return
    try:
        text = case.content.decode()
    except UnicodeDecodeError:
        return
    document = read(case.content, media_type=case.media_type)
    if (words := text.translate(_WORDS)) != text:
        yield Case(f"{case.name}/words", words.encode(), case.media_type, [_renamed(item) for item in case.items], case.absent)
    if case.media_type != "text/html" and (numbers := _NUMBER.sub(_renumbered, text)) != text and "\n    " not in text:
        yield Case(f"{case.name}/numbers", numbers.encode(), case.media_type, case.items)
    if case.media_type == "text/markdown":
        page = MarkdownIt("commonmark", {"html": True, "breaks": False}).enable("table").render(text)
        yield Case(f"{case.name}/html", page.encode(), "text/html", case.items)
    if case.media_type == "text/plain":
        lines = [block.text for block in document.blocks]
        yield Case(f"{case.name}/html", "".join(f"<p>{escape(line)}</p>" for line in lines).encode(), "text/html", case.items)
        yield Case(f"{case.name}/markdown", "\n\n".join(lines).encode(), "text/markdown", case.items)
    if case.media_type != "text/html" and not any(block.links or block.cells or block.images for block in document.blocks):
        yield Case(f"{case.name}/word", _word(document), DOCX, case.items)


def _renamed(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value.translate(_WORDS) if value else value for name, value in item.items()}


def _renumbered(match: re.Match[str]) -> str:
    return f"{match[1]}{int(match[2])}{'、' if match[3] == '.' else '. '}"


def _word(document: Document) -> bytes:
    """The lines in Word's own styles: headings by level, emphasis as it is."""
    made = docx.Document()
    for block in document.blocks:
        if block.kind == "heading":
            made.add_heading(block.text, block.level)
        else:
            paragraph = made.add_paragraph()
            if block.strong:
                paragraph.add_run(block.text[: block.strong]).bold = True
            paragraph.add_run(block.text[block.strong :])
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()
