"""Digests as bytes in; entities, items and boilerplate out: the Faust stream processor and its pure core."""
