"""Digest ids → the last raw record of each, looked for where its key puts it, and elsewhere only when it is not there."""

from collections.abc import Collection, Mapping

from shared.errors import Misconfigured, Rejected
from shared.kafka.placement import partition_of
from shared.kafka.scan import Scanner
from shared.records import DIGEST_HEADER, RawDigest, read_raw


async def latest(scanner: Scanner, topic: str, digest_ids: Collection[str]) -> dict[str, RawDigest]:
    """What the raw topic knows of these digests at their highest revision; ids that it never saw are missing.

    Reads one partition for each, from its beginning: nothing in Kafka finds a key. Raises Unavailable, and Misconfigured without a topic.
    """
    bounds = await scanner.bounds(topic)
    if not bounds:
        raise Misconfigured(f"there is no topic {topic}: check KAFKA_BOOTSTRAP_SERVERS and JIANBAO_NAMESPACE")
    ends = {partition: last for partition, (_, last) in bounds.items()}
    own = {partition_of(digest_id, sorted(ends)) for digest_id in digest_ids}
    found = await _read(scanner, topic, digest_ids, {partition: ends[partition] for partition in own})
    missing = [digest_id for digest_id in digest_ids if digest_id not in found]
    if missing and own != set(ends):
        # Another partition had its key before partitions were added.
        found |= await _read(scanner, topic, missing, {partition: end for partition, end in ends.items() if partition not in own})
    return found


async def _read(scanner: Scanner, topic: str, digest_ids: Collection[str], until: Mapping[int, int]) -> dict[str, RawDigest]:
    keys = {digest_id.encode("ascii"): digest_id for digest_id in digest_ids}
    found: dict[str, RawDigest] = {}
    async for scanned in scanner.read(topic, until=until):
        digest_id = keys.get(scanned.record.key or b"")
        if digest_id is None:
            continue
        try:
            raw = read_raw(next((data for name, data in scanned.record.headers if name == DIGEST_HEADER), b""))
        except Rejected:
            continue  # under the key, but not ingest's
        if digest_id not in found or raw.revision > found[digest_id].revision:
            found[digest_id] = raw
    return found
