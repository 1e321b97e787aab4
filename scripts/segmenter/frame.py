"""The stories of an invented issue → the lines before and behind them: its name, greetings, a contents list, adverts and ends. Seeded."""

from collections.abc import Sequence
from random import Random

from scripts.segmenter import words
from scripts.segmenter.pool import Line, Pool

Listed = Sequence[tuple[str, list[str]]]
"""The name of each section with the titles below it."""


def front(listed: Listed, pool: Pool, random: Random, *, numbering: str | None, titled: bool) -> list[Line]:
    """Return what stands before the stories; a contents list only where they have titles, counted as they are where `numbering` is given."""
    lines: list[Line] = []
    name = words.digest_name(random)
    if random.random() < 0.8:
        look = random.choice(("h1", "h1", "h2", "bold", "plain"))
        lines.append(Line(name, level=int(look[1]) if look[0] == "h" else 0, strong=len(name) if look == "bold" else 0))
    lines += [Line(words.filled(random.choice(words.META), random)) for _ in range(random.choice((0, 0, 1, 1, 2)))]
    lines += [Line("", kind="picture")] if random.random() < 0.4 else []
    greetings = random.choice((0, 1, 1, 2))
    lines += [Line(words.filled(random.choice(words.OPENINGS), random), kind=random.choice(("", "", "quote"))) for _ in range(greetings)]
    if pool.openings and random.random() < 0.35:
        lines += random.choice(pool.openings)
    if titled and sum(len(titles) for _, titles in listed) > 2 and random.random() < 0.4:
        lines += _contents(listed, random, numbering)
    return lines


def _contents(listed: Listed, random: Random, numbering: str | None) -> list[Line]:
    lines: list[Line] = []
    if random.random() < 0.85:
        name = random.choice(words.CONTENTS)
        look = random.choice(("heading", "bold", "plain"))
        lines.append(Line(name, "contents", level=2 if look == "heading" else 0, strong=len(name) if look == "bold" else 0))
    form = random.choice(("same", "number", "bullet", "plain", "bold"))
    partly, worded, number = random.random() < 0.2, random.random() < 0.15, 0
    counted = form == "number" or (form == "same" and numbering is not None)
    for name, titles in listed:
        if name and random.random() < 0.5:
            lines.append(Line(name, "contents", strong=len(name) if random.random() < 0.5 else 0))
        for title in titles:
            number += 1
            if not title or (partly and random.random() < 0.4):
                continue
            shown = title[: max(8, len(title) * 2 // 3)] if worded and random.random() < 0.5 else title
            count = words.number(numbering or "dot", number) if counted else ""
            lines.append(Line(shown, "contents", count, bullet="-" if form == "bullet" else "", strong=len(shown) if form == "bold" else 0))
    return lines


def back(pool: Pool, random: Random) -> list[Line]:
    """Return what stands behind the stories."""
    lines = [Line(words.filled(random.choice(words.ENDINGS), random)) for _ in range(random.choice((0, 1, 1, 2, 3)))]
    if random.random() < 0.25:
        stories = pool.stories[random.choice(sorted(pool.stories))]
        lines += [Line(story.title, linked=len(story.title)) for story in random.sample(stories, min(4, len(stories))) if story.title]
    if pool.endings and random.random() < 0.4:
        lines += random.choice(pool.endings)
    return lines
