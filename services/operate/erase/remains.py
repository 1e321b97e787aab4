"""What was erased → what remains of it, where, and for how long: said to the operator. Pure."""

from collections.abc import Sequence


def remains(*, digest_ids: Sequence[str], archives: Sequence[str], deleted_documents: int | None) -> list[str]:
    """One point a line. `deleted_documents` is what Elasticsearch's segments still hold, None where it could not be asked."""
    ids = " ".join(digest_ids)
    if deleted_documents is None:
        elastic = "Elasticsearch could not be asked to merge: deleted items stay in its segments, found by nobody, until those merge. Run this again."
    elif deleted_documents:
        elastic = (
            f"Elasticsearch: {deleted_documents} deleted documents (of any digest) still lie in segments, found by nobody, until those merge: "
            "it leaves a segment alone of which under a tenth is deleted, and keeps deletions for some minutes for its replicas."
        )
    else:
        elastic = "Elasticsearch: no deleted document is left in any segment."
    return [
        "Kafka: no client can read it any more. Brokers remove whole segment files that lie before the cut within 6 minutes (log.retention.check."
        "interval.ms 5 min, file.delete.delay.ms 1 min), on replicas too. What was received since the last segment was begun (at most segment.ms, "
        "7 days, or 1 GiB) shares a file with other records: its bytes stay on the brokers' disks until that file is full or old AND this was run "
        f"after that: jianbao erase {ids} --again --reason … --yes. Dead letters go by themselves, after at most 37 days.",
        elastic,
        f"Archives: {'written anew without it: ' + ', '.join(archives) if archives else 'none was named with --archive, so none was touched'}. "
        "Every other copy of an archive, backups of disks and snapshots of Elasticsearch hold it until you delete it there.",
        "What was taught: an issue that is an example of its source stays one, in sources.v1 and in folders of jianbao profile show --to. Run "
        "jianbao profile forget SOURCE; Kafka removes the older record when it compacts, within some 7 days.",
        "On purpose: its id, revision and version, and in the operations topic who erased it, when and why.",
        "Disks keep deleted bytes until they are written over: only encryption helps against somebody who takes a disk away.",
    ]
