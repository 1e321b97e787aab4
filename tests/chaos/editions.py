"""A random generator in, digests out of which it is known what items they have: the texts that the chaos rounds feed. Pure.

The form is the sample's: a contents list, sections with numbers, a title line and a paragraph for each story. What the splitter makes of it is
told here by hand and not by the splitter; `tests/unit/chaos` holds the two together.
"""

from dataclasses import dataclass, replace
from random import Random

from shared import ids

SECTIONS = ("地方动态", "企业动态")
PLACES = ("昆山", "太仓", "常熟", "江阴", "宜兴", "义乌", "慈溪", "晋江", "海宁", "龙口", "荣成", "乐山")
MOST_STORIES = 6


@dataclass(frozen=True)
class Story:
    """One item as it is printed."""

    section: str
    title: str
    body: str


@dataclass(frozen=True)
class Edition:
    """What a publisher sends under one external id at one time."""

    source: str
    external_id: str
    stories: tuple[Story, ...]

    @property
    def digest_id(self) -> str:
        """The same for all editions under an external id."""
        return ids.digest_id(self.source, external_id=self.external_id, content=b"")

    @property
    def text(self) -> str:
        """As it is fed."""
        lines = ["本周双碳要闻目录", *(f"{number}.{story.title}" for number, story in enumerate(self.stories, 1))]
        for number, section in enumerate(self.sections, 1):
            lines.append(f"{number:02}. {section}")
            lines += [line for story in self.stories if story.section == section for line in (story.title, story.body)]
        return "\n".join(lines)

    @property
    def sections(self) -> tuple[str, ...]:
        """In the order of print."""
        return tuple(dict.fromkeys(story.section for story in self.stories))

    @property
    def item_ids(self) -> tuple[str, ...]:
        """Of the stories, in their order."""
        return tuple(ids.item_ids(self.digest_id, [(story.title, story.body) for story in self.stories]))


class Editor:
    """Makes first editions and later ones; no two stories of one editor have the same title."""

    def __init__(self, random: Random, *, seed: int) -> None:
        """`seed` stands in every title, so that a title names its round too."""
        self._random = random
        self._seed = seed
        self._made = 0

    def first(self, source: str, external_id: str) -> Edition:
        """A new digest."""
        return _ordered(Edition(source, external_id, tuple(self._story() for _ in range(self._random.randint(2, MOST_STORIES)))))

    def next(self, edition: Edition) -> Edition:
        """The same digest later: stories changed, removed, added."""
        stories = [self._changed(story) if self._random.random() < 0.3 else story for story in edition.stories]
        if len(stories) > 2 and self._random.random() < 0.6:
            stories.pop(self._random.randrange(len(stories)))
        if len(stories) < MOST_STORIES and self._random.random() < 0.6:
            stories.append(self._story())
        if tuple(stories) == edition.stories:
            stories[0] = self._changed(stories[0])
        return _ordered(replace(edition, stories=tuple(stories)))

    def _story(self) -> Story:
        self._made += 1
        place = self._random.choice(PLACES)
        title = f"{place}:将新增零碳工厂{self._seed * 1000 + self._made}家"
        return Story(self._random.choice(SECTIONS), title, self._body(place))

    def _changed(self, story: Story) -> Story:
        return replace(story, body=self._body(story.title.partition(":")[0]))

    def _body(self, place: str) -> str:
        self._made += 1
        return f"2月3日,{place}市人民政府印发《{place}市零碳园区建设方案》,提出到2027年建成绿色工厂{self._seed * 1000 + self._made}家。"


def _ordered(edition: Edition) -> Edition:
    """Stories in the order of print: by section."""
    return replace(edition, stories=tuple(story for section in edition.sections for story in edition.stories if story.section == section))
