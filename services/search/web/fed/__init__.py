"""Pages and API of what was fed: the list of digests with what became of each, and their originals."""
