"""Gold sets and their scorers beside the checkout in, their tables out; says so where there are none.

    python scripts/evaluate.py [--gold FOLDER]

The gold sets are not part of the project: they measure it, and nothing in it is made from their answers. Looked for in
`shared` beside the checkout's folder, where `eval` holds `split` and `entity` with a scorer each, and `samples` a digest with what is expected of it.
"""

import argparse
import subprocess
import sys
from pathlib import Path

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
        add("Splitting", gold / "eval/score_split.py", str(gold / "eval/split"), "--command", parse)
    for file in sorted((gold / "eval/entity").glob("*.jsonl")):
        add(f"Entities, {file.stem}", gold / "eval/score_entity.py", str(file), "--command", extract)
    return found


def main() -> int:
    """Run each scorer and pass on what it prints; 1 when a scorer could not run, as no score is asked for here."""
    parser = argparse.ArgumentParser(description="Score splitting and extraction against the gold sets, where they are.")
    parser.add_argument(
        "--gold", type=Path, default=ROOT.parent / "shared", help="folder with eval/ and samples/ (default: shared beside the checkout)"
    )
    gold = parser.parse_args().gold
    found = runs(gold)
    if not found:
        print("There is nothing to run: no gold sets beside this checkout. Name their folder with ARGS='--gold FOLDER'.")
        return 0
    broken = 0
    for number, (heading, command) in enumerate(found, 1):
        print(f"\n== {heading} ({number}/{len(found)})", flush=True)
        # 1 is a scorer's way to say that not all holds, which is its answer; beyond that it did not work.
        broken += subprocess.run(command, check=False).returncode not in (0, 1)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
