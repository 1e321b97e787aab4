"""The lines of a text → the same as HTML, Markdown, DOCX, PDF and MHTML, as programs save them: plain, or with headings and real lists."""

import io
import quopri
from collections.abc import Callable, Collection
from html import escape
from typing import Any

import docx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate

from shared.records import DOCX, MHTML, PDF, MediaType

FONT = "STSong-Light"
"""One of the fonts that every reader of PDF has for Chinese: nothing is embedded."""


class Look:
    """Which lines are sections, which titles; empty where a program kept no such difference."""

    def __init__(self, sections: Collection[str] = (), titles: Collection[str] = ()) -> None:
        self.sections = frozenset(sections)
        self.titles = frozenset(titles)

    def level(self, line: str) -> int:
        """1 for a section, 2 for a title, 0 for text."""
        return 1 if line in self.sections else 2 if line in self.titles else 0


def html(lines: list[str], look: Look) -> bytes:
    """A page with a paragraph for each line."""
    tags = ["p", "h2", "h3"]
    body = "\n".join(f"<{tags[look.level(line)]}>{escape(line)}</{tags[look.level(line)]}>" for line in lines)
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()


def markdown(lines: list[str], look: Look) -> bytes:
    """A paragraph for each line."""
    return "\n\n".join(f"{['', '## ', '### '][look.level(line)]}{line}" for line in lines).encode()


def word(lines: list[str], look: Look) -> bytes:
    """A paragraph for each line, in Word's own styles."""
    document = docx.Document()
    for line in lines:
        if level := look.level(line):
            document.add_heading(line, level)
        else:
            document.add_paragraph(line)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def mhtml(lines: list[str], look: Look) -> bytes:
    """As Chrome saves a page: quoted-printable, with the page's place."""
    page = quopri.encodestring(html(lines, look))
    return (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/6\r\nSubject: weekly\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----b"\r\n\r\n\r\n------b\r\nContent-Type: text/html\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\nContent-Location: https://example.org/6\r\n\r\n" + page + b"\r\n"
        b"------b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n------b--\r\n"
    )


def pdf(lines: list[str], look: Look, *, indent: float = 21, running: str = "某地周报", password: str | None = None) -> bytes:
    """Pages of A4 with a running head and page numbers, paragraphs with an indent of two characters."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    styles = [
        ParagraphStyle("text", fontName=FONT, fontSize=10.5, leading=16, firstLineIndent=indent, wordWrap="CJK", spaceAfter=0 if indent else 8),
        ParagraphStyle("section", fontName=FONT, fontSize=16, leading=24, wordWrap="CJK"),
        ParagraphStyle("title", fontName=FONT, fontSize=13, leading=20, wordWrap="CJK"),
    ]

    def furniture(canvas: Any, document: Any) -> None:
        canvas.setFont(FONT, 9)
        canvas.drawString(72, A4[1] - 40, running)
        canvas.drawCentredString(A4[0] / 2, 30, f"— {document.page} —")

    packed = io.BytesIO()
    made = SimpleDocTemplate(packed, pagesize=A4, encrypt=password)
    made.build([Paragraph(escape(line), styles[look.level(line)]) for line in lines], onFirstPage=furniture, onLaterPages=furniture)
    return packed.getvalue()


RENDERINGS: dict[str, tuple[Callable[[list[str], Look], bytes], MediaType]] = {
    "html": (html, "text/html"),
    "markdown": (markdown, "text/markdown"),
    "docx": (word, DOCX),
    "mhtml": (mhtml, MHTML),
    "pdf": (pdf, PDF),
}
