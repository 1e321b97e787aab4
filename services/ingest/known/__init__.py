"""A digest's id → what is known of it, without reading the archive: its manifest in the index, and what is still on its way there.

    desk.py        the two asked in turn; what neither can tell is Unavailable, never a guess
    manifests.py   the index, read by id
    in_flight.py   what enrich and index have not got to yet, and dead letters
    facts.py       a manifest or a record → a RawDigest

The archive itself (services.ingest.latest) is read by `jianbao withdraw` alone, where neither knows an id: nothing in Kafka finds a key.
"""
