"""The one digest that the monitor feeds to itself again and again: who it is, and which records are of it. Pure.

It has one identity, so that Kafka keeps it in one partition, and whoever reads a topic knows its records by their key
alone. No one else sees it: its items go into indices of its own (`shared.index_names.canary`), and readers of topics
pass it over.
"""

from shared.errors import Rejected
from shared.ids import digest_id

SOURCE = "jianbao-canary"
"""Reserved: ingest takes nothing else of this source"""

EXTERNAL_ID = "canary"

DIGEST_ID = digest_id(SOURCE, external_id=EXTERNAL_ID, content="")

KEY = DIGEST_ID.encode("ascii")
"""Of its records in every topic"""


def reserved() -> Rejected:
    """Return the refusal of whoever uses the source as if it were theirs."""
    why = f"the source {SOURCE} is the monitor's own, and what is fed under it is never found: choose another name"
    return Rejected("reserved_source", why)
