"""`python -m tests.fakes.replay_command [--resume] [--build-below N] [--rate R]`: the replay command with a newer build's fake of enrich()."""

import argparse
import sys

from services.enrich.replay.choice import Choice
from services.enrich.replay.commands import run

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--build-below", type=int)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--max-lag", type=int, default=50)
    asked = parser.parse_args()
    sys.exit(
        run(
            Choice(build_below=asked.build_below),
            rate=asked.rate,
            max_lag=asked.max_lag,
            dry_run=False,
            resume=asked.resume,
            as_json=True,
            function="tests.fakes.enrich_raised:enrich",
        )
    )
