"""Suggestions while somebody types, mends for queries that find nothing, values of a facet, and the queries that were asked before."""
