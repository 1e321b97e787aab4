"""A folder of gold → the weights that the splitter ships with, and the list of what they learned from.

    python -m scripts.segmenter.train GOLD --build 2

The texts stay where they are: trees, transitions and the SHA-256 of each digest are all that is kept. First families are left out in turn, to see
what a certainty is worth on digests that no model knew; then the model learns from all. Needs scripts/segmenter/requirements.txt.
"""

import argparse
import hashlib
import pickle
from pathlib import Path

from scripts.segmenter.figures import measured, plan_of, planned, report
from scripts.segmenter.folds import trained
from scripts.segmenter.gold import gold, own
from scripts.segmenter.scoring import calibration, scorer
from services.enrich.segment.model import WEIGHTS, unpacked

TRAINED_ON = Path(__file__).with_name("trained_on.txt")


def main() -> None:
    """Write the weights and the list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    planned(parser)
    parser.add_argument("--build", type=int, required=True, help="one more than that of the weights before")
    parser.add_argument("--keep", type=Path, help="write what the models read here, to look at it")
    parser.add_argument(
        "--calibrated-by", type=Path, help="weights of a part of GOLD: what they say a certainty is worth is taken, and no family left out"
    )
    said = parser.parse_args()
    samples, plan = list(gold(said.gold)), plan_of(said)
    if said.calibrated_by:
        points = unpacked(said.calibrated_by.read_bytes())[1]["calibration"]
    else:
        found = measured(samples, plan, scorer(said.scorer or said.gold), folds=said.folds)
        report(found)
        points = calibration(found.sure)
        if said.keep:
            said.keep.write_bytes(pickle.dumps(found.readings))
    listed = "".join(f"{one}\n" for one in sorted({sample.sha256 for sample in (*samples, *own())}))
    about = {
        "build": said.build, "seed": plan.seed, "made": plan.made, "calibration": points,
        "trained_on": hashlib.sha256(listed.encode()).hexdigest(),
    }  # fmt: skip
    WEIGHTS.write_bytes(trained(samples, plan, seed=plan.seed, about=about))
    TRAINED_ON.write_text(listed, "utf-8")
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1024:.0f} KiB, build {said.build}, learned from {len(samples)} digests and our own")


if __name__ == "__main__":
    main()
