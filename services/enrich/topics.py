"""A folded title and body in, the topics they are about out, weightiest first, each with the words that say so. Pure.

One scan over the text for all words of the source's taxonomy (services.enrich.taxonomy); linear in the text.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from services.enrich.entities.words import Hit
from services.enrich.taxonomy import Lexicon
from services.enrich.unclassified import UNKNOWN
from shared.records import Entity, Topic

MOST = 5
"""Topics of one item at most: beyond that an item is about everything and the topics say nothing."""

TITLE, LEAD, REST = 3.0, 1.0, 0.75
"""What a word weighs: a title says what an item is about, the first sentences what happened, the rest what else there is to say."""
LEAD_LENGTH = 120
WEAK = 0.4
"""Of a strong word's weight: two weak words, or one in the title, say as much as one strong one."""
SAME_WORD = 3
"""The same word counts this often at most: the fourth time adds no reason."""
ENOUGH = 1.0
MOST_PLACES = 30
"""Places of a pair's first word that are looked at: a bound for hostile texts, far beyond what SAME_WORD can use."""
WITHIN = 12
"""Characters between the two words of a pair."""
EVIDENCE = 8


class Weights(NamedTuple):
    """What words in a text come to."""

    weight: dict[str, float]
    evidence: dict[str, dict[str, None]]


def topics(title: str, body: str, entities: Sequence[Entity], lexicon: Lexicon, section: str = "") -> tuple[Topic, ...]:
    """The topics of an item; 未分类 where no word says anything."""
    found = Weights({}, {})
    weigh(title, lexicon, found, lambda start: TITLE)
    weigh(body, lexicon, found, lambda start: LEAD if start < LEAD_LENGTH else REST)
    mentions = {(entity.type, entity.text): entity for entity in reversed(entities) if lexicon.kinds[entity.type]}
    for entity in list(mentions.values())[:SAME_WORD]:
        for topic in lexicon.kinds[entity.type]:
            each = TITLE if entity.field == "title" else LEAD if entity.start < LEAD_LENGTH else REST
            _add(found, topic, each, entity.text)
    for topic, word in in_section(section, lexicon).items():
        _add(found, topic, LEAD, word)
    weight = _chosen(found.weight, lexicon)
    best = max(weight.values(), default=0.0)
    least = max(ENOUGH, best * lexicon.share)
    kept = sorted((t for t, w in weight.items() if w >= least), key=lambda t: (-weight[t], lexicon.order[t]))[:MOST]
    return tuple(Topic(name=topic, evidence=tuple(found.evidence[topic])[:EVIDENCE]) for topic in kept) or (Topic(name=UNKNOWN),)


def in_section(section: str, lexicon: Lexicon) -> dict[str, str]:
    """What a section's name says, each once, with the word that says it."""
    return {name: word for word, name in lexicon.sections if word in section} if section else {}


def _add(found: Weights, topic: str, weight: float, reason: str) -> None:
    found.weight[topic] = found.weight.get(topic, 0.0) + weight
    found.evidence.setdefault(topic, {})[reason] = None


def _chosen(weight: dict[str, float], lexicon: Lexicon) -> dict[str, float]:
    """The weights of the first taxonomy's topics; those of the other where the first has none, or hardly any."""
    first = {topic: w for topic, w in weight.items() if topic in lexicon.first}
    other = {topic: w for topic, w in weight.items() if topic not in lexicon.first}
    best, rival = max(first.values(), default=0.0), max(other.values(), default=0.0)
    if best < ENOUGH:
        return other
    return weight if rival >= lexicon.beside * best else first


def weigh(text: str, lexicon: Lexicon, found: Weights, each: Callable[[int], float]) -> None:
    """Add to `found` what the lexicon's words in `text` say; `each` gives a strong word's weight by where it stands."""
    seen: dict[str, int] = {}
    places: dict[str, list[int]] = {}
    end = 0
    pieces, latin, says = lexicon.pieces, lexicon.latin, lexicon.says
    for hit in lexicon.scan(text):
        start, stop, word = hit
        if word in latin and not _whole(text, hit):
            continue
        for piece in pieces.get(word, ()):
            places.setdefault(piece, []).append(start)
        if stop > end:  # else within a longer word: 碳汇 in 林业碳汇 says nothing more
            end = stop
            if word in says:
                _count(word, says[word], start, seen, found, each)
    for first, starts in places.items():
        for second, written, said in lexicon.pairs.get(first, ()):
            for start in starts[:MOST_PLACES] if second in places else ():
                after = _after(places[second], start + len(first))
                if after is not None and not _parted(text, start + len(first), after):
                    _count(written, said, start, seen, found, each)


def _count(word: str, said: tuple[tuple[str, bool], ...], start: int, seen: dict[str, int], found: Weights, each: Callable[[int], float]) -> None:
    seen[word] = seen.get(word, 0) + 1
    if seen[word] > SAME_WORD:
        return
    for topic, strong in said:
        _add(found, topic, each(start) * (1.0 if strong else WEAK), word)


def _whole(text: str, hit: Hit) -> bool:
    """Whether a word in Latin letters stands by itself: no SAF in SAFE."""
    before, first, last, after = text[hit.start - 1 : hit.start], hit.word[0], hit.word[-1], text[hit.end : hit.end + 1]
    return not (_latin(first) and _latin(before)) and not (_latin(last) and _latin(after))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _after(starts: list[int], place: int) -> int | None:
    """The first of `starts` at `place` or up to WITHIN characters behind it."""
    n = bisect_left(starts, place)
    return starts[n] if n < len(starts) and starts[n] - place <= WITHIN else None


def _parted(text: str, start: int, end: int) -> bool:
    """Whether a sentence ends between."""
    return any(sign in "。;；!?！？\n" for sign in text[start:end])
