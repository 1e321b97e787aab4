"""Items of labelled digests → the same items printed in a dress that nobody has seen: the lines of an invented issue. Seeded.

A model that sees each family in one dress only learns the family. Words stay as they were printed; what surrounds them changes.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from scripts.segmenter import words
from scripts.segmenter.frame import back, front
from scripts.segmenter.pool import URL, Issue, Line, Pool, Told

_SENTENCES = re.compile(r"(?<=[。！？])")


def issue(pool: Pool, families: Sequence[str], random: Random) -> Issue | None:
    """An issue with stories of `families`; None where they hold too few."""
    stories = [story for family in families for story in random.sample(pool.stories[family], min(len(pool.stories[family]), 40))]
    random.shuffle(stories)
    dress = _Dress(pool, random)
    chosen = [fit for story in stories if (fit := dress.fitting(story)) is not None][: random.choice((3, 4, 5, 6, 8, 10, 12, 15, 20, 30))]
    return dress.printed(chosen) if len(chosen) > 1 else None


class _Style:
    """How the heads of items are printed."""

    def __init__(self, random: Random) -> None:
        self.mode = random.choices(
            ("heading", "bold", "number", "bullet", "link", "box", "plain", "inline", "untitled", "only", "row"),
            (3, 3, 4, 1.5, 2, 1, 1.5, 4, 4, 2.5, 1.5),
        )[0]
        numbered = self.mode == "number" or (self.mode in ("heading", "bold", "link", "inline", "untitled", "only") and random.random() < 0.45)
        self.numbering = random.choices(tuple(words.NUMBERING_WEIGHTS), tuple(words.NUMBERING_WEIGHTS.values()))[0] if numbered else None
        self.alone = self.numbering is not None and random.random() < 0.12
        bulleted = self.mode == "bullet" or (not numbered and self.mode in ("link", "inline", "untitled", "only") and random.random() < 0.4)
        self.bullet = random.choice(words.BULLETS) if bulleted else ""
        self.level = random.choice((2, 3, 3, 4)) if self.mode == "heading" else 0
        self.linked = self.mode == "link" or (self.mode == "only" and random.random() < 0.4)
        self.sign = random.choice(words.SIGNS) if random.random() < 0.12 else ""
        self.tagged = random.random() < 0.06
        self.rated = random.random() < 0.05
        self.address = self.mode in ("only", "number", "bullet", "plain") and random.random() < 0.25
        self.how = random.choice(("bold", "bold", "glued", "colon", "link", "bracket", "box", "dash"))
        self.bare = self.mode == "only" or (self.mode in ("heading", "bold", "number", "bullet", "link", "box") and random.random() < 0.12)
        """No item has a text."""
        self.quoted = self.mode in ("untitled", "only", "inline", "bullet") and random.random() < 0.1
        self.restarts = random.random() < 0.5


class _Dress:
    """One way to print an issue."""

    def __init__(self, pool: Pool, random: Random) -> None:
        self.pool, self.random = pool, random
        self.styles = [_Style(random)]
        self.section = random.choices(("", "heading", "bold", "number", "frame", "box", "plain"), (5, 4, 3, 2, 1.2, 1, 2))[0]
        if self.section and self.often(0.35):
            self.styles.append(_Style(random))
        self.section_numbering = random.choice(words.SECTION_NUMBERINGS)
        self.frame = random.choice(("★", "——", "◆", "#", "|", "==="))
        self.counted = self.often(0.08)
        self.bodies = random.choices(("same", "plain", "first", "quote", "list"), (4, 3, 2, 1, 1))[0]
        self.fields = random.sample(words.FIELDS, random.choice((2, 3))) if self.often(0.2) else []
        self.points = random.sample(words.POINTS, random.choice((2, 3, 4))) if self.often(0.2) else []
        self.source = random.choices(("", "来源：", "（来源：", "信息来源："), (5, 1.5, 0.7, 0.5))[0]
        self.prompt = random.choices(("", *words.PROMPTS), (7, 1, 1, 0.6, 0.6, 1.2, 0.5, 0.3))[0]
        self.inner = random.choice(words.INNER_NUMBERINGS) if self.often(0.2) else ""
        self.rules, self.pictures, self.code = self.often(0.12), self.often(0.25), self.often(0.06)
        self.figures, self.caption, self.foot = self.often(0.12), self.often(0.06), self.often(0.08)
        self.cells = random.choice((2, 3, 3, 4, 5))
        self.introduced, self.headed = self.often(0.12), random.sample(words.HEADS, 5)
        self.advert = self.often(0.06)
        self.long, self.longer = self.often(0.3), self.often(0.12)
        self.untitled = all(style.mode == "untitled" for style in self.styles)

    def often(self, share: float) -> bool:
        """True in that share of the cases."""
        return self.random.random() < share

    def fitting(self, story: Told) -> Told | None:
        """The story with the title or text that its way of printing needs; None where it has none."""
        title, body = story.title, story.body
        if not self.untitled and not title:
            first = _SENTENCES.split(body[0].text)[0] if body else ""
            if not 8 <= len(first) <= 40:
                return None
            title = first.rstrip("。！？")
        if not body and not title:
            return None
        return Told(title, body)

    def printed(self, stories: Sequence[Told]) -> Issue:
        """The whole issue."""
        made = Issue()
        parts = max(1, min(len(stories), self.random.choice((2, 3, 4, 5, 8)))) if self.section else 1
        cuts = sorted(self.random.sample(range(1, len(stories)), parts - 1)) if parts > 1 else []
        names = self.random.sample(words.SECTIONS, parts)
        number = 0
        listed: list[tuple[str, list[str]]] = []
        for part, (first, after) in enumerate(zip([0, *cuts], [*cuts, len(stories)], strict=True)):
            style = self.styles[part % len(self.styles)]
            if self.section:
                if part and self.foot:
                    made.lines.append(Line(self.random.choice(words.FEET)))
                made.lines.append(self._section(names[part], part + 1))
                number = 0 if style.restarts else number
                if self.introduced and self.often(0.6):
                    made.lines.append(Line(words.filled(self.random.choice(words.INTRODUCTIONS), self.random)))
            if style.mode == "row" and self.often(0.8):
                made.lines.append(Line("", kind="row", cells=tuple(self.headed[: self.cells])))
            listed.append((names[part] if self.section else "", [story.title or "" for story in stories[first:after]]))
            for story in stories[first:after]:
                number += 1
                self._item(made, style, story, number, names[part] if self.section else None)
                if self.advert and self.often(0.2):
                    made.lines += [Line(text) for text in self.random.choice(words.ADVERTS)]
        before = front(listed, self.pool, self.random, numbering=self.styles[0].numbering, titled=not self.untitled)
        made.lines = [*before, *made.lines, *back(self.pool, self.random)]
        return made

    def _section(self, name: str, number: int) -> Line:
        text = f"{self.frame} {name} {self.frame}" if self.section == "frame" else f"【{name}】" if self.section == "box" else name
        text += f" ({self.random.randint(2, 30)})" if self.counted else ""
        levels = [style.level for style in self.styles if style.level]
        level = max(1, min(levels or [self.random.choice((2, 3, 4))]) - 1) if self.section == "heading" else 0
        counted = self.section == "number" or (self.section == "heading" and self.number_sections)
        return Line(
            text, "section", words.number(self.section_numbering, number) if counted else "", level=level, strong=len(text) * (self.section == "bold")
        )

    @property
    def number_sections(self) -> bool:
        """Whether headings of sections count, decided by the name of the numbering so that all of an issue do."""
        return self.section_numbering in words.SECTION_NUMBERINGS[:2]

    def _item(self, made: Issue, style: _Style, story: Told, number: int, section: str | None) -> None:
        body, title = self._body(story, style), story.title
        random = self.random
        if style.mode == "untitled" or not title:
            text = body[0].text if body else f"{title}。"
            text = text if len(text) >= 12 or not title else f"{title}，{text}"
            made.lines.append(self._head(style, text, number, titled=False))
            body, title = body[1:] if self.long else [], None
            starts, ends = text, body[-1].text if body else text
        elif style.mode == "inline" and body:
            made.lines.append(self._inline(style, title, body[0].text, number))
            starts, body = body[0].text, body[1:] if self.long else []
            ends = body[-1].text if body else starts
        elif style.mode == "row":
            texts = [body[0].text if body else f"据介绍，{title}。"][: self.cells - 1]
            cells = (title, *texts, *random.sample(words.SOURCES, max(0, self.cells - 2)))
            made.lines.append(Line("", "title", kind="row", cells=cells))
            starts, ends, body = cells[1], cells[-1], []
        else:
            made.lines.append(self._head(style, title, number, titled=True))
            body = [] if style.bare else self._around(body, style)
            texts = [line.text for line in body if line.text]
            starts, ends = (texts[0], texts[-1]) if texts else ("", "")
        if self.pictures and style.mode != "row" and self.often(0.6):
            made.lines.append(Line("", kind="picture"))
        made.lines += body
        if self.rules:
            made.lines.append(Line("", kind="rule"))
        made.items.append({"title": title, "section": section, "starts": starts[:20] or None, "ends": ends[-20:] or None})

    def _head(self, style: _Style, text: str, number: int, *, titled: bool) -> Line:
        shown = f"{style.sign}{text}"
        shown = f"[{self.random.choice(words.TAGS)}] {shown}" if style.tagged else shown
        shown += " " + "⭐" * self.random.randint(1, 5) if style.rated and titled else ""
        shown = f"【{shown}】" if style.mode == "box" else shown
        linked = len(shown) if style.linked else 0
        if style.address and titled:
            shown, linked = shown + self.random.choice((" ", "：", "")) + URL + "x" * self.random.randint(4, 30), 0
        return Line(
            shown, "title" if titled else "body", words.number(style.numbering, number) if style.numbering else "", style.alone, style.bullet,
            style.level if titled else 0, len(shown) if titled and style.mode == "bold" else 0, linked,
            "quote" if style.quoted else "",
        )  # fmt: skip

    def _inline(self, style: _Style, title: str, text: str, number: int) -> Line:
        line = self._head(replace_mode(style), title, number, titled=True)
        begun = len(line.text)
        if style.how == "bracket":
            return replace(line, text=f"[{line.text}] — {text}", strong=0)
        if style.how == "box":
            return replace(line, text=f"【{line.text}】{text}", strong=0)
        between = {"colon": "：", "dash": " — ", "link": "：", "glued": "", "bold": self.random.choice(("：", "。", " "))}[style.how]
        strong = begun + len(between.strip()) if style.how in ("bold", "glued") else 0
        return replace(line, text=line.text + between + text, strong=strong, linked=begun if style.how == "link" else 0, level=0)

    def _body(self, story: Told, style: _Style) -> list[Line]:
        random, body = self.random, list(story.body)
        if self.bodies == "first" and body:
            body = [Line(_SENTENCES.split(body[0].text)[0], "body")]
        elif self.bodies == "plain":
            body = [Line(line.text, "body") for line in body[: random.choice((1, 2, 3))]]
        elif self.bodies == "quote":
            body = [Line(line.text, "body", kind="quote") for line in body[:2]]
        elif self.bodies == "list":
            body = [Line(part, "body", bullet="-") for line in body[:2] for part in _SENTENCES.split(line.text)[:4] if part]
        elif not self.long and len(body) > 3:
            body = body[: random.choice((2, 3, 5))]
        if not body and not style.bare and self.often(0.5):
            body = [Line(f"据介绍，{story.title}。", "body")]
        if self.longer and body:
            others = [
                line
                for family in random.sample(sorted(self.pool.stories), 1)
                for told in random.sample(self.pool.stories[family], 1)
                for line in told.body
            ]
            body += [Line(line.text, "body") for line in others[:3]]
        return [replace(line, level=0) for line in body if line.text]

    def _around(self, body: list[Line], style: _Style) -> list[Line]:
        """The body with what printers put around it: fields, points, lists, sources, prompts."""
        random = self.random
        found = [Line(f"{name}: {random.choice(words.SOURCES)}", "body") for name in self.fields]
        if self.points and body:
            step = max(1, len(body) // len(self.points))
            for place, name in enumerate(self.points):
                found.append(Line(name, "body", strong=len(name), level=style.level + 1 if style.level and place % 2 == 0 and style.restarts else 0))
                found += body[place * step : (place + 1) * step] or [Line("详见官方公告，建议用户尽快升级至最新版本。", "body")]
        else:
            found += body
        if self.inner and body and self.often(0.6):
            parts = [part for part in _SENTENCES.split(body[-1].text) if part][:4]
            bold = random.choice((0, 0, 4, 8))
            found += [Line(part, "body", words.number(self.inner, place), strong=min(bold, len(part))) for place, part in enumerate(parts, 1)]
        if self.code and body and self.often(0.5):
            found += [Line(text, "body", kind="code") for text in words.CODE[: random.choice((1, 3, 6))]]
        if self.figures and self.often(0.7):
            table = [Line("", "body", kind="row", cells=cells) for cells in words.figures(random)]
            found = [*table, *found] if self.often(0.5) else [*found, *table]
        if self.source and body:
            found.append(Line(f"{self.source}{random.choice(words.SOURCES)}{'）' if self.source.startswith('（') else ''}", "body"))
        if self.prompt and body:
            text = self.prompt + ("x" * random.randint(4, 20) if self.prompt.startswith("http") else URL + "b" if self.prompt.endswith("：") else "")
            found.append(Line(text, "prompt", linked=len(text)))
        if self.caption and body:
            found.append(Line(random.choice(words.CAPTIONS), "caption", strong=0))
        return found


def replace_mode(style: _Style) -> _Style:
    """The style of a title that text follows on its line: no box, address or rating of its own."""
    other = object.__new__(_Style)
    other.__dict__ |= style.__dict__ | {"mode": "plain", "address": False, "rated": False, "linked": False}
    return other
