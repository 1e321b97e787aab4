"""Blocks of a document in; items, sections, contents list and boilerplate out. Pure: `split.split` is where to begin."""
