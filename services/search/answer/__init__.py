"""Elasticsearch's answer → what is shown: hits, marks, fragments, counts, pages and differences."""
