"""The lines of an invented issue → Markdown, a page or plain text, as editors and exporters print them. Seeded."""

import html
import itertools
from collections.abc import Sequence
from random import Random

from scripts.segmenter.pool import URL, Line
from shared.records import MediaType


def printed(lines: Sequence[Line], random: Random) -> tuple[bytes, MediaType]:
    """The issue in one of the three forms."""
    form = random.choices(("text/markdown", "text/html", "text/plain"), (5, 3, 2))[0]
    if form == "text/markdown":
        return _markdown(lines, random).encode(), "text/markdown"
    if form == "text/html":
        return _page(lines, random).encode(), "text/html"
    return _text(lines, random).encode(), "text/plain"


def _begun(line: Line) -> str:
    return line.number or (f"{line.bullet} " if line.bullet else "")


def _text(lines: Sequence[Line], random: Random) -> str:
    apart = random.choice(("\n", "\n", "\n\n"))
    found: list[str] = []
    for line in lines:
        if line.alone and line.number:
            found.append(line.number.strip())
        text = " ".join(line.cells) if line.kind == "row" else line.text
        if text:
            found.append(text if line.alone else _begun(line) + text)
    return apart.join(found) + "\n"


def _markdown(lines: Sequence[Line], random: Random) -> str:
    tight = random.random() < 0.3
    found: list[str] = []
    for kind, run in itertools.groupby(lines, lambda line: line.kind if line.kind in ("row", "code") else ""):
        group = list(run)
        if kind == "code":
            found.append("\n".join(("```", *(line.text for line in group), "```")))
        elif kind == "row":
            width = max(len(line.cells) for line in group)
            rows = [
                " | ".join((*(cell.replace("|", "／").replace("\n", " ") for cell in line.cells), *[""] * (width - len(line.cells))))
                for line in group
            ]
            headed = group[0].role != "title"
            head = rows[:1] if headed else [" | ".join(("标题", "内容", "来源", "时间", "备注")[:width])]
            rows = rows[1:] if headed else rows
            found.append("\n".join(f"| {row} |" for row in (*head, " | ".join(["---"] * width), *rows)))
        else:
            found += [text for line in group for text in _marked(line)]
    return ("\n" if tight else "\n\n").join(found) + "\n"


def _marked(line: Line) -> list[str]:
    if line.kind == "rule":
        return ["\n---\n"]
    if line.kind == "picture":
        return [f"![]({URL}p.png)"]
    text = _spans(line, lambda inner: f"**{inner}**", lambda inner: f"[{inner.replace('[', '(').replace(']', ')')}]({URL}a)")
    before = [line.number.strip()] if line.alone and line.number else []
    begun = "" if line.alone else _begun(line)
    if line.strong >= len(line.text) > 0 and begun and not line.bullet and not line.level:
        text, begun = f"**{begun}{line.text}**", ""
    text = begun + text
    if line.level:
        return [*before, f"\n{'#' * line.level} {text}"]
    return [*before, f"> {text}" if line.kind == "quote" else text]


def _spans(line: Line, strong: object, link: object) -> str:
    """The text with its beginning set off; bold outside, link inside."""
    cut = line.linked or line.strong
    if not cut or not line.text[:cut].strip():
        return line.text
    inner, rest = line.text[:cut], line.text[cut:]
    if line.linked:
        inner = link(inner)  # type: ignore[operator]
    if line.strong:
        inner = strong(inner)  # type: ignore[operator]
    return f"{inner}{rest}"


def _page(lines: Sequence[Line], random: Random) -> str:
    """A page: of headings, of paragraphs with inline styles as editors of newsletters make them, or of cards with classes."""
    look = random.choice(("headings", "styles", "cards", "cards"))
    names = {role: random.choice(words) for role, words in _CLASSES.items()}
    found: list[str] = []
    open_card = False
    for kind, run in itertools.groupby(lines, lambda line: "row" if line.kind == "row" else ""):
        if kind:
            found.append(_table(list(run)))
            continue
        for line in run:
            if look == "cards" and line.role == "title" and not line.kind:
                found.append(f"{'</div>' if open_card else ''}<div class='{names['card']}'>")
                open_card = True
            elif open_card and line.role in ("section", "other", "contents") and line.kind != "rule":
                found.append("</div>")
                open_card = False
            found.append(_element(line, look, names))
    return f"<html><body><div class='{names['page']}'>{''.join(found)}{'</div>' if open_card else ''}</div></body></html>"


def _table(lines: Sequence[Line]) -> str:
    rows = []
    for place, line in enumerate(lines):
        tag = "th" if place == 0 and line.role != "title" else "td"
        rows.append("".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in line.cells))
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


_CLASSES = {
    "page": ("rich_media_content", "content", "main", "container", "newsletter"),
    "card": ("card", "item", "news-item", "entry", "story", "block"),
    "title": ("title", "t", "name", "card-title", "hd", "headline"),
    "body": ("desc", "summary", "text", "p", "bd", "content-text"),
    "section": ("section-title", "cat", "group", "part", "column"),
    "contents": ("toc", "nav", "list", "directory"),
    "other": ("meta", "note", "foot", "tip", "info"),
    "prompt": ("more", "link", "readmore"),
    "caption": ("caption", "fig"),
}


def _element(line: Line, look: str, names: dict[str, str]) -> str:
    if line.kind == "rule":
        return "<hr>"
    if line.kind == "picture":
        return f"<p><img src='{URL}p.png'></p>"
    text = _spans(
        Line(html.escape(line.text), linked=len(html.escape(line.text[: line.linked])), strong=len(html.escape(line.text[: line.strong]))),
        lambda inner: f"<strong>{inner}</strong>",
        lambda inner: f"<a href='{URL}a'>{inner}</a>",
    )
    before = f"<p>{html.escape(line.number.strip())}</p>" if line.alone and line.number else ""
    text = ("" if line.alone else html.escape(_begun(line))) + text
    if line.kind == "quote":
        return f"{before}<blockquote>{text}</blockquote>"
    if line.kind == "code":
        return f"<pre>{text}</pre>"
    if look == "headings":
        tag = f"h{line.level}" if line.level else "p"
        return f"{before}<{tag}>{text}</{tag}>"
    if look == "styles":
        size = {"section": "font-size:20px;color:#0052a3", "title": "font-size:17px;font-weight:bold"}.get(line.role, "font-size:15px")
        size = size if line.level or line.strong or line.role == "section" else "font-size:15px"
        return f"{before}<section><p><span style='{size}'>{text}</span></p></section>"
    tag = f"h{line.level}" if line.level and line.role != "title" else "div"
    return f"{before}<{tag} class='{names[line.role]}'>{text}</{tag}>"
