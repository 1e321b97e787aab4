"""Stands in for `services.enrich.enrich`: one item from a digest's text, and every way to fail for texts with a marker.

Runs in the pool's child processes, to which it is named as `tests.fakes.enrich_hooks:enrich`.
"""

import os
import signal
import time
from datetime import datetime

from shared.errors import Rejected
from shared.ids import item_ids
from shared.records import EnrichedDigest, Item, RawDigest
from shared.version import BUILD

RAISES = "引发异常"
REJECTS = "拒收"
HANGS = "卡住"
HANGS_IN_C = "在正则里卡住"
CRASHES = "崩溃"
EXITS = "退出"
GROWS = "膨胀"
GREEDY = "贪吃"
SLOW = "慢"
SLOW_SECONDS = 0.4
NICENESS = "谦让"
"""The item's body is then what was taken off the priority of the process."""


def enrich(raw: RawDigest, content: bytes, *, enriched_at: datetime) -> EnrichedDigest:
    """One item with the digest's first line as its title, unless a marker says to fail."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Rejected("undecodable", "the bytes are not UTF-8") from error
    head = text[:100]
    if RAISES in head:
        raise ValueError(f"can't enrich {head!r}")
    if REJECTS in head:
        raise Rejected("unsupported", "nothing to be done with it")
    if HANGS_IN_C in head:
        sum(range(10**12))  # holds the interpreter's lock in C for hours
    if HANGS in head:
        time.sleep(3600)
    if CRASHES in head:
        os.kill(os.getpid(), signal.SIGSEGV)
    if EXITS in head:
        raise SystemExit(3)
    if GREEDY in head:
        return bytearray(2**33)[0]  # type: ignore[return-value]  # 8 GiB: never returns under a limit
    if SLOW in head:
        time.sleep(SLOW_SECONDS)
    title, _, body = text.partition("\n")
    body = body * 40 if GROWS in head else str(os.nice(0)) if NICENESS in head else body
    item = Item(item_id=item_ids(raw.digest_id, [(title, body)])[0], ordinal=1, title=title, headline=title, body=body)
    known = raw.model_dump(include=set(EnrichedDigest.model_fields))
    return EnrichedDigest(**known, build=BUILD, knowledge=0, enriched_at=enriched_at, length=len(text), items=(item,))
