"""A digest that is held in quarantine → fed once more with the word that it is one: a person's decision, on record.

    release.py   the flow: known, permitted, held, its bytes read, written, on record
    shelf.py     where its bytes and the index's word on it come from
    route.py     POST /v1/digests/{id}/release

Discarding such a digest is withdrawing it (services.ingest.withdraw).
"""
