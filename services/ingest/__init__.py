"""Digests come in: by HTTP or the command line, out to the raw topic."""
