"""The stories of a digest → what about them, taken together, looks as if the split were wrong. Pure.

Each question is asked of all stories at once: one odd story is news, a habit of oddness is a wrong split.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from services.enrich.split.items import Story
from services.enrich.split.units import ENDED, key

NAME = 6
"""Characters that titles have at most on average when they are names of fields or labels: 宏观, 主要内容; headlines have ten and more."""
TITLE = 40
"""Characters of the longest line within an item that may be a title which the split overlooked."""
AGAIN = 0.25
"""Share of titles that are said more than once from which they look like labels."""
_TAG = re.compile(r"^(?:【[^】]{1,12}】|[^:：，。\s]{2,6}[:：])")
_LABEL = re.compile(r"[:：|｜丨）)】」”]|来源|https?|^[（(【\[]|\d{4}[-年]")


def gaps(stories: Sequence[Story]) -> bool:
    """A number neither goes on nor begins anew, within one section and one habit."""
    ways: dict[tuple[tuple[str, ...], str], list[Story]] = {}
    for story in stories:
        ways.setdefault((story.section_path, story.by), []).append(story)
    return any(after not in (0, 1, before + 1) for alike in ways.values() for before, after in pairwise(numbers(alike)))


def counted(stories: Sequence[Story]) -> bool:
    """Every story has a number, and they go on from the first to the last, or begin anew with each section only."""
    found = numbers(stories)
    if len(found) < max(3, len(stories)) or found[0] != 1:
        return False
    return all(after == before + 1 or (after == 1 and one.section_path != other.section_path)
               for (one, other), (before, after) in zip(pairwise(stories), pairwise(found), strict=True))  # fmt: skip


def mixed(stories: Sequence[Story]) -> bool:
    """Titles without a text among stories that have one."""
    bare = sum(1 for story in stories if story.title and not story.body)
    return 0 < bare < 0.5 * len(stories)


def anew(stories: Sequence[Story]) -> bool:
    """A numbering begins again where nothing says why."""
    return not any(story.section_path for story in stories) and any(after <= before for before, after in pairwise(numbers(stories)))


def twice(stories: Sequence[Story]) -> bool:
    """A title stands twice in one section: a list was taken for stories."""
    titles = [(story.title, story.section_path) for story in stories if story.title]
    return len(set(titles)) < len(titles)


def labels(stories: Sequence[Story]) -> bool:
    """Titles, or the brackets that texts begin with, are said again and again: 政策背景, 主要内容; 【价格】."""
    said = Counter(key(story.title) if story.title else tag[0] if (tag := _TAG.match(story.body)) else str(story.first) for story in stories)
    return sum(count for count in said.values() if count > 1) >= AGAIN * len(stories)


def names(stories: Sequence[Story]) -> bool:
    """Titles are as short as names of fields."""
    titles = [len(story.title) for story in stories if story.title]
    return 2 * len(titles) > len(stories) and sum(titles) <= NAME * len(titles)


def overlooked(stories: Sequence[Story]) -> bool:
    """Most stories hold a short line with a longer one below, which may be a title of its own."""
    return _share(stories, _first_titular) > 0.5


def carried(stories: Sequence[Story]) -> bool:
    """Some stories, not most, end in a short line that may be the name of the next section or title."""
    return 0 < _share(stories[:-1], _last_titular) < 0.6


def unsectioned(stories: Sequence[Story]) -> bool:
    """Some stories stand in a section and some in none."""
    return 0 < _share(stories, lambda story: bool(story.section_path)) < 1


def untitled(stories: Sequence[Story]) -> bool:
    """Some stories have a title and some have none."""
    return 0 < _share(stories, lambda story: story.title is not None) < 1


def numbers(stories: Sequence[Story]) -> list[int]:
    """The numbers of the stories that have one in figures."""
    return [int(story.number) for story in stories if story.number and story.number.isascii() and story.number.isdigit()]


def _share(stories: Sequence[Story], says: Callable[[Story], bool]) -> float:
    return sum(1 for story in stories if says(story)) / max(1, len(stories))


def _titular(line: str) -> bool:
    return 1 < len(line) <= TITLE and line[-1] not in ENDED and not _LABEL.search(line)


def _first_titular(story: Story) -> bool:
    lines = story.body.split("\n", 2)
    return len(lines) > 1 and _titular(lines[0]) and len(lines[1]) > len(lines[0])


def _last_titular(story: Story) -> bool:
    above, _, last = story.body.rpartition("\n")
    return above.endswith("。") and _titular(last)
