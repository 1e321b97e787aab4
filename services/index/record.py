"""A record of the enriched topic → its digest's documents, which remember where the record lies. Pure."""

from dataclasses import replace

from services.index import document, revisions
from services.index.document import Documents
from shared.dead_letters.headers import SourceRecord
from shared.errors import Rejected


def documents_of(record: SourceRecord) -> Documents:
    """What the record says; raises Rejected as services.index.document.read does, and `unknown_form` when the key is another digest's."""
    documents = document.read(record.value)
    # The order of a digest's revisions rests on the key: under another one they would share no partition.
    if record.key != documents.digest_id.encode():
        raise Rejected("unknown_form", f"the record's key is not its digest_id {documents.digest_id}")
    return documents


def of_record(record: SourceRecord) -> Documents:
    """The same, with the record's place among the digest's revisions."""
    documents = replace(documents_of(record), place=(record.partition, record.offset))
    revisions.remember(documents, [revisions.entry(documents, record.partition, record.offset)])
    return documents
