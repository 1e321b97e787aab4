"""`make chaos [ROUNDS=100] [SEED=1]`: so many rounds from that seed on; the last line is `N of N rounds hold`, the exit status 1 when not all do."""

import argparse
import shutil
import sys
import time
from pathlib import Path

from tests.chaos.matrix import run

FOLDER = Path("build/chaos")


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="Print every line of the log, not only the rounds' results")
    given = parser.parse_args()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    began = time.monotonic()
    with (FOLDER / "chaos.log").open("a", encoding="utf-8", buffering=1) as log:

        def tell(line: str) -> None:
            print(f"{time.strftime('%H:%M:%S')} {line}", file=log)
            if given.verbose or not line.startswith("["):
                print(line, flush=True)

        reports = run(range(given.seed, given.seed + given.rounds), folder=FOLDER.absolute(), tell=tell)
    held = [report for report in reports if not report.wrong]
    if failed := [report.seed for report in reports if report.wrong]:
        print(f"failed: {', '.join(map(str, failed))}; one alone: make chaos SEED={failed[0]} ROUNDS=1; what happened is in {FOLDER}")
    faults, giants = sum(len(report.faults) for report in reports), sum(len(report.giants) for report in reports)
    print(f"{faults} faults, {giants} giants, {sum(report.digests for report in reports)} digests", end=", ")
    print(f"{sum(report.letters for report in reports)} dead letters in {time.monotonic() - began:.0f} s")
    print(f"{len(held)} of {given.rounds} rounds hold")
    return 0 if len(held) == given.rounds else 1


if __name__ == "__main__":
    sys.exit(main())
