"""Two revisions of a digest as enriched records → what was added, removed and changed, item by item, with the changed words marked. Pure.

Items are the same by id, which comes from the title. What is left on both sides is paired once more by its text, as a corrected title would otherwise
look like one item gone and another come.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from services.search.models.revision import ChangedItem, FieldChange, ItemLine, Piece, PieceKind

Json = dict[str, Any]

ALIKE = 0.75
"""Of two texts with other titles: an edit leaves three quarters, while two news of one form ("X: 印发…方案") share some 0.6."""

COMPARED = 600
"""Characters of a text by which that is judged: the first sentences."""

PAIRS = 2500
"""Of left-over items that are tried: 50 on each side, some 0.2 s."""

WORK = 4_000_000
"""Characters against characters, over one comparison: some 2 s. What is beyond is marked as a whole."""

SPECKLE = 2
"""Equal characters between two changes that are fewer are marked with them: single ones are chance in Chinese, and hard to read."""

_SENTENCE = re.compile(r"[^。!?;!?;\n]*[。!?;!?;\n]+|[^。!?;!?;\n]+")

FIELDS = {"section": "栏目", "doc_type": "类型", "level": "层级"}


@dataclass(frozen=True)
class Difference:
    """Of two revisions."""

    added: tuple[ItemLine, ...]
    removed: tuple[ItemLine, ...]
    changed: tuple[ChangedItem, ...]
    unchanged: int


def compare(before: Json, after: Json) -> Difference:
    """Of two enriched digests, as parsed JSON."""
    old = {item["item_id"]: item for item in before.get("items") or ()}
    new = {item["item_id"]: item for item in after.get("items") or ()}
    same = [(old[item_id], item) for item_id, item in new.items() if item_id in old]
    gone = [item for item_id, item in old.items() if item_id not in new]
    come = [item for item_id, item in new.items() if item_id not in old]
    renamed = list(_paired(gone, come))
    taken = {item["item_id"] for pair in renamed for item in pair}
    marker = Marker()
    pairs = sorted([*same, *renamed], key=lambda pair: int(pair[1]["ordinal"]))
    changed = [one for one in (_changed(left, right, marker) for left, right in pairs) if one is not None]
    return Difference(
        added=tuple(_line(item) for item in come if item["item_id"] not in taken),
        removed=tuple(_line(item) for item in gone if item["item_id"] not in taken),
        changed=tuple(changed),
        unchanged=len(pairs) - len(changed),
    )


def _line(item: Json) -> ItemLine:
    return ItemLine(item_id=item["item_id"], ordinal=item["ordinal"], headline=item["headline"])


def _changed(before: Json, after: Json, marker: "Marker") -> ChangedItem | None:
    fields = [
        FieldChange(name=label, before=before.get(name), after=after.get(name))
        for name, label in FIELDS.items()
        if before.get(name) != after.get(name)
    ]
    topics = [[topic["name"] for topic in item.get("topics") or ()] for item in (before, after)]
    if topics[0] != topics[1]:
        fields.append(FieldChange(name="主题", before="、".join(topics[0]) or None, after="、".join(topics[1]) or None))
    words = [(item.get("title") or "", item["body"]) for item in (before, after)]
    if words[0] == words[1] and not fields:
        return None
    return ChangedItem(
        item_id=after["item_id"],
        ordinal=after["ordinal"],
        headline=after["headline"],
        title=marker.pieces(words[0][0], words[1][0]) if words[0][0] != words[1][0] else (),
        body=marker.pieces(words[0][1], words[1][1]) if words[0][1] != words[1][1] else (),
        fields=tuple(fields),
    )


def _paired(gone: Sequence[Json], come: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Items of both that are one by their text: first those of the same body, then the likest."""
    left = list(gone)
    open_: list[Json] = []
    for item in come:
        twin = next((one for one in left if one["body"] == item["body"] and one["body"]), None)
        if twin is None:
            open_.append(item)
        else:
            left.remove(twin)
            yield twin, item
    if len(left) * len(open_) > PAIRS:
        return
    ratios = sorted(((_likeness(one, item), at, to) for at, one in enumerate(left) for to, item in enumerate(open_)), reverse=True)
    used: tuple[set[int], set[int]] = (set(), set())
    for ratio, at, to in ratios:
        if ratio >= ALIKE and at not in used[0] and to not in used[1]:
            used[0].add(at)
            used[1].add(to)
            yield left[at], open_[to]


def _likeness(one: Json, other: Json) -> float:
    left, right = (f"{item.get('title') or ''}\n{item['body']}"[:COMPARED] for item in (one, other))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


class Marker:
    """Marks changed words, and does no more than WORK."""

    def __init__(self, work: int = WORK) -> None:
        self._left = work

    def pieces(self, before: str, after: str) -> tuple[Piece, ...]:
        """Both texts in one: what stays, what went, what came; sentence by sentence, and within those that changed character by character."""
        left, right = _SENTENCE.findall(before), _SENTENCE.findall(after)
        found: list[tuple[PieceKind, str]] = []
        for tag, i, j, k, m in self._opcodes(left, right):
            if tag == "equal":
                found.append(("same", "".join(left[i:j])))
            else:
                found += self._within("".join(left[i:j]), "".join(right[k:m]))
        return tuple(Piece(kind=kind, text=text) for kind, text in _joined(found))

    def _opcodes(self, left: Sequence[str], right: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
        work = len(left) * len(right)
        if work > self._left:
            return [("replace", 0, len(left), 0, len(right))]
        self._left -= work
        return list(SequenceMatcher(None, left, right, autojunk=False).get_opcodes())

    def _within(self, before: str, after: str) -> list[tuple[PieceKind, str]]:
        found: list[tuple[PieceKind, str]] = []
        for tag, i, j, k, m in _without_speckles(self._opcodes(before, after)):
            if tag == "equal":
                found.append(("same", before[i:j]))
            else:
                found += [("removed", before[i:j]), ("added", after[k:m])]
        return found


def _without_speckles(opcodes: list[tuple[str, int, int, int, int]]) -> list[tuple[str, int, int, int, int]]:
    """Short equal runs between changes belong to the change; runs of changes become one."""
    found: list[tuple[str, int, int, int, int]] = []
    for at, (tag, i, j, k, m) in enumerate(opcodes):
        between = 0 < at < len(opcodes) - 1
        changes = tag != "equal" or (between and j - i < SPECKLE)
        if changes and found and found[-1][0] == "replace":
            _, first, _, start, _ = found[-1]
            found[-1] = ("replace", first, j, start, m)
        else:
            found.append(("replace" if changes else "equal", i, j, k, m))
    return found


def _joined(pieces: Sequence[tuple[PieceKind, str]]) -> list[tuple[PieceKind, str]]:
    """Neighbours of one kind as one piece, empty ones left out; what went before what came."""
    found: list[tuple[PieceKind, str]] = []
    for kind, text in pieces:
        if text and found and found[-1][0] == kind:
            found[-1] = (kind, found[-1][1] + text)
        elif text:
            found.append((kind, text))
    return found
