"""The labelled items of tests/data/classes in, macro F1 of topics, document types and levels out, for tuning and held-out apart.

    python -m scripts.classes_score [--confusions]

The split is by a hash of the item's id: a third is held out, and no rule is tuned on it. Items that were labelled a second time give the
agreement (Cohen's kappa). Macro F1 is over the labels that the gold or the rules give in that part, each weighing the same, however rare.
"""

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.enrich.classify import classify
from services.enrich.entities import extract

FOLDER = Path(__file__).resolve().parent.parent / "tests/data/classes"
PUBLISHED = date(2026, 8, 24)
"""A day of publication for all of them, as entities need one."""

Sets = list[tuple[frozenset[str], frozenset[str]]]
"""(gold, given) for each item."""


@dataclass(frozen=True)
class Labels:
    """Classes of an item, given by hand or by rule."""

    doc_type: str
    level: str | None
    topics: frozenset[str]


@dataclass(frozen=True)
class Labelled:
    """An item with the labels of both."""

    id: str
    title: str | None
    body: str
    gold: Labels
    given: Labels

    @property
    def held_out(self) -> bool:
        """Whether no rule may be tuned on it."""
        return int(hashlib.sha256(self.id.encode()).hexdigest(), 16) % 3 == 0


def labels(row: dict[str, object]) -> Labels:
    """Labels as the files hold them."""
    topics = row["topics"]
    assert isinstance(topics, list)
    return Labels(str(row["doc_type"]), str(row["level"]) if row["level"] else None, frozenset(topics))


def items(folder: Path = FOLDER) -> list[Labelled]:
    """Every labelled item, classified."""
    found = []
    for line in (folder / "items.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        classes = classify(row["title"], row["body"], None, extract(row["title"], row["body"], published_on=PUBLISHED))
        given = Labels(classes.doc_type, classes.level, frozenset(topic.name for topic in classes.topics))
        found.append(Labelled(row["id"], row["title"], row["body"], labels(row), given))
    return found


def of(item: Labelled, kind: str) -> tuple[frozenset[str], frozenset[str]]:
    """(gold, given) for `topics`, `doc_type` or `level`; no level is a level of its own."""
    if kind == "topics":
        return item.gold.topics, item.given.topics
    gold, given = getattr(item.gold, kind), getattr(item.given, kind)
    return frozenset([gold or "无"]), frozenset([given or "无"])


def f1(sets: Sets) -> dict[str, tuple[float, int]]:
    """Label → F1 and how often the gold has it."""
    hit, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for gold, given in sets:
        hit.update(gold & given)
        wrong.update(given - gold)
        missed.update(gold - given)
    return {name: (2 * hit[name] / (2 * hit[name] + wrong[name] + missed[name]), hit[name] + missed[name]) for name in hit | wrong | missed}


def macro(sets: Sets) -> float:
    """Mean of the labels' F1."""
    scores = [score for score, _ in f1(sets).values()]
    return sum(scores) / len(scores) if scores else 0.0


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa of two labellings: agreement beyond what chance gives (Cohen 1960)."""
    total = len(pairs)
    agreed = sum(one == other for one, other in pairs) / total
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(first[name] * second[name] for name in first) / total**2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def agreement(folder: Path = FOLDER) -> dict[str, float]:
    """Kappa of the items labelled twice: document type and level as one label each, topics over all (item, topic) decisions."""
    rows = {row["id"]: labels(row) for row in map(json.loads, (folder / "items.jsonl").read_text("utf-8").splitlines())}
    again = {row["id"]: labels(row) for row in map(json.loads, (folder / "second.jsonl").read_text("utf-8").splitlines())}
    names = sorted({name for row in rows.values() for name in row.topics} | {name for row in again.values() for name in row.topics})
    both = [(rows[name], labelled) for name, labelled in again.items()]
    return {
        "items": len(both),
        "doc_type": kappa([(one.doc_type, two.doc_type) for one, two in both]),
        "level": kappa([(one.level or "", two.level or "") for one, two in both]),
        "topics": kappa([(str(name in one.topics), str(name in two.topics)) for one, two in both for name in names]),
    }


def confusions(found: Iterable[Labelled], kind: str) -> list[str]:
    """One line for each item that came out otherwise than labelled."""
    lines = []
    for item in found:
        gold, given = of(item, kind)
        if gold != given:
            missed, wrong = "、".join(sorted(gold - given)) or "-", "、".join(sorted(given - gold)) or "-"
            lines.append(f"  {item.id} {kind}: missed {missed}; instead {wrong} | {item.title or item.body[:24]}")
    return lines


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Score topics, document types and levels on the labelled items.")
    parser.add_argument("--confusions", choices=["tuning", "held-out", "both", "none"], default="both", help="whose confusions to list")
    wanted = parser.parse_args().confusions
    found = items()
    parts = {"tuning": [one for one in found if not one.held_out], "held-out": [one for one in found if one.held_out]}
    print(f"{'macro F1':<12}" + "".join(f"{name} ({len(part)})".rjust(16) for name, part in parts.items()))
    for kind in ("topics", "doc_type", "level"):
        print(f"{kind:<12}" + "".join(f"{macro([of(one, kind) for one in part]):16.3f}" for part in parts.values()))
    if (FOLDER / "second.jsonl").exists():
        again = agreement()
        print(f"\nLabelled twice: {again['items']:.0f} items; kappa " + ", ".join(f"{k} {again[k]:.3f}" for k in ("doc_type", "level", "topics")))
    for name, part in parts.items():
        if wanted not in (name, "both"):
            continue
        for kind in ("topics", "doc_type", "level"):
            scores = f1([of(one, kind) for one in part])
            print(f"\n{name}, {kind}: " + ", ".join(f"{label} {score:.2f} ({n})" for label, (score, n) in sorted(scores.items())))
            print("\n".join(confusions(part, kind)))


if __name__ == "__main__":
    main()
