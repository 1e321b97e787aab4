"""The monitor's balance and the topics' offsets → every way in which what went in did not come out. Pure.

Once all is committed nothing is in flight, and what a stage received is all that was ever written to its topic.
"""

from shared.health.conservation import STAGES, Conservation
from tests.chaos.view import Offsets


def unbalanced(found: Conservation, offsets: Offsets) -> list[str]:
    """Return what does not balance, in plain words; empty when in = out + duplicates + dead for each stage."""
    if tuple(one.stage for one in found.stages) != STAGES:
        return [f"the monitor knows no balance: {found.state} {found.detail}"]
    raw, enriched = sum(offsets.raw.values()), sum(offsets.enriched.values())
    written = {"ingest": raw, "enrich": raw, "index": enriched}
    wrong = []
    for one in found.stages:
        if one.received != written[one.stage]:
            wrong.append(f"{one.stage} received {one.received} of {written[one.stage]} records")
        if one.received != one.done + one.replaced + one.dead + one.in_flight + one.lost:
            wrong.append(f"{one.stage} does not balance: {one}")
        if one.in_flight:
            wrong.append(f"{one.stage} has {one.in_flight} in flight though all is committed")
        if one.lost:
            wrong.append(f"{one.stage} lost {one.lost}: {', '.join(each.id for each in one.ids)}")
    return wrong
