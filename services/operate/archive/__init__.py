"""The raw topic (and what operators did) ↔ a folder of plain files outside Kafka, from which a lost cluster is made again.

    DIR/manifest.json              which files there are, each with its SHA-256, and how far each topic was read
    DIR/SHA256SUMS                 the same sums for `sha256sum -c`
    DIR/2026/11/2026-11-22-0.jsonl.gz   records in the order they came, one JSON object a line (see `line`)
    DIR/known.sqlite               what is in the files, so that nothing is written twice; made again when it is missing

`jianbao archive export` only ever adds files; only `jianbao erase --archive` writes one anew.
"""
