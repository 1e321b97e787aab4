"""Feeds (RSS, Atom, JSON Feed) whose entries are digests."""
