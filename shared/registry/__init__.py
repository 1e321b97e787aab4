"""The registry of sources, in the compacted topic `sources.v1`: what is known of each, and how its digests are fetched.

entry.py      an entry and the state of its fetching ↔ their records
listing.py    the records of the topic → what is known by now of all sources
follow.py     the topic → a listing that a service keeps up to date
register.py   changes, of which none is lost when two people make them at once

| key        | value                                                           | model               |
|------------|-----------------------------------------------------------------|---------------------|
| `ID`       | examples and whatever else changes how its digests are enriched | shared.sources      |
| `entry:ID` | names, cadence, how it is fetched, whether it is on             | entry.Entry         |
| `fetch:ID` | what the last fetch found: validators, failures, what was taken | entry.FetchState    |
"""
