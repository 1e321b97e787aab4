"""Gold sets and their scorers beside the checkout, and our own labelled items in, their tables out; says so where there are no gold sets.

    python scripts/evaluate.py [--gold FOLDER]

The gold sets are not part of the project: they measure it, and nothing in it is made from their answers. Looked for in
`shared` beside the checkout, where `eval` holds `split` and `entity` with a scorer each, and `samples` a digest with
what is expected of it; `data/timenum` there holds the date cases of Microsoft's Recognizers, `data/retrieval` and
`data/digests` news to be searched for, by headlines and by short names (on the Elasticsearch at ELASTICSEARCH_URL, else
on one started for it), of which the digests are classified too.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

SEEN = {"items": " (rules were written with it)", "items_2": " (half of it read)", "items_3": " (not read, scored once the rules were done)"}
"""What the rules have seen of a set"""

ROOT = Path(__file__).resolve().parent.parent
JIANBAO = ROOT / ".venv/bin/jianbao"


def runs(gold: Path) -> list[tuple[str, list[str]]]:
    """What there is to run: a heading and a command line each."""
    found: list[tuple[str, list[str]]] = []

    def add(heading: str, script: Path, *arguments: str) -> None:
        if script.is_file():
            found.append((heading, [sys.executable, str(script), *arguments]))

    parse, extract = f"{JIANBAO} parse", f"{JIANBAO} extract"
    add("The sample digest", gold / "samples/check_sample.py", "--command", parse)
    if (gold / "eval/split").is_dir():
        # The weights that ship have learned from these families, so each is split by a model that has not.
        found.append(("Splitting, families left out", [sys.executable, "-m", "scripts.segmenter.figures", str(gold / "eval/split")]))
        found.append(
            (
                "Sources taught by one corrected issue, beside the rules alone",
                [sys.executable, "-m", "scripts.taught_score", str(gold / "eval/split")],
            )
        )
        found.append(
            (
                "Text of the gold set's items that is in none of ours, by the weights that ship",
                [sys.executable, "-m", "scripts.text_lost", str(gold / "eval/split")],
            )
        )
        found.append(
            (
                "Spans cover every digest of the gold set, and no phrase is lost",
                [sys.executable, "-m", "pytest", "-q", "tests/unit/enrich/test_spans.py", "tests/unit/enrich/test_rest.py"],
            )
        )
    for file in sorted((gold / "eval/entity").glob("*.jsonl")):
        add(f"Entities, {file.stem}{SEEN.get(file.stem, '')}", gold / "eval/score_entity.py", str(file), "--command", extract)
        found.append(
            (f"Entities, {file.stem}, precision of each rule beside its confidence", [sys.executable, "-m", "scripts.rules_score", str(file)])
        )
    found.append(("Topics, document types, levels", [sys.executable, "-m", "scripts.classes_score"]))
    if (gold / "data/digests").is_dir():
        heading = "Topics and document types, real items of general news"
        found.append((heading, [sys.executable, "-m", "scripts.news_score", str(gold / "data/digests")]))
        found.append(("Targets, real digests", [sys.executable, "-m", "scripts.targets_score", str(gold / "data/digests")]))
    if (gold / "data/timenum").is_dir():
        found.append(("Dates, Microsoft's Recognizers", [sys.executable, "-m", "scripts.recognizers", str(gold / "data/timenum")]))
    if (gold / "data/retrieval").is_dir() or (gold / "data/digests").is_dir():
        found.append(("Known-item search", [sys.executable, "-m", "scripts.retrieval", str(gold)]))
    if (gold / "data/digests").is_dir():
        found.append(("Short names", [sys.executable, "-m", "scripts.short_names", str(gold)]))
    return found


def main() -> int:
    """Run each scorer and pass on what it prints; 1 when a scorer could not run, as no score is asked for here."""
    parser = argparse.ArgumentParser(description="Score splitting and extraction against the gold sets, where they are.")
    parser.add_argument(
        "--gold", type=Path, default=ROOT.parent / "shared", help="folder with eval/ and samples/ (default: shared beside the checkout)"
    )
    gold = parser.parse_args().gold.resolve()
    surroundings = {**os.environ, "JIANBAO_GOLD_SPLIT": str(gold / "eval/split")}
    found = runs(gold)
    if not (gold / "eval").is_dir():
        print("There are no gold sets beside this checkout, only our own labelled items. Name their folder with ARGS='--gold FOLDER'.")
    broken = 0
    for number, (heading, command) in enumerate(found, 1):
        print(f"\n== {heading} ({number}/{len(found)})", flush=True)
        # 1 is a scorer's way to say that not all holds, which is its answer; beyond that it did not work.
        broken += subprocess.run(command, check=False, cwd=ROOT, env=surroundings).returncode not in (0, 1)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
