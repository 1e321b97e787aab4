"""Enriched digests in, Elasticsearch documents out; and the search over them."""
