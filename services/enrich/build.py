"""The number of the enrich code: part of every version it writes."""

BUILD = 7
"""Only ever rises: with every change of splitter, extractors, taxonomy or gazetteers, and for a rollback too, so that
what the newer code says replaces what the older one said."""
