"""A digest's id, revision and time → its record in the raw topic, looked for where it should lie first.

Its key says the partition, and its time, which imports keep, about where in it: some hundred records are read then.
Only where times were lost (a copy by another tool, a clock that was set) is the partition read from its
beginning, and where partitions were added later, the others too: a gigabyte takes some ten seconds.
"""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass

from shared.errors import Rejected
from shared.kafka.placement import partition_of
from shared.kafka.scan import Scanner
from shared.records import DIGEST_HEADER, RawDigest, read_raw

NEAR_RECORDS = 2_000
"""That are read from where the time points to, before all others are: what a second of feeding writes into one partition."""

EARLIER_MS = 1_000
"""That a record's time may lie before its revision: both are of the same clock, which may be set meanwhile."""

FETCH_BYTES = 2**20
"""Or one record, where that is larger."""


@dataclass(frozen=True)
class Original:
    """A raw record."""

    raw: RawDigest
    content: bytes


async def find(scanner: Scanner, topic: str, digest_id: str, revision: int, *, at_ms: int, everywhere: bool) -> Original | None:
    """Return the record of that revision, which was received about `at_ms` (since 1970); None where there is none.

    Unless `everywhere`, it is looked for in the partition of its key alone. Raises Unavailable.
    """
    wanted = _Wanted(digest_id, revision)
    first = await scanner.first_at(topic, max(0, at_ms - EARLIER_MS))
    bounds = await scanner.bounds(topic)
    if not bounds:
        return None
    own = partition_of(wanted.digest_id, sorted(bounds))
    begin, end = bounds[own]
    near = first.get(own, end)
    behind = min(end, near + NEAR_RECORDS)
    # Where it should be, then what lies behind that and before it.
    turns: list[dict[int, tuple[int, int]]] = [{own: (near, behind)}, {own: (behind, end)}, {own: (begin, near)}]
    if everywhere:
        turns.append({partition: ends for partition, ends in bounds.items() if partition != own})
    for ranges in turns:
        if (found := await _read(scanner, topic, ranges, wanted)) is not None:
            return found
    return None


@dataclass(frozen=True)
class _Wanted:
    digest_id: str
    revision: int


async def _read(scanner: Scanner, topic: str, ranges: Mapping[int, tuple[int, int]], wanted: _Wanted) -> Original | None:
    left = {partition: ends for partition, ends in ranges.items() if ends[0] < ends[1]}
    if not left:
        return None
    key = wanted.digest_id.encode("ascii")
    since, until = ({partition: ends[at] for partition, ends in left.items()} for at in (0, 1))
    async with aclosing(scanner.read(topic, since=since, until=until)) as records:
        async for scanned in records:
            record = scanned.record
            if record.key != key:
                continue
            try:
                raw = read_raw(next((data for name, data in record.headers if name == DIGEST_HEADER), b""))
            except Rejected:
                continue  # under the key, but not ingest's
            if raw.digest_id == wanted.digest_id and raw.revision == wanted.revision:
                return Original(raw, record.value or b"")
    return None
