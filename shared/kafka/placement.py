"""A record's key → the partition that producers put it in. Pure."""

from aiokafka.partitioner import DefaultPartitioner


def partition_of(digest_id: str, partitions: list[int]) -> int:
    """Where producers put the key, as Kafka's own default is."""
    chosen: int = DefaultPartitioner()(digest_id.encode("ascii"), partitions, partitions)
    return chosen
