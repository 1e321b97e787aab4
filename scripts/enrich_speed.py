"""Gold items in, the characters a second that whole `enrich()` takes for digests made of them out: splitting, dates, entities and classes to JSON.

    python -m scripts.enrich_speed GOLD.jsonl

Processor time of one process on one core, gazetteers and patterns loaded; `scripts/peers.py` prints it beside what the peers take.
"""

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from services.enrich.enrich import enrich
from shared.ids import digest_id
from shared.records import RawDigest

ITEMS = 10
"""Of a digest, as in a weekly of usual length."""

SECONDS = 3.0
"""Of processor time to measure over, after a first round that loads everything."""


def digests(items: list[dict[str, str | None]]) -> list[str]:
    """Numbered digests of ITEMS items each."""
    texts = []
    for start in range(0, len(items), ITEMS):
        stories = [f"{n}.{item.get('title') or '要闻'}\n{item['text']}" for n, item in enumerate(items[start : start + ITEMS], 1)]
        texts.append("\n".join(stories))
    return texts


def once(texts: list[str]) -> None:
    """Enrich all of them, to the bytes that would be sent."""
    now = datetime(2026, 2, 8, tzinfo=UTC)
    for text in texts:
        raw = RawDigest(digest_id=digest_id("speed", content=text), source="speed", media_type="text/plain", received_at=now, sha256="", revision=1)
        enrich(raw, text.encode(), enriched_at=now).to_json()


def main() -> int:
    """Print the number alone, as another script reads it."""
    parser = argparse.ArgumentParser(description="Characters a second of whole enrich().")
    parser.add_argument("gold", type=Path)
    items = [json.loads(line) for line in parser.parse_args().gold.read_text("utf-8").splitlines() if line.strip()]
    texts = digests(items)
    once(texts)
    rounds, began = 0, time.process_time()
    while time.process_time() - began < SECONDS:
        once(texts)
        rounds += 1
    print(round(rounds * sum(map(len, texts)) / (time.process_time() - began)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
