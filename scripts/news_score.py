"""Real items labelled by hand in tests/data/classes/real.jsonl, and the archives that hold their texts, in; F1 and the share of 未分类 out.

    python -m scripts.news_score FOLDER_OF_ARCHIVES [--confusions]

Rules were tuned on the parts `tuning` and `seen`; `held-out` was labelled after they were done. The share of
未分类 is of 500 further items, as many of each archive as of any other. Where there are labels by a second
reader (real_second.jsonl), their agreement (Cohen's kappa) is told.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.classes_score import FOLDER, Sets, f1, kappa, macro
from scripts.real_items import Files, Real, archives, drawn, items_of
from services.enrich.unclassified import UNKNOWN

PARTS = ("tuning", "seen", "held-out")
RANDOM = 500
"""Items that the share of 未分类 is measured on."""
SEED = 500


@dataclass(frozen=True)
class Labelled:
    """An item's place, what was decided of it, and what the product says; None where its digest is no longer parted so."""

    part: str
    place: str
    gold: Real
    given: Real | None


def rows(name: str) -> list[dict[str, str | list[str]]]:
    """Lines of a file of labels; none where there is no such file."""
    file = FOLDER / name
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def gold_of(row: dict[str, str | list[str]]) -> Real:
    """The labels of a line."""
    return Real(str(row["hash"]), str(row["doc_type"]), frozenset(row["topics"]))


def labelled(archive: str, files: Files) -> Iterator[Labelled]:
    """Those of an archive, classified."""
    for row in rows("real.jsonl"):
        if row["archive"] == archive:
            name = str(row["file"])
            given = {item.hash: item for item in items_of(name, files[name])} if name in files else {}
            yield Labelled(str(row["part"]), f"{name} {row['index']}", gold_of(row), given.get(str(row["hash"])))


def sets(found: list[Labelled], kind: str) -> Sets:
    """(gold, given) for `topics` or `doc_type`."""
    pairs = [(one.gold, one.given) for one in found if one.given is not None]
    if kind == "topics":
        return [(gold.topics, given.topics) for gold, given in pairs]
    return [(frozenset([gold.doc_type]), frozenset([given.doc_type])) for gold, given in pairs]


def micro(found: Sets) -> float:
    """F1 over all decisions, each weighing the same."""
    hit = sum(len(gold & given) for gold, given in found)
    every = sum(len(gold) + len(given) for gold, given in found)
    return 2 * hit / every if every else 0.0


def agreement() -> str | None:
    """Kappa of the items that a second reader labelled, in words; None where there are none."""
    first = {str(row["hash"]): gold_of(row) for row in rows("real.jsonl")}
    both = [(first[two.hash], two) for two in map(gold_of, rows("real_second.jsonl"))]
    if not both:
        return None
    names = sorted({name for pair in both for one in pair for name in one.topics})
    types = kappa([(one.doc_type, two.doc_type) for one, two in both])
    topics = kappa([(str(name in one.topics), str(name in two.topics)) for one, two in both for name in names])
    return f"{len(both)} items; kappa doc_type {types:.3f}, topics {topics:.3f}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Score topics and document types on real items of other domains.")
    parser.add_argument("folder", type=Path, help="where the archives are (*.tar.gz)")
    parser.add_argument("--confusions", action="store_true", help="list what came out otherwise than labelled, by its place")
    wanted = parser.parse_args()
    found: list[Labelled] = []
    unseen: dict[str, list[Real]] = {}
    known = [str(row["hash"]) for row in rows("real.jsonl")]
    count = len(list(wanted.folder.glob("*.tar.gz")))
    for archive, files in archives(wanted.folder):
        found += labelled(archive, files)
        unseen[archive] = drawn(files, -(-RANDOM // count), seed=SEED, without=known)
    print(f"{'':<12}" + "".join(f"{f'{part} ({sum(one.part == part for one in found)})':>16}" for part in PARTS))
    for kind in ("topics", "doc_type"):
        for name, score in (("macro", macro), ("micro", micro)):
            line = [score(sets([one for one in found if one.part == part], kind)) for part in PARTS]
            print(f"{kind} {name}".ljust(16) + "".join(f"{value:16.3f}" for value in line))
    if gone := sum(one.given is None for one in found):
        print(f"{gone} items are no longer parted as they were labelled, and left out.")
    print(f"Labelled by two readers: {agreement() or 'none'}")
    items = [item for group in unseen.values() for item in group]
    for kind, share in (("topics", _unknown_topics), ("doc_type", _unknown_types)):
        each = ", ".join(f"{archive} {share(group):.0%}" for archive, group in unseen.items() if group)
        print(f"{UNKNOWN} in {kind}: {share(items):.1%} of {len(items)} random items ({each})")
    if wanted.confusions:
        for kind in ("topics", "doc_type"):
            for part in PARTS:
                scores = f1(sets([one for one in found if one.part == part], kind))
                print(f"\n{part}, {kind}: " + ", ".join(f"{label} {score:.2f} ({n})" for label, (score, n) in sorted(scores.items())))
        print("\n".join(f"{one.part} {one.place}: {one.gold} {one.given}" for one in found if one.gold != one.given))
    print("Types given: " + ", ".join(f"{name} {n}" for name, n in Counter(item.doc_type for item in items).most_common()))


def _unknown_topics(items: list[Real]) -> float:
    return sum(item.topics <= {UNKNOWN} for item in items) / len(items)


def _unknown_types(items: list[Real]) -> float:
    return sum(item.doc_type in ("", UNKNOWN) for item in items) / len(items)


if __name__ == "__main__":
    main()
